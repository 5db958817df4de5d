using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>first_kex_packet_follows (RFC 4253 §7): a right guess counts, a wrong one drops exactly one packet.</summary>
internal sealed class GuessTests
{
    [Test]
    public void ServerTakesARightGuess([Values] bool inRekey)
    {
        using var script = Begin(Role.Server, inRekey);
        var init = script.MakeKexInit() with { FirstKexPacketFollows = true };
        script.SendKexInit(init);
        Assert.That(script.Exchange.Method, Is.SameAs(SshCore.Security.KexMethod.All[0]));
        script.SendClientValue();
        script.ReceiveKexInit();
        script.Exchange.Negotiate();
        script.ReceiveReply().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.CountEvents(SshEventKind.KeysChanged), Is.EqualTo(inRekey ? 2 : 1));
    }

    [Test]
    public void ServerDropsExactlyOnePacketOfAWrongGuess([Values] bool inRekey, [Values] bool byHostKey)
    {
        using var script = Begin(Role.Server, inRekey);
        var init = script.MakeKexInit() with { FirstKexPacketFollows = true };
        script.SendKexInit(byHostKey
            ? init with { HostKeys = "ecdsa-sha2-nistp384,ssh-ed25519" }
            : init with { KeyExchanges = "unknown@example.com," + init.KeyExchanges });
        script.Send(MessageId.Kex30, w => w.WriteString("a guess that cannot be right"u8));
        script.ReceiveKexInit();
        script.Exchange.Negotiate();
        script.ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.CountEvents(SshEventKind.KeysChanged), Is.EqualTo(inRekey ? 2 : 1));
    }

    [Test]
    public void ServerDropsNotASecondPacket()
    {
        using var script = Begin(Role.Server, inRekey: false);
        var init = script.MakeKexInit() with { FirstKexPacketFollows = true };
        script.SendKexInit(init with { KeyExchanges = "unknown@example.com," + init.KeyExchanges });
        script.Send(MessageId.Kex30, w => w.WriteString("wrong"u8));
        script.Send(MessageId.Kex30, w => w.WriteString("wrong"u8));
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
    }

    [Test]
    public void WrongGuessDoesNotExcuseNewKeys()
    {
        using var script = Begin(Role.Server, inRekey: false);
        var init = script.MakeKexInit() with { FirstKexPacketFollows = true };
        script.SendKexInit(init with { KeyExchanges = "unknown@example.com," + init.KeyExchanges });
        script.Send(MessageId.NewKeys);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void ClientDropsExactlyOnePacketOfAWrongGuess([Values] bool inRekey)
    {
        using var script = Begin(Role.Client, inRekey);
        var init = script.MakeKexInit() with { FirstKexPacketFollows = true };
        script.SendKexInit(init with { KeyExchanges = "unknown@example.com," + init.KeyExchanges });
        script.Send(MessageId.Kex31, w => w.WriteString("a guess that cannot be right"u8));
        script.ReceiveKexInit();
        script.Exchange.Negotiate();
        script.ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.CountEvents(SshEventKind.KeysChanged), Is.EqualTo(inRekey ? 2 : 1));
    }

    [Test]
    public void ClientGuessesRight()
    {
        using var script = Subjects.Start(Role.Client, s => (SshClientSettings)s with { GuessKeyExchange = true }).ExchangeVersions();
        var init = script.ReceiveKexInit();
        Assert.That(init.FirstKexPacketFollows);
        byte[] guess = script.Expect(MessageId.Kex30);
        script.SendKexInit();
        script.Exchange.Negotiate();
        var reader = new SshReader(guess.AsSpan(1));
        script.Exchange.ClientValue = reader.ReadString().ToArray();
        script.Respond().SendReply().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.HasEvent(SshEventKind.KeysChanged));
    }

    [Test]
    public void ClientGuessesWrongAndStartsAgain()
    {
        using var script = Subjects.Start(
            Role.Client,
            s => (SshClientSettings)s with { GuessKeyExchange = true },
            o => o with { KexInit = new ScriptKexInit { KeyExchanges = "ecdh-sha2-nistp384" } }).ExchangeVersions();
        script.ReceiveKexInit();
        script.Expect(MessageId.Kex30);
        script.SendKexInit();
        script.Exchange.Negotiate();
        script.ReceiveClientValue();
        Assert.That(script.Exchange.ClientValue, Has.Length.EqualTo(97));
        script.Respond().SendReply().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.Subject.Algorithms!.KeyExchange, Is.EqualTo("ecdh-sha2-nistp384"));
    }

    private static PeerScript Begin(Role role, bool inRekey)
    {
        var script = Subjects.Start(role);
        return inRekey ? script.LogIn() : script.ExchangeVersions();
    }
}
