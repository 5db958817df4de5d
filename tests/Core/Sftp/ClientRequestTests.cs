using NUnit.Framework;
using SshCore.Errors;
using SshCore.Sftp;

namespace SshCore.Tests.Core.Sftp;

public sealed class ClientRequestTests
{
    private static IReadOnlyList<ClientCase> Cases => ClientCase.All;

    [TestCaseSource(nameof(Cases))]
    public void Is_sent_as_it_has_to_be_and_answered(object requestCase)
    {
        var one = (ClientCase)requestCase;
        using var rig = ClientRig.Started();
        var id = one.Send(rig.Machine);
        Assert.That(rig.Sent(), Is.EqualTo(new[] { one.Request(id.Number) }));
        rig.Say(one.Reply(id.Number));
        var reply = rig.Poll(one.Kind);
        Assert.That(reply.Id, Is.EqualTo(id));
        Assert.That(reply.IsError, Is.False);
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        Assert.That(rig.Machine.TryPoll(out _), Is.False);
    }

    [TestCaseSource(nameof(Cases))]
    public void Can_be_refused_with_every_status(object requestCase)
    {
        var one = (ClientCase)requestCase;
        using var rig = ClientRig.Started();
        foreach (uint code in (uint[])[1, 2, 3, 4, 5, 6, 7, 8, 9, 31, uint.MaxValue])
        {
            var id = one.Send(rig.Machine);
            rig.Say(ClientRig.Status(id.Number, code, "because\x1b[31m", "de"));
            var reply = rig.Poll(SftpReplyKind.Status);
            Assert.That(reply.Code, Is.EqualTo((SftpStatusCode)code));
            Assert.That(reply.IsError, Is.True);
            Assert.That(reply.Message, Is.EqualTo("because?[31m"));
            Assert.That(reply.Language, Is.EqualTo("de"));

            // Servers of older drafts send the code alone.
            id = one.Send(rig.Machine);
            rig.Say(ClientRig.Reply(SftpMessageType.Status, id.Number, w => w.WriteUInt32(code)));
            Assert.That(rig.Poll(SftpReplyKind.Status).Message, Is.Empty);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Ok_is_an_answer_only_where_nothing_else_is(object requestCase)
    {
        var one = (ClientCase)requestCase;
        using var rig = ClientRig.Started();
        var id = one.Send(rig.Machine);
        rig.Say(ClientRig.Status(id.Number, 0));
        rig.Machine.TryPoll(out var reply);
        bool may = one.Kind is SftpReplyKind.Status or SftpReplyKind.Extended;
        Assert.That(reply.Kind, Is.EqualTo(may ? SftpReplyKind.Status : SftpReplyKind.Abandoned));
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(may ? (SshErrorKind?)null : SshErrorKind.ProtocolViolation));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_reply_of_another_type_ends_the_session(object requestCase)
    {
        var one = (ClientCase)requestCase;
        for (int type = 0; type < 256; type++)
        {
            if (type == (int)SftpMessageType.Status || type == (int)one.ReplyType)
            {
                continue;
            }

            using var rig = ClientRig.Started();
            var id = one.Send(rig.Machine);
            rig.Say(ClientRig.Reply((SftpMessageType)type, id.Number, one.ReplyBody ?? (w => w.WriteUInt32(0))));
            rig.Poll(SftpReplyKind.Abandoned);
            rig.Poll(SftpReplyKind.Ended);
            Assert.That(rig.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), $"type {type}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void A_reply_with_another_id_or_a_second_one_ends_the_session(object requestCase)
    {
        var one = (ClientCase)requestCase;
        foreach (uint other in (uint[])[1, uint.MaxValue, 0x80000000])
        {
            using var rig = ClientRig.Started();
            var id = one.Send(rig.Machine);
            rig.Say(one.Reply(unchecked(id.Number + other)));
            rig.Poll(SftpReplyKind.Abandoned);
            Assert.That(rig.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        }

        using var twice = ClientRig.Started();
        var sent = one.Send(twice.Machine);
        twice.Say(one.Reply(sent.Number));
        twice.Say(one.Reply(sent.Number));
        twice.Poll(one.Kind);
        twice.Poll(SftpReplyKind.Ended);
        Assert.That(twice.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_reply_that_is_cut_ends_the_session_and_what_is_behind_it_is_passed_over(object requestCase)
    {
        var one = (ClientCase)requestCase;
        int length = one.Reply(0).Length;
        for (int cut = 0; cut <= length + 1; cut++)
        {
            if (cut == length)
            {
                continue;
            }

            using var rig = ClientRig.Started();
            var id = one.Send(rig.Machine);
            var reply = one.Reply(id.Number);
            Array.Resize(ref reply, cut);
            bool taken = rig.Machine.Receive(ClientRig.Frame(reply)) > 0 && rig.Machine.TryPoll(out var got) && got.Kind is not (SftpReplyKind.Abandoned or SftpReplyKind.Ended);

            // What has no end of its own can be shorter: hashes, other extensions, and a STATUS without language or words.
            bool open = cut > length || (one.Kind is SftpReplyKind.Hashes ? cut >= 5 + 7 : one.Kind is SftpReplyKind.Extended ? cut >= 5
                : one.ReplyBody is null && (cut == 9 || cut == length - 6));
            Assert.That(taken, Is.EqualTo(open), $"{cut} of {length} bytes");
            Assert.That(rig.Machine.Error is null, Is.EqualTo(open));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Input_in_single_bytes_gives_the_same(object requestCase)
    {
        var one = (ClientCase)requestCase;
        using var rig = ClientRig.Started();
        var id = one.Send(rig.Machine);
        var bytes = ClientRig.Frame(one.Reply(id.Number));
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.That(rig.Machine.TryPoll(out _), Is.False);
            Assert.That(rig.Machine.HasWork, Is.False);
            Assert.That(rig.Machine.Receive(bytes.AsSpan(i, 1)), Is.EqualTo(1));
        }

        Assert.That(rig.Machine.HasWork, Is.True);
        rig.Poll(one.Kind);
    }

    [Test]
    public void Replies_carry_what_the_server_said()
    {
        using var rig = ClientRig.Started();
        SftpReply Ask(string name)
        {
            var one = System.Linq.Enumerable.First(ClientCase.All, c => c.Name == name);
            rig.Say(one.Reply(one.Send(rig.Machine).Number));
            return rig.Poll(one.Kind);
        }

        Assert.That(Ask("open").Handle!.Span.SequenceEqual("handle"u8), Is.True);
        Assert.That(rig.Machine.BorrowData(Ask("read")).ToArray(), Is.EqualTo("data"u8.ToArray()));
        var attributes = Ask("stat").Attributes;
        Assert.That((attributes.Size, attributes.UserId, attributes.GroupId, attributes.Permissions, attributes.AccessTime, attributes.ModifyTime), Is.EqualTo((7UL, 1u, 2u, 0x81a4u, 3u, 4u)));
        Assert.That(attributes.Extended![0].Key, Is.EqualTo("x"));
        var names = Ask("readdir").Names;
        Assert.That(names, Has.Count.EqualTo(2));
        Assert.That(names[1].Name.ToString(), Is.EqualTo("b"));
        Assert.That(names[1].LongName.ToString(), Is.EqualTo("-rw------- b"));
        Assert.That(Ask("realpath").Path.ToString(), Is.EqualTo("/full"));
        var info = Ask("statvfs@openssh.com").FileSystem;
        Assert.That((info.BlockSize, info.FragmentSize, info.Blocks, info.MaximumNameLength), Is.EqualTo((1UL, 2UL, 3UL, 11UL)));
        var byId = Ask("users-groups-by-id@openssh.com");
        Assert.That(byId.Users, Is.EqualTo(new[] { "root", "" }));
        Assert.That(byId.Groups, Is.EqualTo(new[] { "wheel" }));
        var hashes = Ask("check-file-name");
        Assert.That(hashes.Algorithm, Is.EqualTo("md5"));
        Assert.That(rig.Machine.BorrowData(hashes).Length, Is.EqualTo(16));
        Ask("limits@openssh.com");
        Assert.That((rig.Machine.ReadLength, rig.Machine.WriteLength), Is.EqualTo((1000, 2000)));
    }

    [TestCase(SftpExtensionNames.CheckFileHandle, SftpExtensionNames.CheckFileHandle)]
    [TestCase(SftpExtensionNames.CheckFileName, SftpExtensionNames.CheckFileHandle)]
    [TestCase("none", SftpExtensionNames.CheckFile)]
    public void A_hash_by_handle_has_the_name_that_the_server_knows(string announced, string used)
    {
        using var rig = ClientRig.Started(announced);
        var id = rig.Machine.CheckFile(new SftpHandle("h"u8), "sha1", 0, 0, 0);
        var sent = rig.Sent()[0];
        Assert.That(sent.AsSpan(9, used.Length).SequenceEqual(System.Text.Encoding.ASCII.GetBytes(used)), Is.True);

        // Paramiko's reply begins with the extension's name.
        rig.Say(ClientRig.Reply(SftpMessageType.ExtendedReply, id.Number, w =>
        {
            w.WriteString("check-file");
            w.WriteString("sha1");
            w.WriteBytes(new byte[20]);
        }));
        var reply = rig.Poll(SftpReplyKind.Hashes);
        Assert.That(reply.Algorithm, Is.EqualTo("sha1"));
        Assert.That(reply.Length, Is.EqualTo(20));
    }
}
