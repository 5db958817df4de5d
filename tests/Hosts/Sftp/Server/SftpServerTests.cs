using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Hosts.Sftp.Server;

/// <summary>The host around the server machine, blocking and async, over file systems that answer at once and later.</summary>
[TestFixture(Host.Async, false)]
[TestFixture(Host.Async, true)]
[TestFixture(Host.Blocking, false)]
[TestFixture(Host.Blocking, true)]
[Parallelizable(ParallelScope.All)]
internal sealed class SftpServerTests(Host host, bool later)
{
    private static readonly byte[] Content = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 + i / 256)).ToArray();

    [Test]
    public async Task AFileGoesUpAndDownPipelined()
    {
        var files = new TestFiles(later);
        await using var session = new ServedSession(host, files);
        var handle = session.Open("f", SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Create);
        for (uint i = 0; i < 30; i++)
        {
            session.Write(i, handle, i * 10_000, Content[((int)i * 10_000)..((int)(i + 1) * 10_000)]);
        }

        for (uint i = 0; i < 30; i++)
        {
            Assert.That(session.Status(), Is.EqualTo((i, SftpStatusCode.Ok, "Success")), "writes of one file are answered in order");
        }

        Assert.That(files.Contents["f"], Is.EqualTo(Content));
        var back = new byte[Content.Length];
        for (uint i = 0; i < 30; i++)
        {
            session.Read(i, handle, i * 10_000, 10_000);
        }

        for (uint i = 0; i < 30; i++)
        {
            var reply = session.Receive();
            var reader = new SshReader(reply);
            Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Data));
            uint id = reader.ReadUInt32();
            reader.ReadString().CopyTo(back.AsSpan((int)id * 10_000));
        }

        Assert.That(back, Is.EqualTo(Content));
        session.Read(99, handle, 300_000, 10);
        Assert.That(session.Status(), Is.EqualTo((99u, SftpStatusCode.EndOfFile, "End of file")));
        session.OnHandle(SftpMessageType.Close, 5, handle);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.Ok));
        await session.EndAsync();
        Assert.That(files.Calls, Is.EqualTo(new[] { "started", "close f", "ended" }));
    }

    [Test]
    public async Task WritesReadsAndACloseInOneGoKeepTheirOrder()
    {
        var files = new TestFiles(later);
        await using var session = new ServedSession(host, files);
        for (int round = 0; round < 20; round++)
        {
            string name = $"f{round}";
            var handle = session.Open(name, SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Create);
            session.Write(1, handle, 0, [1, 1, 1]);
            session.Write(2, handle, 1, [2, 2]);
            session.Read(3, handle, 0, 10);
            session.Write(4, handle, 2, [3]);
            session.OnPath(SftpMessageType.Stat, 5, name);
            session.OnHandle(SftpMessageType.Close, 6, handle);
            session.OnPath(SftpMessageType.Remove, 7, name);
            Assert.That(session.Status().Id, Is.EqualTo(1));
            Assert.That(session.Status().Id, Is.EqualTo(2));
            Assert.That(session.Receive()[9..], Is.EqualTo(new byte[] { 1, 2, 2 }));
            Assert.That(session.Status().Id, Is.EqualTo(4));
            Assert.That(session.Receive()[..17], Is.EqualTo(new byte[] { 105, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3 }), "half an owner and half the times are left out");
            Assert.That(session.Status().Id, Is.EqualTo(6));
            Assert.That(session.Status(), Is.EqualTo((7u, SftpStatusCode.Ok, "Success")));
        }
    }

    [Test]
    public async Task WhatIsOpenIsClosedAtTheEnd()
    {
        var files = new TestFiles(later) { Contents = { ["a"] = [1], ["b"] = [2] } };
        await using var session = new ServedSession(host, files);
        session.Open("a");
        session.Open("b");
        session.Open("a");
        await session.EndAsync();
        Assert.That(files.OpenFiles, Is.Zero);
        Assert.That(files.Calls.Last(), Is.EqualTo("ended"));
    }

    [Test]
    public async Task GarbageEndsTheSessionAndClosesWhatIsOpen()
    {
        var files = new TestFiles(later) { Contents = { ["a"] = [1] } };
        await using var session = new ServedSession(host, files);
        session.Open("a");
        session.SendBytes([255, 255, 255, 255]);
        var error = (await Assert.ThrowsAsync<SshException>(() => session.Running.WaitAsync(Subjects.Patience)))!;
        Assert.That(error.Message, Does.Contain("impossible length"));
        Assert.That(files.OpenFiles, Is.Zero);
        Assert.That(files.Calls.Last(), Is.EqualTo("ended: SshException"));
    }

    [Test]
    public async Task ExceptionsBecomeStatus()
    {
        var files = new TestFiles(later);
        await using var session = new ServedSession(host, files);
        foreach (var (exception, code) in ((Exception, SftpStatusCode)[])[(new FileNotFoundException(), SftpStatusCode.NoSuchFile), (new DirectoryNotFoundException(), SftpStatusCode.NoSuchFile),
            (new UnauthorizedAccessException("/secret"), SftpStatusCode.PermissionDenied), (new IOException("/secret"), SftpStatusCode.Failure), (new NotSupportedException(), SftpStatusCode.OperationUnsupported),
            (new InvalidOperationException("a bug"), SftpStatusCode.Failure), (new OperationCanceledException(), SftpStatusCode.Failure)])
        {
            files.Throws = () => exception;
            session.Send(SftpMessageType.Open, 1, w =>
            {
                w.WriteString("x");
                w.WriteUInt32(1);
                w.WriteUInt32(0);
            });
            Assert.That(session.Status(), Is.EqualTo((1u, code, SftpStatus.TextOf(code))), "no text of an exception goes out");
            session.OnPath(SftpMessageType.Stat, 2, "x");
            Assert.That(session.Status(), Is.EqualTo((2u, code, SftpStatus.TextOf(code))));
        }
    }

    [Test]
    public async Task WhatIsNotOverriddenIsNotSupported()
    {
        await using var session = new ServedSession(host, new TestFiles(later));
        session.OnPath(SftpMessageType.RemoveDirectory, 1, "x");
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.OperationUnsupported));
        session.OnPath(SftpMessageType.ReadLink, 1, "x");
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.OperationUnsupported));
        session.OnPath(SftpMessageType.RealPath, 1, "a/./b/../../..");
        Assert.That(session.Receive()[9..14], Is.EqualTo(new byte[] { 0, 0, 0, 1, (byte)'/' }), "the text alone is normalised");
    }

    [Test]
    public async Task AReadOnlyServerRefusesEveryChange()
    {
        var files = new TestFiles(later) { Contents = { ["a"] = [1] } };
        await using var session = new ServedSession(host, files, SftpServerOptions.Default with { IsReadOnly = true });
        foreach (var flags in (SftpOpenFlags[])[SftpOpenFlags.Write, SftpOpenFlags.Read | SftpOpenFlags.Write, SftpOpenFlags.Read | SftpOpenFlags.Create, SftpOpenFlags.Read | SftpOpenFlags.Truncate, SftpOpenFlags.Append])
        {
            session.Send(SftpMessageType.Open, 1, w =>
            {
                w.WriteString("a");
                w.WriteUInt32((uint)flags);
                w.WriteUInt32(0);
            });
            Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        }

        foreach (var type in (SftpMessageType[])[SftpMessageType.Remove, SftpMessageType.RemoveDirectory])
        {
            session.OnPath(type, 1, "a");
            Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        }

        foreach (var type in (SftpMessageType[])[SftpMessageType.SetStat, SftpMessageType.MakeDirectory])
        {
            session.Send(type, 1, w =>
            {
                w.WriteString("a");
                w.WriteUInt32(0);
            });
            Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        }

        foreach (var type in (SftpMessageType[])[SftpMessageType.Rename, SftpMessageType.SymbolicLink])
        {
            session.Send(type, 1, w =>
            {
                w.WriteString("a");
                w.WriteString("b");
            });
            Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        }

        foreach (string name in (string[])["posix-rename@openssh.com", "hardlink@openssh.com"])
        {
            session.Extended(1, name, w =>
            {
                w.WriteString("a");
                w.WriteString("b");
            });
            Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        }

        var handle = session.Open("a");
        session.Write(1, handle, 0, [2]);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        session.Extended(1, "copy-data", w =>
        {
            w.WriteString(handle);
            w.WriteUInt64(0);
            w.WriteUInt64(1);
            w.WriteString(handle);
            w.WriteUInt64(9);
        });
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        session.Read(1, handle, 0, 5);
        Assert.That(session.Receive()[9..], Is.EqualTo(new byte[] { 1 }));
        session.OnHandle(SftpMessageType.Close, 1, handle);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.Ok));
        Assert.That(files.Contents["a"], Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task RequestsCanBeForbiddenOneByOne()
    {
        var files = new TestFiles(later) { Contents = { ["a"] = [1] } };
        await using var session = new ServedSession(host, files, SftpServerOptions.Default with { Allows = kind => kind is not (SftpRequestKind.Read or SftpRequestKind.Close) });
        var handle = session.Open("a");
        session.Read(1, handle, 0, 5);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.PermissionDenied));
        session.OnHandle(SftpMessageType.Close, 1, handle);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.Ok), "a handle that is closed cannot stay open");
        Assert.That(files.OpenFiles, Is.Zero);
    }

    [Test]
    public async Task AFolderIsListedWithItsLines()
    {
        var files = new TestFiles(later);
        for (int i = 0; i < 500; i++)
        {
            files.Contents[$"name {i:000}"] = new byte[i];
        }

        await using var session = new ServedSession(host, files);
        session.OnPath(SftpMessageType.OpenDirectory, 1, "/");
        var handle = session.Handle();
        int got = 0;
        while (true)
        {
            session.OnHandle(SftpMessageType.ReadDirectory, 2, handle);
            var reply = session.Receive();
            if (reply[0] == (byte)SftpMessageType.Status)
            {
                Assert.That(reply[8], Is.EqualTo((byte)SftpStatusCode.EndOfFile));
                break;
            }

            var reader = new SshReader(reply);
            reader.ReadBytes(5);
            for (uint left = reader.ReadUInt32(); left > 0; left--)
            {
                Assert.That(reader.ReadText(), Is.EqualTo($"name {got:000}"));
                Assert.That(reader.ReadText(), Is.EqualTo($"-rw-r--r--   1 user7    8        {got,8} Jan  1  1970 name {got:000}"));
                Assert.That(SftpAttributes.Read(ref reader).Size, Is.EqualTo(got));
                got++;
            }

            Assert.That(reader.IsComplete);
        }

        Assert.That(got, Is.EqualTo(500));
        Assert.That(files.Calls.Count(call => call == "user 7"), Is.EqualTo(1), "an owner is asked for once");
    }

    [TestCase("md5", 0, 0, 0)]
    [TestCase("sha1", 0, 0, 0)]
    [TestCase("sha256", 5, 100, 0)]
    [TestCase("sha384", 299_999, 0, 0)]
    [TestCase("sha512", 0, 300_000, 100_000)]
    [TestCase("sha1", 0, 0, 256)]
    [TestCase("md5", 1000, 1000, 300)]
    [TestCase("sha256", 0, 299_999, 131_072)]
    [TestCase("sha256", 0, 0, 200_000)]
    [TestCase("sha1", 290_000, 999_999, 4096)]
    [TestCase("md5", 300_000, 0, 0)]
    [TestCase("md5", 300_000, 0, 512)]
    [TestCase("md5", 400_000, 10, 0)]
    [TestCase("crc32", 0, 0, 0)]
    public async Task CheckFileHashesRangesByBlock(string algorithm, int offset, int length, int block)
    {
        var files = new TestFiles(later) { Contents = { ["f"] = Content } };
        await using var session = new ServedSession(host, files);
        var handle = session.Open("f");
        var expected = Expected(algorithm, offset, length, block);
        foreach (string name in (string[])["check-file", "check-file-handle", "check-file-name"])
        {
            session.Extended(1, name, w =>
            {
                w.WriteString(name == "check-file-name" ? "f"u8 : handle);
                w.WriteString("whirlpool," + algorithm + ",md5");
                w.WriteUInt64((ulong)offset);
                w.WriteUInt64((ulong)length);
                w.WriteUInt32((uint)block);
            });
            var reader = new SshReader(session.Receive());
            Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.ExtendedReply));
            reader.ReadUInt32();
            if (name == "check-file")
            {
                Assert.That(reader.ReadText(), Is.EqualTo("check-file"));
            }

            Assert.That(reader.ReadText(), Is.EqualTo(algorithm));
            Assert.That(reader.Remaining.ToArray(), Is.EqualTo(expected));
        }

        session.OnHandle(SftpMessageType.Close, 2, handle);
        session.Status();
        Assert.That(files.OpenFiles, Is.Zero);
    }

    [Test]
    public async Task Crc32IsTheUsualOne()
    {
        // The check value of CRC-32/ISO-HDLC.
        await using var session = new ServedSession(host, new TestFiles(later) { Contents = { ["f"] = "123456789"u8.ToArray() } });
        session.Extended(1, "check-file-name", w =>
        {
            w.WriteString("f");
            w.WriteString("crc32");
            w.WriteUInt64(0);
            w.WriteUInt64(0);
            w.WriteUInt32(0);
        });
        Assert.That(session.Receive()[^4..], Is.EqualTo(new byte[] { 0xCB, 0xF4, 0x39, 0x26 }));
    }

    [TestCase("whirlpool", "f", "No supported hash types found")]
    [TestCase("", "f", "No supported hash types found")]
    [TestCase("md5", "g", "No such file")]
    public async Task CheckFileSaysWhyNot(string algorithm, string path, string text)
    {
        await using var session = new ServedSession(host, new TestFiles(later) { Contents = { ["f"] = [1] } });
        session.Extended(1, "check-file-name", w =>
        {
            w.WriteString(path);
            w.WriteString(algorithm);
            w.WriteUInt64(0);
            w.WriteUInt64(0);
            w.WriteUInt32(0);
        });
        Assert.That(session.Status().Text, Is.EqualTo(text));
    }

    [TestCase(0, 0, 0, 300_000)]
    [TestCase(100, 250_000, 7, 250_007)]
    [TestCase(299_990, 0, 0, 10)]
    public async Task CopyDataCopies(int from, int length, int to, int size)
    {
        var files = new TestFiles(later) { Contents = { ["a"] = Content } };
        await using var session = new ServedSession(host, files);
        var a = session.Open("a");
        var b = session.Open("b", SftpOpenFlags.Write | SftpOpenFlags.Create);
        CopyData(session, a, from, length, b, to);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.Ok));
        Assert.That(files.Contents["b"], Has.Length.EqualTo(size));
        Assert.That(files.Contents["b"][to..], Is.EqualTo(Content[from..(from + size - to)]));
    }

    [Test]
    public async Task CopyDataBehindTheEndAndIntoItself()
    {
        var files = new TestFiles(later) { Contents = { ["a"] = [1, 2, 3] } };
        await using var session = new ServedSession(host, files);
        var a = session.Open("a");
        var b = session.Open("b", SftpOpenFlags.Write | SftpOpenFlags.Create);
        CopyData(session, a, 0, 4, b, 0);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.EndOfFile));
        var other = session.Open("a", SftpOpenFlags.Write);
        CopyData(session, a, 0, 0, other, 3);
        Assert.That(session.Code(), Is.EqualTo(SftpStatusCode.Failure));
        Assert.That(files.Contents["a"], Has.Length.EqualTo(3));
    }

    private static void CopyData(ServedSession session, byte[] from, int offset, int length, byte[] to, int otherOffset) => session.Extended(1, "copy-data", w =>
    {
        w.WriteString(from);
        w.WriteUInt64((ulong)offset);
        w.WriteUInt64((ulong)length);
        w.WriteString(to);
        w.WriteUInt64((ulong)otherOffset);
    });

    private static byte[] Expected(string algorithm, int offset, int length, int block)
    {
        int end = length == 0 ? Content.Length : Math.Min(Content.Length, offset + length);
        var range = offset < end ? Content[offset..end] : [];
        if (algorithm == "crc32")
        {
            return Crc(range);
        }

        if (block == 0)
        {
            return Hash(algorithm, range);
        }

        var result = new List<byte>();
        for (int at = 0; at < range.Length; at += block)
        {
            result.AddRange(Hash(algorithm, range[at..Math.Min(range.Length, at + block)]));
        }

        return [.. result];
    }

    private static byte[] Hash(string algorithm, byte[] data) => algorithm switch
    {
        "md5" => MD5.HashData(data),
        "sha1" => SHA1.HashData(data),
        "sha256" => SHA256.HashData(data),
        "sha384" => SHA384.HashData(data),
        _ => SHA512.HashData(data),
    };

    // Bit by bit, as the definition has it.
    private static byte[] Crc(byte[] data)
    {
        uint value = uint.MaxValue;
        foreach (byte b in data)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ (0xEDB88320 * ((value ^ (uint)(b >> bit)) & 1));
            }
        }

        value = ~value;
        return [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }
}

