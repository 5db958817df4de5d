using NUnit.Framework;
using SshCore.Sftp;

namespace SshCore.Tests.Core.Sftp;

/// <summary>The two machines joined: what one writes the other one reads.</summary>
public sealed class MachinePairTests
{
    private static readonly SftpAttributes Attributes = new() { Size = 7, UserId = 1, GroupId = 2, Permissions = 0x81a4, AccessTime = 3, ModifyTime = 4 };
    private static readonly SftpStatVfs Volume = new() { BlockSize = 1, FragmentSize = 2, Blocks = 3, FreeBlocks = 4, AvailableBlocks = 5, Files = 6, FreeFiles = 7, AvailableFiles = 8, FileSystemId = 9, Flags = 10, MaximumNameLength = 11 };

    private static IEnumerable<SftpRequestKind> Kinds
    {
        get
        {
            for (var kind = SftpRequestKind.Open; kind <= SftpRequestKind.CheckFile; kind++)
            {
                if (kind != SftpRequestKind.Limits) // the server's machine answers by itself
                {
                    yield return kind;
                }
            }
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void Each_request_and_its_answer_pass(SftpRequestKind kind)
    {
        using var client = new SftpClientMachine();
        using var server = new SftpServerMachine();
        Move(client, server);
        Assert.That(client.TryPoll(out var version) && version.Kind == SftpReplyKind.Version, Is.True);
        Assert.That(client.Extensions, Has.Count.GreaterThanOrEqualTo(13));
        Move(client, server);
        Assert.That(server.TryPollRequest(out _), Is.False, "it tells its limits by itself");
        Move(client, server);
        Assert.That(client.TryPoll(out var limits) && limits.Kind == SftpReplyKind.Limits, Is.True);
        Assert.That(client.ReadLength, Is.EqualTo(255 * 1024));

        // A file and a directory to work on.
        var handles = new List<SftpHandle>();
        client.Open("/file", SftpOpenFlags.Read | SftpOpenFlags.Write);
        client.OpenDirectory("/directory");
        for (int i = 0; i < 2; i++)
        {
            Move(client, server);
            Assert.That(server.TryPollRequest(out var open), Is.True);
            open.AnswerHandle("state");
            Move(client, server);
            Assert.That(client.TryPoll(out var opened), Is.True);
            handles.Add(opened.Handle!);
        }

        var id = Send(client, kind, handles[0], handles[1]);
        Move(client, server);
        Assert.That(server.TryPollRequest(out var request), Is.True, $"{server.Error}");
        Assert.That(request.Kind, Is.EqualTo(kind));
        var expected = Answer(request);
        Move(client, server);
        Assert.That(client.TryPoll(out var reply), Is.True, $"{server.Error}");
        Assert.That(client.Error, Is.Null);
        Assert.That((reply.Id, reply.Kind, reply.IsError), Is.EqualTo((id, expected, false)));
        Check(client, reply);

        // The same once more, refused.
        if (kind != SftpRequestKind.Close)
        {
            Send(client, kind, handles[0], handles[1]);
            Move(client, server);
            Assert.That(server.TryPollRequest(out request), Is.True);
            request.Answer(new SftpStatus(SftpStatusCode.PermissionDenied, "no"));
            Move(client, server);
            Assert.That(client.TryPoll(out reply), Is.True);
            Assert.That((reply.Code, reply.Message), Is.EqualTo((SftpStatusCode.PermissionDenied, "no")));
        }
    }

    private static SftpRequestId Send(SftpClientMachine client, SftpRequestKind kind, SftpHandle file, SftpHandle directory)
    {
        var mode = new SftpAttributes { Permissions = 0x1a4 };
        return kind switch
        {
            SftpRequestKind.Open => client.Open("/a", SftpOpenFlags.Write | SftpOpenFlags.Create, mode),
            SftpRequestKind.Close => client.Close(file),
            SftpRequestKind.Read => client.Read(file, 5, 1000),
            SftpRequestKind.Write => client.Write(file, 5, "data"u8, out var id) == 4 ? id : default,
            SftpRequestKind.LStat => client.LStat("/a"),
            SftpRequestKind.FStat => client.FStat(file),
            SftpRequestKind.SetStat => client.SetStat("/a", mode),
            SftpRequestKind.FSetStat => client.FSetStat(file, mode),
            SftpRequestKind.OpenDirectory => client.OpenDirectory("/a"),
            SftpRequestKind.ReadDirectory => client.ReadDirectory(directory),
            SftpRequestKind.Remove => client.Remove("/a"),
            SftpRequestKind.MakeDirectory => client.MakeDirectory("/a", mode),
            SftpRequestKind.RemoveDirectory => client.RemoveDirectory("/a"),
            SftpRequestKind.RealPath => client.RealPath("."),
            SftpRequestKind.Stat => client.Stat("/a"),
            SftpRequestKind.Rename => client.Rename("/a", "/b"),
            SftpRequestKind.ReadLink => client.ReadLink("/a"),
            SftpRequestKind.SymbolicLink => client.SymbolicLink("/target", "/link"),
            SftpRequestKind.PosixRename => client.PosixRename("/a", "/b"),
            SftpRequestKind.StatVfs => client.StatVfs("/a"),
            SftpRequestKind.FStatVfs => client.FStatVfs(file),
            SftpRequestKind.HardLink => client.HardLink("/a", "/b"),
            SftpRequestKind.FSync => client.FSync(file),
            SftpRequestKind.LSetStat => client.LSetStat("/a", mode),
            SftpRequestKind.ExpandPath => client.ExpandPath("~"),
            SftpRequestKind.CopyData => client.CopyData(file, 1, 2, file, 30),
            SftpRequestKind.HomeDirectory => client.HomeDirectory("who"),
            SftpRequestKind.UsersGroupsById => client.UsersGroupsById([0, 7], [8]),
            SftpRequestKind.CheckFile => client.CheckFile(file, "sha256,md5", 1, 2, 256),
            _ => throw new InvalidOperationException($"{kind} has no test."),
        };
    }

    private static SftpReplyKind Answer(SftpServerRequest request)
    {
        switch (request.Kind)
        {
            case SftpRequestKind.Open or SftpRequestKind.OpenDirectory:
                request.AnswerHandle("new");
                return SftpReplyKind.Handle;
            case SftpRequestKind.Read:
                Assert.That((request.Offset, request.Length, request.State), Is.EqualTo((5L, 1000L, "state")));
                request.AnswerData("data"u8);
                return SftpReplyKind.Data;
            case SftpRequestKind.LStat or SftpRequestKind.Stat or SftpRequestKind.FStat:
                request.AnswerAttributes(Attributes);
                return SftpReplyKind.Attributes;
            case SftpRequestKind.ReadDirectory:
                request.AnswerNames([new SftpFileName("a", "long a", Attributes), new SftpFileName("b", "long b", default)]);
                return SftpReplyKind.Names;
            case SftpRequestKind.RealPath or SftpRequestKind.ReadLink or SftpRequestKind.ExpandPath or SftpRequestKind.HomeDirectory:
                request.AnswerPath("/there");
                return SftpReplyKind.Names;
            case SftpRequestKind.StatVfs or SftpRequestKind.FStatVfs:
                request.AnswerStatVfs(Volume);
                return SftpReplyKind.FileSystem;
            case SftpRequestKind.UsersGroupsById:
                Assert.That(request.Users, Is.EqualTo(new[] { 0u, 7u }));
                Assert.That(request.Groups, Is.EqualTo(new[] { 8u }));
                request.AnswerUsersGroups(["root", ""], ["wheel"]);
                return SftpReplyKind.UsersAndGroups;
            case SftpRequestKind.CheckFile:
                Assert.That((request.Text, request.Offset, request.Length, request.BlockSize), Is.EqualTo(("sha256,md5", 1L, 2L, 256u)));
                request.AnswerHashes("md5", new byte[32]);
                return SftpReplyKind.Hashes;
            case SftpRequestKind.Write:
                Assert.That(request.Data.ToArray(), Is.EqualTo("data"u8.ToArray()));
                Assert.That(request.Offset, Is.EqualTo(5));
                break;
            case SftpRequestKind.SymbolicLink:
                Assert.That(new[] { request.Path.ToString(), request.OtherPath.ToString() }, Is.EquivalentTo(new[] { "/target", "/link" }));
                break;
            case SftpRequestKind.Rename or SftpRequestKind.PosixRename or SftpRequestKind.HardLink:
                Assert.That((request.Path, request.OtherPath), Is.EqualTo((new SftpPath("/a"), new SftpPath("/b"))));
                break;
            case SftpRequestKind.SetStat or SftpRequestKind.FSetStat or SftpRequestKind.LSetStat or SftpRequestKind.MakeDirectory:
                Assert.That(request.Attributes.Permissions, Is.EqualTo(0x1a4));
                break;
            case SftpRequestKind.CopyData:
                Assert.That((request.Offset, request.Length, request.OtherOffset), Is.EqualTo((1L, 2L, 30L)));
                break;
        }

        request.Answer(SftpStatus.Ok);
        return SftpReplyKind.Status;
    }

    private static void Check(SftpClientMachine client, SftpReply reply)
    {
        switch (reply.Kind)
        {
            case SftpReplyKind.Data:
                Assert.That(client.BorrowData(reply).ToArray(), Is.EqualTo("data"u8.ToArray()));
                break;
            case SftpReplyKind.Attributes:
                Assert.That(reply.Attributes, Is.EqualTo(Attributes));
                break;
            case SftpReplyKind.Names when reply.Request == SftpRequestKind.ReadDirectory:
                Assert.That(reply.Names, Is.EqualTo(new[] { new SftpFileName("a", "long a", Attributes), new SftpFileName("b", "long b", default) }));
                break;
            case SftpReplyKind.Names:
                Assert.That(reply.Path, Is.EqualTo(new SftpPath("/there")));
                break;
            case SftpReplyKind.FileSystem:
                Assert.That(reply.FileSystem, Is.EqualTo(Volume));
                break;
            case SftpReplyKind.UsersAndGroups:
                Assert.That(reply.Users, Is.EqualTo(new[] { "root", "" }));
                Assert.That(reply.Groups, Is.EqualTo(new[] { "wheel" }));
                break;
            case SftpReplyKind.Hashes:
                Assert.That((reply.Algorithm, reply.Length), Is.EqualTo(("md5", 32)));
                break;
        }
    }

    private static void Move(SftpClientMachine client, SftpServerMachine server)
    {
        Move((SftpMachine)client, server);
        if (server.ClientVersion == 0)
        {
            server.TryPollRequest(out _);
        }

        Move((SftpMachine)server, client);
    }

    private static void Move(SftpMachine from, SftpMachine to)
    {
        while (from.HasOutput)
        {
            var bytes = from.PeekOutput();
            if (to.Receive(bytes.Span) != bytes.Length)
            {
                throw new InvalidOperationException("The machine did not take its input.");
            }

            from.AdvanceOutput(bytes.Length);
        }
    }
}
