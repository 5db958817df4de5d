using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>The small messages of the transport: PING, UNIMPLEMENTED, IGNORE, DEBUG, DISCONNECT.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class MessageTests(Role role)
{
    [Test]
    public void PingIsEchoed([Values(0, 1, 1000, 60_000)] int length, [Values] bool loggedIn)
    {
        using var script = loggedIn ? Subjects.Start(role).LogIn() : Subjects.Start(role).Handshake();
        var data = new byte[length];
        new SeededRandom(5).Fill(data);
        script.Send(MessageId.Ping, w => w.WriteString(data));
        var reader = new SshReader(script.Expect(MessageId.Pong).AsSpan(1));
        Assert.That(reader.ReadString().SequenceEqual(data));
        Assert.That(reader.IsComplete);
    }

    [Test]
    public void MalformedPingEnds([Values(0, 3, 5, -1)] int length)
    {
        byte[] whole = PeerScript.Message(MessageId.Ping, w => w.WriteString("abcd"u8));
        using var script = Subjects.Start(role).LogIn();
        script.Send(length < 0 ? [.. whole, 0] : whole.AsSpan(0, length + 1));
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void OwnPingIsAnswered()
    {
        using var script = Subjects.Start(role).Handshake();
        Assert.That(script.Subject.TrySendPing("hello"u8), Is.False, "the peer has not announced it");
        script.Send(Hostile.ExtInfoTests.ExtInfo(("ping@openssh.com", "0")));
        Assert.That(script.Subject.TrySendPing("hello"u8));
        var reader = new SshReader(script.Expect(MessageId.Ping).AsSpan(1));
        byte[] data = reader.ReadString().ToArray();
        script.Send(MessageId.Pong, w => w.WriteString(data));
        Assert.That(script.Events[^1].Kind, Is.EqualTo(SshEventKind.PongReceived));
        Assert.That(script.Events[^1].Length, Is.EqualTo(5));
    }

    [Test]
    public void UnaskedPongEnds()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Send(MessageId.Pong, w => w.WriteString(""u8));
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [TestCase(101)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(191)]
    [TestCase(194)]
    [TestCase(255)]
    public void UnknownNumberIsUnimplemented(int number)
    {
        using var script = Subjects.Start(role).LogIn();
        uint sequence = script.OutSequence;
        script.Send([(byte)number, 1, 2, 3]);
        var reader = new SshReader(script.Expect(MessageId.Unimplemented).AsSpan(1));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(sequence));
        Assert.That(reader.IsComplete);
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void UnimplementedFromThePeerIsIgnored()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Send(MessageId.Unimplemented, w => w.WriteUInt32(12345));
        script.Send(MessageId.Unimplemented);
        script.ExpectNothing();
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void DebugIsReportedPrintable()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Send(MessageId.Debug, w =>
        {
            w.WriteBoolean(true);
            w.WriteString("a\u001b[31m\nb\u202e"u8);
            w.WriteString("en"u8);
        });
        var debug = script.ExpectEvent<DebugReceived>(SshEventKind.DebugReceived);
        Assert.That(debug.AlwaysDisplay);
        Assert.That(debug.Message, Is.EqualTo("a?[31m?b?"));
    }

    [Test]
    public void IgnoreIsIgnoredWhateverIsInIt([Values(0, 1, 30_000)] int length)
    {
        using var script = Subjects.Start(role).LogIn();
        int events = script.Events.Count;
        script.Send([(byte)MessageId.Ignore, .. new byte[length]]);
        script.ExpectNothing();
        Assert.That(script.Events, Has.Count.EqualTo(events));
    }

    [Test]
    public void OwnIgnoreAndDebugAreSent()
    {
        using var script = Subjects.Start(role).LogIn();
        script.PassOver.Clear();
        script.Subject.SendIgnore(100);
        script.Subject.SendDebug("hello", alwaysDisplay: true);
        var ignore = new SshReader(Skip(script, MessageId.Ignore).AsSpan(1));
        Assert.That(ignore.ReadString().Length, Is.EqualTo(100));
        Assert.That(ignore.IsComplete);
        var debug = new SshReader(script.Expect(MessageId.Debug).AsSpan(1));
        Assert.That(debug.ReadBoolean());
        Assert.That(debug.ReadText(), Is.EqualTo("hello"));
        Assert.That(debug.ReadText(), Is.Empty);
        Assert.That(debug.IsComplete);
    }

    [Test]
    public void NoiseOfOursWaitsForKeys()
    {
        using var script = Subjects.Start(role);
        Assert.Throws<SshUsageException>(() => script.Subject.SendIgnore(1));
        Assert.Throws<SshUsageException>(() => script.Subject.SendDebug("x"));
        Assert.That(script.Subject.TrySendPing("x"u8), Is.False);
    }

    [Test]
    public void DisconnectOfThePeerEnds([Values] bool loggedIn)
    {
        using var script = loggedIn ? Subjects.Start(role).LogIn() : Subjects.Start(role).ExchangeVersions();
        script.Send(MessageId.Disconnect, w =>
        {
            w.WriteUInt32((uint)DisconnectReason.TooManyConnections);
            w.WriteString("go\u001b away"u8);
            w.WriteString(""u8);
        });
        var peer = script.ExpectEvent<PeerDisconnected>(SshEventKind.PeerDisconnected);
        Assert.That((peer.Reason, peer.Description), Is.EqualTo((DisconnectReason.TooManyConnections, "go? away")));
        int output = script.OutputLength;
        var error = script.ExpectClosed(SshErrorKind.PeerDisconnected, disconnect: false);
        Assert.That(error.Reason, Is.EqualTo(DisconnectReason.TooManyConnections));
        Assert.That(script.OutputLength, Is.EqualTo(output), "a DISCONNECT is not answered");
    }

    [Test]
    public void TruncatedDisconnectStillEnds([Values(0, 2, 4, 6)] int length)
    {
        using var script = Subjects.Start(role).LogIn();
        script.Send([(byte)MessageId.Disconnect, .. new byte[length]]);
        script.ExpectClosed(SshErrorKind.PeerDisconnected, disconnect: false);
    }

    [Test]
    public void OwnDisconnectIsSentOnce()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Subject.Disconnect(DisconnectReason.TooManyConnections, "full");
        script.Subject.Disconnect(DisconnectReason.ByApplication, "again");
        var error = script.ExpectClosed(SshErrorKind.LocalDisconnect, DisconnectReason.TooManyConnections);
        Assert.That(error.Message, Is.EqualTo("full"));
    }

    [Test]
    public void CommandsAfterTheEndAreUsageErrorsOrNothing()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Subject.Disconnect();
        script.Pump();
        script.Subject.StartRekey();
        Assert.That(script.Subject.TrySendPing(""u8), Is.False);
        Assert.Throws<SshUsageException>(() => script.Subject.SendIgnore(1));
        Assert.Throws<SshUsageException>(() => script.Subject.OpenChannel(SshCore.Channels.ChannelOpen.Session()));
        Assert.Throws<SshUsageException>(() => script.Subject.SendGlobalRequest(new("x")));
        script.ExpectClosed(SshErrorKind.LocalDisconnect);
    }

    [Test]
    public void WhatFitsIntoNoPacketIsRefused()
    {
        using var script = Subjects.Start(role).LogIn();
        string longest = new('x', 32 * 1024);
        Assert.Throws<ArgumentOutOfRangeException>(() => script.Subject.SendIgnore(longest.Length + 1));
        Assert.Throws<ArgumentException>(() => script.Subject.SendDebug(longest + "x"));
        Assert.Throws<ArgumentException>(() => script.Subject.TrySendPing(new byte[longest.Length + 1]));
        Assert.Throws<ArgumentException>(() => script.Subject.Disconnect(DisconnectReason.ByApplication, longest + "x"));
        Assert.That(script.Subject.Error, Is.Null);
        script.Subject.SendIgnore(longest.Length);
        script.Subject.SendDebug(longest);
        script.Subject.Disconnect(DisconnectReason.ByApplication, longest);
        script.ExpectClosed(SshErrorKind.LocalDisconnect);
    }

    [Test]
    public void AbortSendsNothing()
    {
        using var script = Subjects.Start(role).LogIn();
        int output = script.OutputLength;
        script.Subject.Abort("the socket broke");
        var error = script.ExpectClosed(SshErrorKind.HostFailure, disconnect: false);
        Assert.That(error.Message, Is.EqualTo("the socket broke"));
        Assert.That(script.OutputLength, Is.EqualTo(output));
    }

    [Test]
    public void EndOfStreamWithoutDisconnectIsALoss()
    {
        using var script = Subjects.Start(role).LogIn();
        script.EndStream();
        script.ExpectClosed(SshErrorKind.ConnectionLost, disconnect: false);
    }

    [Test]
    public void DisconnectThatNobodyReadsIsGivenUp()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Reads = false;
        script.Subject.Disconnect();
        script.Pump();
        Assert.That(script.Subject.IsFinished, Is.False);
        script.Advance(SshLimits.Default.CloseTimeout);
        Assert.That(script.Subject.IsFinished);
        Assert.That(script.Subject.NextTimeout, Is.Null);
    }

    [Test]
    public void SendThatWasUnderWayMayReportItselfAfterTheOutputWasGivenUp([Values] bool abort)
    {
        using var script = Subjects.Start(role).LogIn();
        script.Reads = false;
        script.Subject.Disconnect();
        script.Pump();
        int length = script.Subject.PeekOutput().Length;
        Assert.That(length, Is.Positive);
        Assert.Throws<ArgumentOutOfRangeException>(() => script.Subject.AdvanceOutput(length + 1));
        if (abort)
        {
            script.Subject.Abort("the socket broke");
        }
        else
        {
            script.Advance(SshLimits.Default.CloseTimeout);
        }

        Assert.That(script.Subject.HasOutput, Is.False);
        script.Subject.AdvanceOutput(length);
        Assert.That(script.Subject.IsFinished);
    }

    private static byte[] Skip(PeerScript script, MessageId until)
    {
        byte[]? payload;
        do
        {
            payload = script.TryNext();
        }
        while (payload is not null && payload[0] != (byte)until);

        return payload ?? throw new PeerScriptException($"There is no {until}.");
    }
}
