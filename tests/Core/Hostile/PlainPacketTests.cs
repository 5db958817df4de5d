using System.Buffers.Binary;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>Binary packets before keys (RFC 4253 §6).</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class PlainPacketTests(Role role)
{
    [TestCase(0u)]
    [TestCase(1u)]
    [TestCase(4u)]
    [TestCase(5u)]
    [TestCase(11u)]
    [TestCase(13u)]
    [TestCase(21u)]
    [TestCase(65_532u + 8)]
    [TestCase(0x0010_0004u)]
    [TestCase(0x7FFF_FFFFu)]
    [TestCase(0x8000_0000u)]
    [TestCase(0xFFFF_FFFCu)]
    [TestCase(0xFFFF_FFFFu)]
    public void ImpossibleLengthEndsAtOnce(uint length)
    {
        using var script = Subjects.Start(role).ExchangeVersions();
        var head = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(head, length);
        script.SendRaw(head);
        script.ExpectClosed(SshErrorKind.InvalidMessage, DisconnectReason.ProtocolError);
    }

    [Test]
    public void LargestPacketBeforeLoginIsTheLimit()
    {
        int largest = 65_532;
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).ExchangeVersions();
        var ignore = PeerScript.Message(MessageId.Ignore, w => w.WriteString(new byte[largest - 1 - 4 - 5]));
        byte[] packet = script.Seal(ignore);
        Assert.That(BinaryPrimitives.ReadUInt32BigEndian(packet), Is.EqualTo((uint)largest));
        script.SendRaw(packet);
        Assert.That(script.Error, Is.Null);
    }

    [TestCase(0)]
    [TestCase(3)]
    public void ShortPaddingEnds(int padding)
    {
        using var script = Subjects.Start(role).ExchangeVersions();
        int payload = 27 - padding;
        script.SendRaw(script.Seal(PeerScript.Message(MessageId.Ignore, w => w.WriteString(new byte[payload - 5])), paddingLength: padding));
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [TestCase(27)]
    [TestCase(28)]
    [TestCase(255)]
    public void PaddingThatLeavesNoPayloadEnds(int padding)
    {
        using var script = Subjects.Start(role).ExchangeVersions();
        byte[] packet = script.Seal(new byte[23], paddingLength: 4);
        packet[4] = (byte)padding;
        script.SendRaw(packet);
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [TestCase(4)]
    [TestCase(12)]
    [TestCase(252)]
    public void EveryPaddingLengthIsAccepted(int padding)
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).ExchangeVersions();
        int rest = (8 - ((5 + 5 + padding) % 8)) % 8;
        script.SendRaw(script.Seal(PeerScript.Message(MessageId.Ignore, w => w.WriteString(new byte[rest])), paddingLength: padding));
        Assert.That(script.Error, Is.Null);
        script.ExchangeKexInits().ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.HasEvent(SshEventKind.KeysChanged));
    }

    [Test]
    public void GarbageEndsInOneError([Range(0, 199)] int seed)
    {
        using var script = Subjects.Start(role, script: o => o with { Chunk = 1 + (seed % 40) }).ExchangeVersions();
        var garbage = new byte[100_000];
        new SeededRandom((ulong)seed).Fill(garbage);
        garbage[0] &= (byte)(seed % 2 == 0 ? 0 : 0xFF);
        garbage[1] &= (byte)(seed % 3 == 0 ? 0 : 0xFF);
        script.SendRaw(garbage);
        script.EndStream();
        Assert.That(script.CountEvents(SshEventKind.Closed), Is.EqualTo(1));
        script.ExpectClosed(script.Error!.Kind);
        Assert.That(script.Error.Kind, Is.AnyOf(SshErrorKind.InvalidMessage, SshErrorKind.ProtocolViolation));
    }
}
