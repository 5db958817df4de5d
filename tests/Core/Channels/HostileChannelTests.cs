using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

/// <summary>SECURITY, section Channels: one outcome for each wrong message, in both roles.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class HostileChannelTests(bool server)
{
    private static readonly MessageId[] Addressed =
    [
        MessageId.ChannelOpenConfirmation, MessageId.ChannelOpenFailure, MessageId.ChannelWindowAdjust, MessageId.ChannelData,
        MessageId.ChannelExtendedData, MessageId.ChannelEof, MessageId.ChannelClose, MessageId.ChannelRequest,
        MessageId.ChannelSuccess, MessageId.ChannelFailure,
    ];

    [TestCaseSource(nameof(Addressed))]
    public void A_number_that_never_was_ends(MessageId message)
    {
        foreach (uint number in new uint[] { 1, 1000, uint.MaxValue - 1 })
        {
            var rig = new ChannelRig(server);
            rig.OpenSession();
            rig.On(Message(message, new ChannelId(number)));
            rig.ExpectEnd(SshErrorKind.ProtocolViolation);
        }
    }

    [TestCaseSource(nameof(Addressed))]
    public void The_largest_number_is_just_another_one(MessageId message)
    {
        var rig = new ChannelRig(server);
        var bytes = Message(message, new ChannelId(0));
        bytes.AsSpan(1, 4).Fill(0xff);
        rig.On(bytes);
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [TestCaseSource(nameof(Addressed))]
    public void A_closed_channel_ends(MessageId message)
    {
        foreach (bool unread in new[] { false, true })
        {
            var rig = new ChannelRig(server);
            var id = rig.OpenSession();
            if (unread)
            {
                rig.On(Peer.Data(id, 5));
            }

            rig.On(Peer.Close(id));
            rig.On(Message(message, id));
            rig.ExpectEnd(SshErrorKind.ProtocolViolation);
        }
    }

    [TestCaseSource(nameof(Addressed))]
    public void Before_our_open_is_answered_only_an_answer_is_legal(MessageId message)
    {
        foreach (bool abandoned in new[] { false, true })
        {
            var rig = new ChannelRig(server);
            var id = rig.Table.Open(new ChannelOpen("x"));
            if (abandoned)
            {
                rig[id].Close();
            }

            rig.On(Message(message, id));
            if (message is MessageId.ChannelOpenConfirmation or MessageId.ChannelOpenFailure)
            {
                Assert.That(rig.Port.Error, Is.Null);
            }
            else
            {
                rig.ExpectEnd(SshErrorKind.ProtocolViolation);
            }
        }
    }

    [TestCaseSource(nameof(Addressed))]
    public void Before_our_host_has_decided_the_peer_may_say_nothing(MessageId message)
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("session", 1));
        rig.On(Message(message, rig.Port.Next<OpenRequested>().Id));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [TestCase(MessageId.ChannelOpenConfirmation)]
    [TestCase(MessageId.ChannelOpenFailure)]
    public void An_answer_to_no_open_ends(MessageId message)
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Message(message, id));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void Data_after_eof_ends()
    {
        foreach (bool extended in new[] { false, true })
        {
            var rig = new ChannelRig(server);
            var id = rig.OpenSession();
            rig.On(Peer.Eof(id));
            rig.On(extended ? Peer.Extended(id, 1, [1]) : Peer.Data(id, 1));
            rig.ExpectEnd(SshErrorKind.ProtocolViolation);
            Assert.That(rig.Port.TakeEventKinds(), Is.EqualTo(new[] { SshEventKind.ChannelEof }), "none of the data is told");
        }
    }

    [Test]
    public void Names_are_checked()
    {
        foreach (string name in new[] { "", "a b", "a\0", "ü", new string('a', 65) })
        {
            foreach (int kind in new[] { 0, 1, 2 })
            {
                var rig = new ChannelRig(server);
                var id = rig.OpenSession();
                rig.On(kind switch { 0 => Peer.Open(name, 1), 1 => Peer.Request(id, name, true), _ => Peer.Global(name, true) });
                rig.ExpectEnd(SshErrorKind.InvalidMessage);
            }
        }
    }

    [Test]
    public void Every_message_cut_at_every_byte_ends_or_is_a_shorter_message()
    {
        foreach (var message in Corpus(new ChannelId(0)))
        {
            for (int length = 1; length < message.Length; length++)
            {
                var rig = new ChannelRig(server);
                var id = rig.OpenSession();
                Assert.That(id.LocalNumber, Is.Zero);
                Expectations(rig, id);
                rig.On(message.AsSpan(0, length).ToArray());
                if (rig.Port.Error is { } error)
                {
                    Assert.That(error.Kind, Is.EqualTo(SshErrorKind.InvalidMessage), $"{(MessageId)message[0]} cut to {length}");
                }
                else
                {
                    // Data without a length field of its own may be shorter.
                    Assert.That((MessageId)message[0], Is.AnyOf(MessageId.ChannelOpen, MessageId.ChannelOpenConfirmation,
                        MessageId.GlobalRequest, MessageId.RequestSuccess, MessageId.ChannelRequest), $"cut to {length}");
                }
            }
        }
    }

    [Test]
    public void Fixed_messages_with_a_byte_too_much_end()
    {
        foreach (var message in new[]
        {
            Peer.Adjust(new ChannelId(0), 1), Peer.Data(new ChannelId(0), 3), Peer.Extended(new ChannelId(0), 1, [1]),
            Peer.Eof(new ChannelId(0)), Peer.Close(new ChannelId(0)), Peer.Success(new ChannelId(0)), Peer.Failure(new ChannelId(0)),
            Peer.GlobalFailure(), Peer.Refuse(new ChannelId(1)),
        })
        {
            var rig = new ChannelRig(server);
            Expectations(rig, rig.OpenSession());
            rig.On([.. message, 0]);
            rig.ExpectEnd(SshErrorKind.InvalidMessage);
        }
    }

    [Test]
    public void Random_changes_never_throw()
    {
        var random = new SeededRandom(5);
        var corpus = Corpus(new ChannelId(0)).ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            var rig = new ChannelRig(server);
            Expectations(rig, rig.OpenSession());
            for (int i = 0; i < 4 && rig.Port.Error is null; i++)
            {
                var message = corpus[random.Next(corpus.Length)].ToArray();
                for (int changes = random.Next(3); changes > 0; changes--)
                {
                    message[1 + random.Next(message.Length - 1)] = (byte)random.Next(256);
                }

                rig.On(message);
            }

            while (rig.Port.Events.Count > 0)
            {
                (rig.Port.NextEvent().Body as SshDecision)?.Deny();
            }
        }
    }

    [Test]
    public void Channels_are_bounded()
    {
        var rig = new ChannelRig(server: true, SshLimits.Default with { Channels = 5 });
        var ours = rig.Table.Open(new ChannelOpen("x"));
        for (uint i = 0; i < 4; i++)
        {
            rig.On(Peer.Open("direct-tcpip", i));
        }

        Assert.That(rig.Port.Events, Has.Count.EqualTo(4));
        rig.Port.Sent.Clear();
        rig.On(Peer.Open("direct-tcpip", 4));
        var refusal = new SshReader(rig.Port.NextSent());
        refusal.ReadByte();
        refusal.ReadUInt32();
        Assert.That(refusal.ReadUInt32(), Is.EqualTo((uint)ChannelOpenFailure.ResourceShortage));
        Assert.That(() => rig.Table.Open(new ChannelOpen("x")), Throws.TypeOf<SshUsageException>());
        rig.On(Peer.Refuse(ours));
        rig.On(Peer.Open("direct-tcpip", 4));
        rig.ExpectSent();
    }

    [Test]
    public void Sessions_are_bounded_and_free_again_when_they_end()
    {
        var rig = new ChannelRig(server: true);
        var ids = Enumerable.Range(0, SshLimits.Default.Sessions).Select(_ => rig.OpenSession()).ToArray();
        rig.On(Peer.Open("session", 50));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        rig.On(Peer.Open("direct-tcpip", 51));
        rig.ExpectEvents(SshEventKind.OpenRequested);
        rig.On(Peer.Data(ids[3], 5));
        rig.On(Peer.Close(ids[3]));
        rig.Port.Events.Clear();
        rig.OpenSession();
        rig.On(Peer.Open("session", 52));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
    }

    [Test]
    public void Sessions_that_were_refused_are_free_again()
    {
        var rig = new ChannelRig(server: true, SshLimits.Default with { Sessions = 1 });
        rig.On(Peer.Open("session", 1));
        rig.On(Peer.Open("session", 2));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        rig.Port.Next<OpenRequested>().Deny();
        rig.OpenSession();
    }

    [Test]
    public void Channels_that_ended_with_unread_data_count_until_they_are_read()
    {
        var rig = new ChannelRig(server: true, SshLimits.Default with { Channels = 1 });
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, 5));
        rig.On(Peer.Close(id));
        rig.Port.Sent.Clear();
        rig.Port.Events.Clear();
        rig.On(Peer.Open("session", 1));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        rig[id].Read(new byte[5]);
        rig.OpenSession();
    }

    [Test]
    public void Opens_in_a_minute_are_bounded()
    {
        var rig = new ChannelRig(server: true);
        for (int i = 0; i < SshLimits.Default.ChannelOpensPerMinute; i++)
        {
            rig.On(Peer.Open("direct-tcpip", 1));
            rig.Port.Next<OpenRequested>().Deny();
        }

        rig.Port.Sent.Clear();
        rig.On(Peer.Open("direct-tcpip", 1));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        rig.ExpectQuiet();
        rig.Port.Now = new SshInstant(TimeSpan.FromSeconds(61));
        rig.On(Peer.Open("direct-tcpip", 1));
        rig.ExpectEvents(SshEventKind.OpenRequested);
    }

    [Test]
    public void Floods_of_harmless_messages_leave_nothing_behind()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        for (int i = 0; i < 100_000; i++)
        {
            rig.On(Peer.Adjust(id, 0));
            rig.On(Peer.Data(id, 0));
        }

        rig.ExpectQuiet();
    }

    [Test]
    public void Numbers_outside_the_connection_protocol_end()
    {
        for (byte number = 80; number <= 127; number++)
        {
            if (Enum.IsDefined((MessageId)number))
            {
                continue;
            }

            var rig = new ChannelRig(server);
            rig.On([number, 0, 0, 0, 0]);
            rig.ExpectEnd(SshErrorKind.ProtocolViolation);
        }
    }

    /// <summary>Something of ours that each reply may answer: channel 1 is being opened, channel 0 and the connection wait for replies.</summary>
    private static void Expectations(ChannelRig rig, ChannelId id)
    {
        rig[id].Request(new RawChannelRequest("x"));
        rig.Table.SendGlobal(new GlobalRequest("x"));
        rig.Table.Open(new ChannelOpen("x"));
        rig.Port.Sent.Clear();
    }

    private static byte[] Message(MessageId message, ChannelId id) => message switch
    {
        MessageId.ChannelOpenConfirmation => Peer.Confirm(id, 3),
        MessageId.ChannelOpenFailure => Peer.Refuse(id),
        MessageId.ChannelWindowAdjust => Peer.Adjust(id, 1),
        MessageId.ChannelData => Peer.Data(id, [1]),
        MessageId.ChannelExtendedData => Peer.Extended(id, 1, [1]),
        MessageId.ChannelEof => Peer.Eof(id),
        MessageId.ChannelClose => Peer.Close(id),
        MessageId.ChannelRequest => Peer.Request(id, "shell", true),
        MessageId.ChannelSuccess => Peer.Success(id),
        _ => Peer.Failure(id),
    };

    private static IEnumerable<byte[]> Corpus(ChannelId id)
    {
        foreach (var message in Addressed)
        {
            yield return Message(message, message is MessageId.ChannelOpenConfirmation or MessageId.ChannelOpenFailure ? new ChannelId(1) : id);
        }

        foreach (ChannelRequest request in new ChannelRequest[]
        {
            new PtyRequest(modes: new TerminalModes([new(53, 1)])), new EnvRequest("A", "B"), new ExecRequest("ls"), new SubsystemRequest("sftp"),
            new WindowChangeRequest(new PtySize(1, 2)), new SignalRequest("INT"), new BreakRequest(), new XonXoffRequest(true),
            new ExitStatusRequest(1), new ExitSignalRequest("KILL", true, "m", "en"), new EndOfWriteRequest(), new RawChannelRequest("x@y", new byte[5]),
        })
        {
            yield return Peer.Request(id, request);
        }

        yield return Peer.Open("session", 9, data: [1, 2]);
        yield return Peer.Open("x11", 9, data: [1, 2]);
        yield return Peer.Global("tcpip-forward", true, [1, 2, 3]);
        yield return Peer.GlobalSuccess(1, 2, 3);
    }
}