/// <summary>What only the async host can do.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class OverlapTests
{
    // The first read that is not done at once holds the session, those after it do not, and whether one is done at once is a matter
    // of threads here. Where each request is looked at first, none is tried at once.
    private static readonly SftpServerOptions NeverAtOnce = new() { Allows = static _ => true };

    [Test]
    public async Task ReadsOverlapOnceTheFileSystemAnswersLater()
    {
        var gate = new TaskCompletionSource();
        var files = new TestFiles(later: true) { Contents = { ["f"] = new byte[1000] } };
        await using var session = new ServedSession(Host.Async, files, NeverAtOnce);
        var handle = session.Open("f");
        files.Gate = gate.Task;
        for (uint i = 0; i < 8; i++)
        {
            session.Read(i, handle, i, 10);
        }

        Assert.That(SpinWait.SpinUntil(() => Volatile.Read(ref files.ReadsWaiting) == 8, Subjects.Patience), "eight reads are under way at once");
        session.OnPath(SftpMessageType.Stat, 99, "f");
        Assert.That(session.Receive()[4], Is.EqualTo(99), "a question is answered before them");
        gate.SetResult();
        var ids = new HashSet<byte>();
        for (int i = 0; i < 8; i++)
        {
            ids.Add(session.Receive()[4]);
        }

        Assert.That(ids, Has.Count.EqualTo(8));
    }

    [Test]
    public async Task AFileThatAllowsOneReadAtATimeGetsOne()
    {
        var files = new TestFiles(later: true, overlaps: false) { Contents = { ["f"] = new byte[1000] } };
        await using var session = new ServedSession(Host.Async, files);
        var handle = session.Open("f");
        for (uint i = 0; i < 20; i++)
        {
            session.Read(i, handle, i, 10);
        }

        for (uint i = 0; i < 20; i++)
        {
            Assert.That(session.Receive()[..5], Is.EqualTo(new byte[] { 103, 0, 0, 0, (byte)i }));
        }
    }

    [Test]
    public async Task AReadUnderWayIsCancelledWhenTheClientGoes()
    {
        var files = new TestFiles(later: true) { Contents = { ["f"] = new byte[1000] } };
        await using var session = new ServedSession(Host.Async, files, NeverAtOnce);
        var handle = session.Open("f");
        files.Gate = new TaskCompletionSource().Task;
        session.Read(2, handle, 0, 10);
        Assert.That(SpinWait.SpinUntil(() => Volatile.Read(ref files.ReadsWaiting) == 1, Subjects.Patience));
        session.SendBytes([255, 255, 255, 255]);
        await Assert.ThrowsAsync<SshException>(() => session.Running.WaitAsync(Subjects.Patience));
        Assert.That(files.OpenFiles, Is.Zero);
    }
}
