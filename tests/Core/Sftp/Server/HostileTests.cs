using System.Buffers.Binary;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Sftp;
using SshCore.Wire;
using static SshCore.Tests.Core.Sftp.Server.ServerRig;

namespace SshCore.Tests.Core.Sftp.Server;

/// <summary>SECURITY, "SFTP and SCP": what a hostile client sends is refused or ends the session, and never throws.</summary>
internal sealed class HostileTests
{
    private static IEnumerable<TestCaseData> Requests()
    {
        byte[] handle = [0, 0, 0, 0, 0, 0, 0, 1];
        byte[] Attributes() => Message(0, w => new SftpAttributes { Size = 1, UserId = 1, GroupId = 1, Permissions = 1, AccessTime = 1, ModifyTime = 1, Extended = [new("a", "b"u8.ToArray())] }.Write(w))[5..];
        yield return new TestCaseData(Request(SftpMessageType.Open, 1, w => { w.WriteString("x"); w.WriteUInt32(1); w.WriteBytes(Attributes()); })).SetArgDisplayNames("OPEN");
        yield return new TestCaseData(OnHandle(SftpMessageType.Close, 1, handle)).SetArgDisplayNames("CLOSE");
        yield return new TestCaseData(Read(1, handle, 1, 1)).SetArgDisplayNames("READ");
        yield return new TestCaseData(Write(1, handle, 1, [1, 2, 3])).SetArgDisplayNames("WRITE");
        yield return new TestCaseData(OnPath(SftpMessageType.LStat, 1, "x")).SetArgDisplayNames("LSTAT");
        yield return new TestCaseData(OnHandle(SftpMessageType.FStat, 1, handle)).SetArgDisplayNames("FSTAT");
        yield return new TestCaseData(Request(SftpMessageType.SetStat, 1, w => { w.WriteString("x"); w.WriteBytes(Attributes()); })).SetArgDisplayNames("SETSTAT");
        yield return new TestCaseData(Request(SftpMessageType.FSetStat, 1, w => { w.WriteString(handle); w.WriteBytes(Attributes()); })).SetArgDisplayNames("FSETSTAT");
        yield return new TestCaseData(OnPath(SftpMessageType.OpenDirectory, 1, "x")).SetArgDisplayNames("OPENDIR");
        yield return new TestCaseData(OnHandle(SftpMessageType.ReadDirectory, 1, [0, 0, 0, 0, 0, 0, 0, 2])).SetArgDisplayNames("READDIR");
        yield return new TestCaseData(OnPath(SftpMessageType.Remove, 1, "x")).SetArgDisplayNames("REMOVE");
        yield return new TestCaseData(Request(SftpMessageType.MakeDirectory, 1, w => { w.WriteString("x"); w.WriteBytes(Attributes()); })).SetArgDisplayNames("MKDIR");
        yield return new TestCaseData(OnPath(SftpMessageType.RemoveDirectory, 1, "x")).SetArgDisplayNames("RMDIR");
        yield return new TestCaseData(OnPath(SftpMessageType.RealPath, 1, "x")).SetArgDisplayNames("REALPATH");
        yield return new TestCaseData(OnPath(SftpMessageType.Stat, 1, "x")).SetArgDisplayNames("STAT");
        yield return new TestCaseData(Request(SftpMessageType.Rename, 1, w => { w.WriteString("x"); w.WriteString("y"); })).SetArgDisplayNames("RENAME");
        yield return new TestCaseData(OnPath(SftpMessageType.ReadLink, 1, "x")).SetArgDisplayNames("READLINK");
        yield return new TestCaseData(Request(SftpMessageType.SymbolicLink, 1, w => { w.WriteString("x"); w.WriteString("y"); })).SetArgDisplayNames("SYMLINK");
        yield return new TestCaseData(Extended(1, "posix-rename@openssh.com", w => { w.WriteString("x"); w.WriteString("y"); })).SetArgDisplayNames("posix-rename");
        yield return new TestCaseData(Extended(1, "statvfs@openssh.com", w => w.WriteString("x"))).SetArgDisplayNames("statvfs");
        yield return new TestCaseData(Extended(1, "fstatvfs@openssh.com", w => w.WriteString(handle))).SetArgDisplayNames("fstatvfs");
        yield return new TestCaseData(Extended(1, "hardlink@openssh.com", w => { w.WriteString("x"); w.WriteString("y"); })).SetArgDisplayNames("hardlink");
        yield return new TestCaseData(Extended(1, "fsync@openssh.com", w => w.WriteString(handle))).SetArgDisplayNames("fsync");
        yield return new TestCaseData(Extended(1, "lsetstat@openssh.com", w => { w.WriteString("x"); w.WriteBytes(Attributes()); })).SetArgDisplayNames("lsetstat");
        yield return new TestCaseData(Extended(1, "expand-path@openssh.com", w => w.WriteString("x"))).SetArgDisplayNames("expand-path");
        yield return new TestCaseData(RequestTests.CopyData(1, handle, 0, 1, handle, 5)).SetArgDisplayNames("copy-data");
        yield return new TestCaseData(Extended(1, "home-directory", w => w.WriteString("x"))).SetArgDisplayNames("home-directory");
        yield return new TestCaseData(Extended(1, "users-groups-by-id@openssh.com", w => { w.WriteString([0, 0, 0, 1]); w.WriteString([0, 0, 0, 1]); })).SetArgDisplayNames("users-groups-by-id");
        yield return new TestCaseData(RequestTests.CheckFile(1, "check-file", handle, "md5", 0, 0, 0)).SetArgDisplayNames("check-file");
        yield return new TestCaseData(RequestTests.CheckFile(1, "check-file-name", Text("x"), "md5", 0, 0, 0)).SetArgDisplayNames("check-file-name");
    }

