using NUnit.Framework;
using SshCore.Errors;
using SshCore.Sftp;
using SshCore.Wire;
using static SshCore.Tests.Core.Sftp.Server.ServerRig;

namespace SshCore.Tests.Core.Sftp.Server;

/// <summary>Every request of version 3 and of the extensions: what the host is asked, and what its answer is on the wire.</summary>
internal sealed class RequestTests
{
    [Test]
    public void TheVersionAnnouncesTheExtensions()
    {
        using var rig = new ServerRig();
        var reader = new SshReader(rig.Version);
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Version));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(3));
        var pairs = new Dictionary<string, string>();
        while (!reader.IsComplete && !reader.Failed)
        {
            pairs.Add(reader.ReadText(), reader.ReadText());
        }

        Assert.That(reader.Failed, Is.False);
        Assert.That(pairs, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["posix-rename@openssh.com"] = "1",
            ["statvfs@openssh.com"] = "2",
            ["fstatvfs@openssh.com"] = "2",
            ["hardlink@openssh.com"] = "1",
            ["fsync@openssh.com"] = "1",
            ["lsetstat@openssh.com"] = "1",
            ["limits@openssh.com"] = "1",
            ["expand-path@openssh.com"] = "1",
            ["copy-data"] = "1",
            ["home-directory"] = "1",
            ["users-groups-by-id@openssh.com"] = "1",
            ["check-file"] = "md5,sha1,sha256,sha384,sha512,crc32",
            ["check-file-name"] = "md5,sha1,sha256,sha384,sha512,crc32",
            ["check-file-handle"] = "md5,sha1,sha256,sha384,sha512,crc32",
        }));
    }

    [Test]
    public void AnExtensionThatIsNotAnnouncedIsNotSupported()
    {
        using var rig = new ServerRig(SftpExtensions.None);
        Assert.That(rig.Version, Has.Length.EqualTo(5));
        foreach (string name in (string[])["posix-rename@openssh.com", "limits@openssh.com", "check-file", "copy-data", "nonsense", ""])
        {
            rig.Give(Extended(9, name, w => w.WriteString("anything")));
            rig.PollNothing();
            rig.ExpectStatus(9, SftpStatusCode.OperationUnsupported);
        }

        Assert.That(rig.Machine.Error, Is.Null);
    }

    [TestCase((byte)0)]
    [TestCase((byte)2)]
    [TestCase((byte)21)]
    [TestCase((byte)101)]
    [TestCase((byte)105)]
    [TestCase((byte)199)]
    [TestCase((byte)201)]
    [TestCase((byte)255)]
    public void AnUnknownTypeIsNotSupported(byte type)
    {
        using var rig = new ServerRig();
        rig.Give(Message(type, w => w.WriteUInt32(77)));
        rig.PollNothing();
        rig.ExpectStatus(77, SftpStatusCode.OperationUnsupported);
        Assert.That(rig.Machine.Error, Is.Null);
    }

    [Test]
    public void OpenHasPathFlagsAndAttributes()
    {
        using var rig = new ServerRig();
        var request = rig.Ask(Request(SftpMessageType.Open, 5, w =>
        {
            w.WriteString([(byte)'a', 0xff, (byte)'b']);
            w.WriteUInt32(0x1A | 0x40000000);
            new SftpAttributes { Permissions = 0x1A4, Size = 9 }.Write(w);
        }));
        Assert.That(request.Kind, Is.EqualTo(SftpRequestKind.Open));
        Assert.That(request.Id, Is.EqualTo(5));
        Assert.That(request.Path.Bytes.ToArray(), Is.EqualTo(new byte[] { (byte)'a', 0xff, (byte)'b' }));
        Assert.That(request.Flags, Is.EqualTo(SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate));
        Assert.That(request.Attributes, Is.EqualTo(new SftpAttributes { Permissions = 0x1A4, Size = 9 }));
        Assert.That(request.AnswerHandle("state"));
        var handle = Handle(rig.Next(), 5);
        Assert.That(handle, Has.Length.EqualTo(8));

        var stat = rig.Ask(OnHandle(SftpMessageType.FStat, 6, handle));
        Assert.That(stat.Kind, Is.EqualTo(SftpRequestKind.FStat));
        Assert.That(stat.State, Is.EqualTo("state"));
        stat.AnswerAttributes(new SftpAttributes { Size = 3, UserId = 1, GroupId = 2, Permissions = 0x81A4, AccessTime = 4, ModifyTime = 5 });
        var reader = new SshReader(rig.Next());
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Attributes));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(6));
        Assert.That(SftpAttributes.Read(ref reader), Is.EqualTo(new SftpAttributes { Size = 3, UserId = 1, GroupId = 2, Permissions = 0x81A4, AccessTime = 4, ModifyTime = 5 }));
        Assert.That(reader.IsComplete);
    }

    [Test]
    public void AnOpenForNothingIsOneForReading()
    {
        using var rig = new ServerRig();
        var request = rig.Ask(Request(SftpMessageType.Open, 5, w =>
        {
            w.WriteString("x");
            w.WriteUInt32(0);
            w.WriteUInt32(0);
        }));
        Assert.That(request.Flags, Is.EqualTo(SftpOpenFlags.Read));
    }

    [Test]
    public void ReadAndWriteGoToTheirPlaces()
    {
        using var rig = new ServerRig();
        var handle = rig.Open("file");
        var read = rig.Ask(Read(8, handle, 1UL << 40, 5));
        Assert.That((read.Kind, read.Offset, read.Length, read.State), Is.EqualTo((SftpRequestKind.Read, 1L << 40, 5L, (object)"file")));
        "abc"u8.CopyTo(read.ReserveData().Span);
        read.CommitData(3);
        Assert.That(rig.Next(), Is.EqualTo(new byte[] { 103, 0, 0, 0, 8, 0, 0, 0, 3, (byte)'a', (byte)'b', (byte)'c' }));

        var write = rig.Ask(Write(9, handle, 7, Text("hello")));
        Assert.That((write.Kind, write.Offset, write.Length), Is.EqualTo((SftpRequestKind.Write, 7L, 5L)));
        Assert.That(write.Data.ToArray(), Is.EqualTo(Text("hello")));
        write.Answer(SftpStatus.Ok);
        rig.ExpectStatus(9, SftpStatusCode.Ok, "Success");

        rig.Ask(Read(10, handle, 7, 5)).Answer(SftpStatusCode.EndOfFile);
        rig.ExpectStatus(10, SftpStatusCode.EndOfFile, "End of file");
    }

    [Test]
    public void AReadOfNothingIsAnsweredWithNothing()
    {
        using var rig = new ServerRig();
        rig.Ask(Read(8, rig.Open(), 0, 0)).AnswerData([]);
        Assert.That(rig.Next(), Is.EqualTo(new byte[] { 103, 0, 0, 0, 8, 0, 0, 0, 0 }));
    }

    [Test]
    public void AReservedReplyCanStillBecomeAStatus()
    {
        using var rig = new ServerRig();
        var handle = rig.Open();
        var read = rig.Ask(Read(8, handle, 0, 100_000));
        read.ReserveData().Span.Fill(7);
        read.Answer(SftpStatusCode.EndOfFile);
        rig.ExpectStatus(8, SftpStatusCode.EndOfFile);
        rig.Ask(Read(9, handle, 0, 100_000)).AnswerData([1, 2]);
        Assert.That(rig.Next(), Is.EqualTo(new byte[] { 103, 0, 0, 0, 9, 0, 0, 0, 2, 1, 2 }));
    }

    [TestCase(SftpMessageType.LStat, SftpRequestKind.LStat)]
    [TestCase(SftpMessageType.Stat, SftpRequestKind.Stat)]
    public void StatOfAPath(SftpMessageType type, SftpRequestKind kind)
    {
        using var rig = new ServerRig();
        var request = rig.Ask(OnPath(type, 3, "a b\nc"));
        Assert.That((request.Kind, request.Path.ToString()), Is.EqualTo((kind, "a b\nc")));
        request.AnswerAttributes(default);
        Assert.That(rig.Next(), Is.EqualTo(new byte[] { 105, 0, 0, 0, 3, 0, 0, 0, 0 }));
    }

    [TestCase(SftpMessageType.Remove, SftpRequestKind.Remove)]
    [TestCase(SftpMessageType.RemoveDirectory, SftpRequestKind.RemoveDirectory)]
    public void RemovalsAreAnsweredByStatus(SftpMessageType type, SftpRequestKind kind)
    {
        using var rig = new ServerRig();
        foreach (SftpStatusCode code in Enum.GetValues<SftpStatusCode>())
        {
            var request = rig.Ask(OnPath(type, 3, "x"));
            Assert.That(request.Kind, Is.EqualTo(kind));
            request.Answer(code);
            rig.ExpectStatus(3, code);
        }

        rig.Ask(OnPath(type, 4, "x")).Answer(new(SftpStatusCode.Failure, "Directory not empty"));
        rig.ExpectStatus(4, SftpStatusCode.Failure, "Directory not empty");
    }

    [TestCase(SftpMessageType.SetStat, SftpRequestKind.SetStat)]
    [TestCase(SftpMessageType.MakeDirectory, SftpRequestKind.MakeDirectory)]
    public void AttributesComeWithThePath(SftpMessageType type, SftpRequestKind kind)
    {
        using var rig = new ServerRig();
        var wanted = new SftpAttributes { Extended = [new("a@b", "x"u8.ToArray())], UserId = 3, GroupId = 4 };
        var request = rig.Ask(Request(type, 3, w =>
        {
            w.WriteString("x");
            wanted.Write(w);
        }));
        Assert.That((request.Kind, request.Path.ToString(), request.Attributes.UserId), Is.EqualTo((kind, "x", (uint?)3)));
        Assert.That(request.Attributes.Extended![0].Key, Is.EqualTo("a@b"));
        request.Answer(SftpStatus.Ok);
        rig.ExpectStatus(3, SftpStatusCode.Ok);
    }

    [Test]
    public void LSetStatAndFSetStat()
    {
        using var rig = new ServerRig();
        var request = rig.Ask(Extended(3, "lsetstat@openssh.com", w =>
        {
            w.WriteString("x");
            new SftpAttributes { AccessTime = 1, ModifyTime = 2 }.Write(w);
        }));
        Assert.That((request.Kind, request.Attributes.ModifyTime), Is.EqualTo((SftpRequestKind.LSetStat, (uint?)2)));
        request.Answer(SftpStatusCode.PermissionDenied);
        rig.ExpectStatus(3, SftpStatusCode.PermissionDenied);

        var handle = rig.Open("f");
        request = rig.Ask(Request(SftpMessageType.FSetStat, 4, w =>
        {
            w.WriteString(handle);
            new SftpAttributes { Size = 10 }.Write(w);
        }));
        Assert.That((request.Kind, request.Attributes.Size, request.State), Is.EqualTo((SftpRequestKind.FSetStat, (ulong?)10, (object)"f")));
    }

    [TestCase(SftpMessageType.Rename, null, SftpRequestKind.Rename)]
    [TestCase(SftpMessageType.SymbolicLink, null, SftpRequestKind.SymbolicLink)]
    [TestCase(SftpMessageType.Extended, "posix-rename@openssh.com", SftpRequestKind.PosixRename)]
    [TestCase(SftpMessageType.Extended, "hardlink@openssh.com", SftpRequestKind.HardLink)]
    public void TwoPathsComeInOrder(SftpMessageType type, string? name, SftpRequestKind kind)
    {
        using var rig = new ServerRig();
        var request = rig.Ask(Request(type, 3, w =>
        {
            if (name is not null)
            {
                w.WriteString(name);
            }

            w.WriteString("first");
            w.WriteString("second");
        }));
        Assert.That((request.Kind, request.Path.ToString(), request.OtherPath.ToString()), Is.EqualTo((kind, "first", "second")));
    }

    [TestCase(SftpMessageType.RealPath, null, SftpRequestKind.RealPath)]
    [TestCase(SftpMessageType.ReadLink, null, SftpRequestKind.ReadLink)]
    [TestCase(SftpMessageType.Extended, "expand-path@openssh.com", SftpRequestKind.ExpandPath)]
    [TestCase(SftpMessageType.Extended, "home-directory", SftpRequestKind.HomeDirectory)]
    public void APathIsAnsweredAsOneName(SftpMessageType type, string? name, SftpRequestKind kind)
    {
        using var rig = new ServerRig();
        var request = rig.Ask(Request(type, 3, w =>
        {
            if (name is not null)
            {
                w.WriteString(name);
            }

            w.WriteString("me");
        }));
        Assert.That(request.Kind, Is.EqualTo(kind));
        Assert.That(kind == SftpRequestKind.HomeDirectory ? request.Text : request.Path.ToString(), Is.EqualTo("me"));
        request.AnswerPath("/x");
        Assert.That(rig.Next(), Is.EqualTo(new byte[] { 104, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, (byte)'/', (byte)'x', 0, 0, 0, 2, (byte)'/', (byte)'x', 0, 0, 0, 0 }));
    }

    [Test]
    public void ADirectoryIsReadInPieces()
    {
        using var rig = new ServerRig();
        var handle = rig.Open("dir", directory: true);
        var names = new List<SftpFileName>();
        for (int i = 0; i < 1000; i++)
        {
            names.Add(new($"name {i}", $"-rw-r--r--   1 user     group          100 Jan  1 00:00 name {i}", new SftpAttributes { Size = (ulong)i }));
        }

        int got = 0;
        int messages = 0;
        while (got < names.Count)
        {
            var request = rig.Ask(OnHandle(SftpMessageType.ReadDirectory, 7, handle));
            Assert.That(request.IsDirectory && (string?)request.State == "dir");
            int taken = request.AnswerNames(names.ToArray().AsSpan(got));
            Assert.That(taken, Is.GreaterThan(0));
            var reply = rig.Next();
            Assert.That(reply, Has.Length.LessThanOrEqualTo(34_000));
            var reader = new SshReader(reply);
            Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Name));
            Assert.That(reader.ReadUInt32(), Is.EqualTo(7));
            Assert.That(reader.ReadUInt32(), Is.EqualTo(taken));
            for (int i = 0; i < taken; i++)
            {
                Assert.That(reader.ReadText(), Is.EqualTo($"name {got}"));
                Assert.That(reader.ReadText(), Does.EndWith($"name {got}"));
                Assert.That(SftpAttributes.Read(ref reader).Size, Is.EqualTo(got++));
            }

            Assert.That(reader.IsComplete);
            messages++;
        }

        Assert.That(messages, Is.InRange(2, 10));
        rig.Ask(OnHandle(SftpMessageType.ReadDirectory, 8, handle)).Answer(SftpStatusCode.EndOfFile);
        rig.ExpectStatus(8, SftpStatusCode.EndOfFile);
    }

    [Test]
    public void LimitsAreAnsweredByTheMachine()
    {
        using var rig = new ServerRig();
        rig.Give(Extended(3, "limits@openssh.com"));
        rig.PollNothing();
        var reader = new SshReader(rig.Next());
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.ExtendedReply));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(3));
        Assert.That((reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64()), Is.EqualTo((262144UL, 261120UL, 261120UL, 256UL)));
        Assert.That(reader.IsComplete);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void VolumesHaveElevenNumbers(bool byHandle)
    {
        using var rig = new ServerRig();
        var handle = rig.Open();
        var request = rig.Ask(Extended(3, byHandle ? "fstatvfs@openssh.com" : "statvfs@openssh.com", w => w.WriteString(byHandle ? handle : Text("/"))));
        Assert.That(request.Kind, Is.EqualTo(byHandle ? SftpRequestKind.FStatVfs : SftpRequestKind.StatVfs));
        request.AnswerStatVfs(new SftpStatVfs
        {
            BlockSize = 1, FragmentSize = 2, Blocks = 3, FreeBlocks = 4, AvailableBlocks = 5, Files = 6, FreeFiles = 7, AvailableFiles = 8,
            FileSystemId = 9, Flags = 10, MaximumNameLength = 11,
        });
        var reader = new SshReader(rig.Next());
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.ExtendedReply));
        reader.ReadUInt32();
        for (ulong i = 1; i <= 11; i++)
        {
            Assert.That(reader.ReadUInt64(), Is.EqualTo(i));
        }

        Assert.That(reader.IsComplete);
    }

    [Test]
    public void FSyncAndCopyDataNameTheirFiles()
    {
        using var rig = new ServerRig();
        var a = rig.Open("a");
        var b = rig.Open("b");
        var request = rig.Ask(Extended(3, "fsync@openssh.com", w => w.WriteString(a)));
        Assert.That((request.Kind, request.State), Is.EqualTo((SftpRequestKind.FSync, (object)"a")));
        request.Answer(SftpStatus.Ok);
        rig.ExpectStatus(3, SftpStatusCode.Ok);

        request = rig.Ask(CopyData(4, a, 1, 2, b, 3));
        Assert.That((request.Kind, request.State, request.OtherState, request.Offset, request.Length, request.OtherOffset),
            Is.EqualTo((SftpRequestKind.CopyData, (object)"a", (object)"b", 1L, 2L, 3L)));
        request.Answer(SftpStatus.Ok);
        rig.ExpectStatus(4, SftpStatusCode.Ok);
    }

    [TestCase(0, 10, 9, false)]
    [TestCase(0, 10, 10, true)]
    [TestCase(10, 10, 0, true)]
    [TestCase(9, 10, 0, false)]
    [TestCase(0, 0, 10, false)]
    public void AFileIsNotCopiedOntoItself(int from, int length, int to, bool allowed)
    {
        using var rig = new ServerRig();
        var a = rig.Open("a");
        rig.Give(CopyData(4, a, (ulong)from, (ulong)length, a, (ulong)to));
        Assert.That(rig.Machine.TryPollRequest(out _), Is.EqualTo(allowed));
        if (!allowed)
        {
            rig.ExpectStatus(4, SftpStatusCode.Failure, "The ranges overlap");
        }
    }

    [Test]
    public void UsersAndGroupsAreNamed()
    {
        using var rig = new ServerRig();
        var request = rig.Ask(Extended(3, "users-groups-by-id@openssh.com", w =>
        {
            w.WriteString([0, 0, 0, 0, 0, 0, 3, 232]);
            w.WriteString([0, 0, 0, 5]);
        }));
        Assert.That(request.Users, Is.EqualTo(new uint[] { 0, 1000 }));
        Assert.That(request.Groups, Is.EqualTo(new uint[] { 5 }));
        request.AnswerUsersGroups(["root", ""], ["tty"]);
        Assert.That(rig.Next(), Is.EqualTo(Message(201, w =>
        {
            w.WriteUInt32(3);
            w.WriteString([0, 0, 0, 4, (byte)'r', (byte)'o', (byte)'o', (byte)'t', 0, 0, 0, 0]);
            w.WriteString([0, 0, 0, 3, (byte)'t', (byte)'t', (byte)'y']);
        })[4..]));
    }

    [TestCase("check-file", true)]
    [TestCase("check-file-handle", false)]
    [TestCase("check-file-name", false)]
    public void CheckFileHasTwoReplies(string name, bool prefixed)
    {
        using var rig = new ServerRig();
        var handle = rig.Open("file");
        bool byName = name == "check-file-name";
        var request = rig.Ask(CheckFile(3, name, byName ? Text("path") : handle, "sha1,md5", 100, 200, 256));
        Assert.That(request.Kind, Is.EqualTo(SftpRequestKind.CheckFile));
        Assert.That((request.Text, request.Offset, request.Length, request.BlockSize), Is.EqualTo(("sha1,md5", 100L, 200L, 256u)));
        Assert.That(byName ? request.Path.ToString() : request.State, Is.EqualTo(byName ? "path" : "file"));
        request.AnswerHashes("sha1", [1, 2, 3]);
        Assert.That(rig.Next(), Is.EqualTo(Message(201, w =>
        {
            w.WriteUInt32(3);
            if (prefixed)
            {
                w.WriteString("check-file");
            }

            w.WriteString("sha1");
            w.WriteBytes([1, 2, 3]);
        })[4..]));
    }

    [Test]
    public void ASecondAnswerIsTheHostsMistake()
    {
        using var rig = new ServerRig();
        var request = rig.Ask(OnPath(SftpMessageType.Remove, 3, "x"));
        request.Answer(SftpStatus.Ok);
        Assert.Throws<SshUsageException>(() => request.Answer(SftpStatus.Ok));
        var next = rig.Ask(OnPath(SftpMessageType.Stat, 4, "x"));
        Assert.Throws<SshUsageException>(() => request.Answer(SftpStatus.Ok), "the slot is used again, the old token is not");
        Assert.Throws<SshUsageException>(() => next.Answer(SftpStatus.Ok), "attributes are asked for");
        Assert.Throws<SshUsageException>(() => next.AnswerPath("/"));
        Assert.Throws<SshUsageException>(() => default(SftpServerRequest).Answer(SftpStatus.Ok));
        next.AnswerAttributes(default);
    }

    internal static byte[] CopyData(uint id, byte[] from, ulong offset, ulong length, byte[] to, ulong otherOffset) => Extended(id, "copy-data", w =>
    {
        w.WriteString(from);
        w.WriteUInt64(offset);
        w.WriteUInt64(length);
        w.WriteString(to);
        w.WriteUInt64(otherOffset);
    });

    internal static byte[] CheckFile(uint id, string name, byte[] subject, string hashes, ulong offset, ulong length, uint block) => Extended(id, name, w =>
    {
        w.WriteString(subject);
        w.WriteString(hashes);
        w.WriteUInt64(offset);
        w.WriteUInt64(length);
        w.WriteUInt32(block);
    });
}