    /// <summary>A rig with file 1 and directory 2 open.</summary>
    private static ServerRig Opened()
    {
        var rig = new ServerRig();
        rig.Open("file");
        rig.Open("directory", directory: true);
        return rig;
    }

    [TestCaseSource(nameof(Requests))]
    public void WholeItIsAsked(byte[] message)
    {
        using var rig = Opened();
        Assert.That(rig.Ask(message).Kind, Is.Not.EqualTo(SftpRequestKind.None));
        Assert.That(rig.HasReply, Is.False);
    }

    [TestCaseSource(nameof(Requests))]
    public void CutAnywhereItEndsTheSession(byte[] message)
    {
        int nameLength = message[4] == 200 ? 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(9)) : 0;
        for (int cut = 1; cut < message.Length - 4; cut++)
        {
            using var rig = Opened();
            var shorter = message[..(4 + cut)];
            BinaryPrimitives.WriteUInt32BigEndian(shorter, (uint)cut);
            rig.Give(shorter);
            rig.PollNothing();
            Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.InvalidMessage), () => $"cut at {cut} of {message.Length - 4}, name of {nameLength}");
            Assert.That(rig.HasReply, Is.False);
        }
    }

    [TestCaseSource(nameof(Requests))]
    public void WithMoreBehindItEndsTheSession(byte[] message)
    {
        using var rig = Opened();
        var longer = new byte[message.Length + 1];
        message.CopyTo(longer, 0);
        BinaryPrimitives.WriteUInt32BigEndian(longer, (uint)message.Length - 3);
        rig.Give(longer);
        if (message[4] == (byte)SftpMessageType.Write)
        {
            Assert.That(rig.Poll().Data.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }), "pkg/sftp sends more");
            return;
        }

        rig.PollNothing();
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
    }

    [TestCaseSource(nameof(Requests))]
    public void OneByteAtATimeIsTheSame(byte[] message)
    {
        using var rig = Opened();
        for (int i = 0; i < message.Length - 1; i++)
        {
            rig.Give(message[i]);
            rig.PollNothing();
        }

        rig.Give(message[^1]);
        Assert.That(rig.Poll().Id, Is.EqualTo(1));
    }

    [TestCase(0u)]
    [TestCase(256u * 1024 + 1)]
    [TestCase(uint.MaxValue)]
    public void AnImpossibleLengthEndsBeforeItsBytes(uint length)
    {
        using var rig = new ServerRig();
        var field = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(field, length);
        rig.Give(field);
        rig.PollNothing();
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
    }

    [Test]
    public void TheLongestMessageIsTaken()
    {
        using var rig = new ServerRig(limits: SftpLimits.Default with { MessageLength = 2000 });
        rig.Give(OnPath(SftpMessageType.Stat, 4, new string('x', 2000 - 9)));
        Assert.That(rig.Poll().Path.Length, Is.EqualTo(1991));
    }

    [TestCase((byte)3)]
    [TestCase((byte)200)]
    [TestCase((byte)2)]
    public void NothingComesBeforeInit(byte type)
    {
        using var rig = new ServerRig(init: false);
        rig.Give(Message(type, w => w.WriteUInt32(3)));
        rig.PollNothing();
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        Assert.That(rig.HasReply, Is.False);
    }

    [Test]
    public void ASecondInitEnds()
    {
        using var rig = new ServerRig();
        rig.Give(Message(1, w => w.WriteUInt32(3)));
        rig.PollNothing();
        Assert.That(rig.Machine.Error, Is.Not.Null);
    }

    [TestCase(0u)]
    [TestCase(2u)]
    [TestCase(6u)]
    [TestCase(uint.MaxValue)]
    public void AnyVersionIsAnsweredWithThree(uint version)
    {
        using var rig = new ServerRig(init: false);
        rig.Give(Message(1, w => { w.WriteUInt32(version); w.WriteString("ext@example"); w.WriteString("data"); }));
        rig.PollNothing();
        Assert.That(rig.Machine.ClientVersion, Is.EqualTo(version));
        Assert.That(rig.Next()[..5], Is.EqualTo(new byte[] { 2, 0, 0, 0, 3 }));
    }

    [TestCase(64, true)]
    [TestCase(65, false)]
    public void ExtensionsOfTheClientAreBounded(int count, bool taken)
    {
        using var rig = new ServerRig(init: false);
        rig.Give(Message(1, w =>
        {
            w.WriteUInt32(3);
            for (int i = 0; i < count; i++)
            {
                w.WriteString("a");
                w.WriteString("");
            }
        }));
        rig.PollNothing();
        Assert.That(rig.Machine.Error is null, Is.EqualTo(taken));
    }

    [Test]
    public void HandlesAreCheckedByKind()
    {
        using var rig = Opened();
        byte[] file = [0, 0, 0, 0, 0, 0, 0, 1];
        byte[] directory = [0, 0, 0, 0, 0, 0, 0, 2];
        foreach (var message in (byte[][])[Read(1, directory, 0, 1), Write(1, directory, 0, [1]), OnHandle(SftpMessageType.FStat, 1, directory),
            Request(SftpMessageType.FSetStat, 1, w => { w.WriteString(directory); w.WriteUInt32(0); }), Extended(1, "fsync@openssh.com", w => w.WriteString(directory)),
            Extended(1, "fstatvfs@openssh.com", w => w.WriteString(directory)), RequestTests.CopyData(1, file, 0, 1, directory, 0),
            RequestTests.CopyData(1, directory, 0, 1, file, 0), RequestTests.CheckFile(1, "check-file", directory, "md5", 0, 0, 0)])
        {
            rig.Give(message);
            rig.PollNothing();
            rig.ExpectStatus(1, SftpStatusCode.Failure, "The handle is of a directory");
        }

        rig.Give(OnHandle(SftpMessageType.ReadDirectory, 1, file));
        rig.PollNothing();
        rig.ExpectStatus(1, SftpStatusCode.Failure, "The handle is not of a directory");
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 1 })]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 0, 0, 3 })]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [TestCase(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 })]
    public void AnUnknownHandleIsABadMessage(byte[] handle)
    {
        using var rig = Opened();
        foreach (var message in (byte[][])[Read(1, handle, 0, 1), Write(1, handle, 0, [1]), OnHandle(SftpMessageType.Close, 1, handle), OnHandle(SftpMessageType.ReadDirectory, 1, handle)])
        {
            rig.Give(message);
            rig.PollNothing();
            rig.ExpectStatus(1, SftpStatusCode.BadMessage, "Invalid handle");
        }
    }

    [Test]
    public void AClosedHandleIsNeverUsedAgain()
    {
        using var rig = new ServerRig();
        var seen = new HashSet<string>();
        for (int i = 0; i < 600; i++)
        {
            var handle = rig.Open();
            Assert.That(seen.Add(Convert.ToHexString(handle)));
            var close = rig.Ask(OnHandle(SftpMessageType.Close, 1, handle));
            Assert.That(rig.Machine.OpenHandles, Is.Zero, "from the close on it is gone");
            close.Answer(SftpStatus.Ok);
            rig.ExpectStatus(1, SftpStatusCode.Ok);
            rig.Give(Read(2, handle, 0, 1));
            rig.PollNothing();
            rig.ExpectStatus(2, SftpStatusCode.BadMessage, "Invalid handle");
        }
    }

    [Test]
    public void HandlesAreBounded()
    {
        using var rig = new ServerRig();
        var first = rig.Open();
        for (int i = 1; i < 255; i++)
        {
            rig.Open(directory: i % 2 == 0);
        }

        // The 256th is asked for and not answered yet: it counts.
        var open = rig.Ask(OnPath(SftpMessageType.OpenDirectory, 4, "x"));
        rig.Give(OnPath(SftpMessageType.OpenDirectory, 5, "x"));
        rig.PollNothing();
        rig.ExpectStatus(5, SftpStatusCode.Failure, "Too many open files");
        open.AnswerHandle("last");
        Handle(rig.Next(), 4);
        rig.Give(Request(SftpMessageType.Open, 6, w => { w.WriteString("x"); w.WriteUInt32(1); w.WriteUInt32(0); }));
        rig.PollNothing();
        rig.ExpectStatus(6, SftpStatusCode.Failure, "Too many open files");
        rig.Ask(OnHandle(SftpMessageType.Close, 7, first)).Answer(SftpStatus.Ok);
        rig.ExpectStatus(7, SftpStatusCode.Ok);
        rig.Open();
        Assert.That(rig.Machine.OpenHandles, Is.EqualTo(256));
    }

    [Test]
    public void RequestsInFlightAreBounded()
    {
        using var rig = new ServerRig();
        var pending = new List<SftpServerRequest>();
        for (uint i = 0; i < 64; i++)
        {
            pending.Add(rig.Ask(OnPath(SftpMessageType.Stat, i, "x")));
        }

        Assert.That(rig.Machine.WantsInput, Is.False);
        pending[40].Answer(SftpStatusCode.NoSuchFile);
        Assert.That(rig.Machine.WantsInput);
        rig.ExpectStatus(40, SftpStatusCode.NoSuchFile);
        rig.Give(OnPath(SftpMessageType.Stat, 64, "x"));
        rig.Poll();
        rig.PollNothing();
        Assert.That(rig.Machine.WantsInput, Is.False);
        Assert.That(rig.Machine.PendingRequests, Is.EqualTo(64));
    }

    [Test]
    public void SmallReadsCannotMakeMuchOutput()
    {
        using var rig = new ServerRig();
        var handle = rig.Open(overlapsReads: true);
        var input = new List<byte>();
        for (uint i = 0; i < 200; i++)
        {
            input.AddRange(Read(i, handle, 0, uint.MaxValue));
        }

        rig.Give(input.ToArray());
        var reads = new List<SftpServerRequest>();
        while (rig.Machine.TryPollRequest(out var read))
        {
            Assert.That(read.Length, Is.EqualTo(255 * 1024), "the size is capped");
            reads.Add(read);
        }

        Assert.That(reads, Has.Count.EqualTo(5), "promises count as output");
        foreach (var read in reads)
        {
            read.AnswerData(new byte[255 * 1024]);
        }

        rig.PollNothing();
        Assert.That(rig.Machine.WantsInput, Is.False);
        rig.Next();
        Assert.That(rig.Machine.TryPollRequest(out _));
    }

    [Test]
    public void OffsetsEndAtTwoToThe63()
    {
        using var rig = new ServerRig();
        var handle = rig.Open();
        foreach (var message in (byte[][])[Read(1, handle, 1UL << 63, 1), Read(1, handle, ulong.MaxValue, 1), Write(1, handle, 1UL << 63, [1]), Write(1, handle, (1UL << 63) - 2, [1, 2]),
            RequestTests.CopyData(1, handle, 1UL << 63, 1, handle, 0), RequestTests.CopyData(1, handle, (1UL << 63) - 1, 1, handle, 0), RequestTests.CheckFile(1, "check-file", handle, "md5", 1UL << 63, 0, 0)])
        {
            rig.Give(message);
            rig.PollNothing();
            rig.ExpectStatus(1, SftpStatusCode.Failure, "Offset out of range");
        }

        var read = rig.Ask(Read(1, handle, (1UL << 63) - 3, 100));
        Assert.That((read.Offset, read.Length), Is.EqualTo((long.MaxValue - 2, 2L)));
        read.Answer(SftpStatusCode.EndOfFile);
        Assert.That(rig.Ask(Write(2, handle, (1UL << 63) - 3, [1, 2])).Length, Is.EqualTo(2));
    }

    [Test]
    public void SizesEndAtTwoToThe63()
    {
        using var rig = new ServerRig();
        rig.Give(Request(SftpMessageType.SetStat, 1, w => { w.WriteString("x"); new SftpAttributes { Size = 1UL << 63 }.Write(w); }));
        rig.PollNothing();
        rig.ExpectStatus(1, SftpStatusCode.Failure, "Size out of range");
        rig.Ask(Request(SftpMessageType.SetStat, 1, w => { w.WriteString("x"); new SftpAttributes { Size = (1UL << 63) - 1 }.Write(w); })).Answer(SftpStatus.Ok);
    }

    [TestCase(255 * 1024, true)]
    [TestCase(255 * 1024 + 1, false)]
    public void AWriteIsBounded(int length, bool taken)
    {
        using var rig = new ServerRig();
        var handle = rig.Open();
        rig.Give(Write(1, handle, 0, new byte[length]));
        Assert.That(rig.Machine.TryPollRequest(out _), Is.EqualTo(taken));
        if (!taken)
        {
            rig.ExpectStatus(1, SftpStatusCode.Failure, "Too much data in one write");
        }
    }

    [TestCase(16 * 1024, true)]
    [TestCase(16 * 1024 + 1, false)]
    public void APathIsBounded(int length, bool taken)
    {
        using var rig = new ServerRig();
        rig.Give(OnPath(SftpMessageType.Stat, 1, new string('p', length)));
        Assert.That(rig.Machine.TryPollRequest(out _), Is.EqualTo(taken));
        if (!taken)
        {
            rig.ExpectStatus(1, SftpStatusCode.Failure, "File name too long");
        }
    }

    [Test]
    public void APathWithNulIsRefused()
    {
        using var rig = new ServerRig();
        rig.Give(OnPath(SftpMessageType.Stat, 1, "a\0b"));
        rig.PollNothing();
        rig.ExpectStatus(1, SftpStatusCode.BadMessage, "A file name has a NUL byte");
        rig.Give(Request(SftpMessageType.Rename, 2, w => { w.WriteString("a"); w.WriteString("\0"); }));
        rig.PollNothing();
        rig.ExpectStatus(2, SftpStatusCode.BadMessage, "A file name has a NUL byte");
    }

    [TestCase(0x10u)]
    [TestCase(0x40000000u)]
    public void UnknownAttributeFlagsEnd(uint flag)
    {
        using var rig = new ServerRig();
        rig.Give(Request(SftpMessageType.SetStat, 1, w => { w.WriteString("x"); w.WriteUInt32(flag); }));
        rig.PollNothing();
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
    }

    [TestCase(32, true)]
    [TestCase(33, false)]
    public void ExtendedAttributesAreBounded(int count, bool taken)
    {
        using var rig = new ServerRig();
        rig.Give(Request(SftpMessageType.SetStat, 1, w =>
        {
            w.WriteString("x");
            w.WriteUInt32(0x80000000);
            w.WriteUInt32((uint)count);
            for (int i = 0; i < count; i++)
            {
                w.WriteString("");
                w.WriteString("");
            }
        }));
        Assert.That(rig.Machine.TryPollRequest(out _), Is.EqualTo(taken));
        Assert.That(rig.Machine.Error is null, Is.EqualTo(taken));
    }

    [TestCase(0u, true)]
    [TestCase(1u, false)]
    [TestCase(255u, false)]
    [TestCase(256u, true)]
    public void CheckFileHasASmallestBlock(uint block, bool taken)
    {
        using var rig = new ServerRig();
        var handle = rig.Open();
        rig.Give(RequestTests.CheckFile(1, "check-file", handle, "md5", 0, ulong.MaxValue, block));
        Assert.That(rig.Machine.TryPollRequest(out var request), Is.EqualTo(taken));
        if (taken)
        {
            Assert.That(request.Length, Is.EqualTo(long.MaxValue));
        }
        else
        {
            rig.ExpectStatus(1, SftpStatusCode.Failure, "Block size too small");
        }
    }

    [TestCase(4096, true)]
    [TestCase(4097, false)]
    public void NumbersToNameAreBounded(int count, bool taken)
    {
        using var rig = new ServerRig();
        rig.Give(Extended(1, "users-groups-by-id@openssh.com", w => { w.WriteString(new byte[count * 4 - 4]); w.WriteString(new byte[4]); }));
        Assert.That(rig.Machine.TryPollRequest(out var request), Is.EqualTo(taken));
        if (taken)
        {
            var names = new string[count - 1];
            Array.Fill(names, new string('n', 256));
            request.AnswerUsersGroups(names, ["g"]);
            Assert.That(rig.Next(), Has.Length.LessThan(256 * 1024), "names without room are empty");
        }
        else
        {
            rig.ExpectStatus(1, SftpStatusCode.Failure, "Too many numbers at once");
        }
    }
}
