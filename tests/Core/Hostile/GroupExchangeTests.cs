using System.Numerics;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Kex;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>Groups that a server must not give and ranges that a client must not ask for (RFC 4419, RFC 8270).</summary>
internal sealed class GroupExchangeTests
{
    private static readonly ScriptKexInit Offer = new() { KeyExchanges = "diffie-hellman-group-exchange-sha256" };

    private static BigInteger Prime(int group) => new(ModpGroups.Prime(group), isUnsigned: true, isBigEndian: true);

    [Test]
    public void ClientAsksForAtLeast2048Bits()
    {
        using var script = Subjects.StartWith(Role.Client, Offer).ExchangeVersions().ExchangeKexInits();
        script.ReceiveGroupRequest();
        Assert.That(script.Exchange.GroupSizes[0], Is.EqualTo(2048));
        Assert.That(script.Exchange.GroupSizes[1], Is.GreaterThanOrEqualTo(2048));
        Assert.That(script.Exchange.GroupSizes[2], Is.EqualTo(8192));
    }

    [Test]
    public void ClientTakesAGoodGroup([Values(14, 16, 18)] int group)
    {
        using var script = Subjects.StartWith(Role.Client, Offer).ExchangeVersions().ExchangeKexInits();
        script.ReceiveGroupRequest();
        script.Exchange.Prime = ModpGroups.Prime(group);
        script.SendGroup();
        var reader = new SshReader(script.Expect(MessageId.Kex32).AsSpan(1));
        script.Exchange.ClientValue = reader.ReadMpint().ToArray();
        script.Respond().SendReply().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.HasEvent(SshEventKind.KeysChanged));
    }

    public enum Wrong
    {
        TooSmall,
        TooLarge,
        Even,
        Composite,
        PrimeButNotSafe,
        GeneratorZero,
        GeneratorOne,
        GeneratorMinusOne,
        GeneratorP,
        Zero,
    }

    [Test]
    public void ClientRefusesAWrongGroup([Values] Wrong wrong)
    {
        using var script = Subjects.StartWith(Role.Client, Offer).ExchangeVersions().ExchangeKexInits();
        script.ReceiveGroupRequest();
        var p = Prime(14);
        var (prime, generator) = wrong switch
        {
            Wrong.TooSmall => (p >> 1, new BigInteger(2)),
            Wrong.TooLarge => ((BigInteger.One << 8192) + 1, 2),
            Wrong.Even => (p + 1, 2),
            Wrong.Composite => (p + 2, 2),
            Wrong.PrimeButNotSafe => (NotSafe(), 2),
            Wrong.GeneratorZero => (p, 0),
            Wrong.GeneratorOne => (p, 1),
            Wrong.GeneratorMinusOne => (p, p - 1),
            Wrong.GeneratorP => (p, p),
            _ => (0, 2),
        };
        script.Exchange.Prime = prime.ToByteArray(isUnsigned: true, isBigEndian: true);
        script.Exchange.Generator = generator.ToByteArray(isUnsigned: true, isBigEndian: true);
        script.SendGroup();
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
    }

    [Test]
    public void ClientRefusesASecondGroup()
    {
        using var script = Subjects.StartWith(Role.Client, Offer).ExchangeVersions().ExchangeKexInits();
        script.ReceiveGroupRequest();
        script.SendGroup();
        script.SendGroup();
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [TestCase(2048u, 2048u, 2048u, 2048)]
    [TestCase(1024u, 1024u, 2048u, 2048)]
    [TestCase(1024u, 2048u, 8192u, 2048)]
    [TestCase(2048u, 3072u, 8192u, 4096)]
    [TestCase(2048u, 8192u, 8192u, 8192)]
    [TestCase(2048u, 100_000u, 1_000_000u, 8192)]
    [TestCase(3000u, 3000u, 0xFFFFFFFFu, 4096)]
    public void ServerChoosesWithinTheRange(uint minimum, uint preferred, uint maximum, int bits)
    {
        using var script = AskServer(minimum, preferred, maximum);
        var reader = new SshReader(script.Expect(MessageId.Kex31).AsSpan(1));
        Assert.That(reader.ReadMpint().Length * 8, Is.EqualTo(bits));
    }

    [TestCase(2048u, 2047u, 8192u)]
    [TestCase(2048u, 8193u, 8192u)]
    [TestCase(8192u, 4096u, 2048u)]
    [TestCase(0u, 1024u, 2047u)]
    [TestCase(8193u, 8193u, 16384u)]
    [TestCase(2049u, 2049u, 2050u)]
    public void ServerRefusesARange(uint minimum, uint preferred, uint maximum)
    {
        using var script = AskServer(minimum, preferred, maximum);
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
    }

    [Test]
    public void OldGroupRequestIsRefused()
    {
        using var script = Subjects.StartWith(Role.Server, Offer).ExchangeVersions().ExchangeKexInits();
        script.Send(MessageId.Kex30, w => w.WriteUInt32(2048));
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void SecondGroupRequestIsRefused()
    {
        using var script = AskServer(2048, 2048, 2048);
        script.Send(Request(2048, 2048, 2048));
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void HostMayChooseTheGroup()
    {
        using var script = Subjects.StartWith(Role.Server, Offer, s => (SshServerSettings)s with { Groups = null, HostChoosesGroups = true })
            .ExchangeVersions().ExchangeKexInits();
        GexGroupNeeded? question = null;
        script.OnEvent = e => question ??= e.Body as GexGroupNeeded;
        script.Send(Request(2048, 3072, 8192));
        Assert.That(question, Is.Not.Null);
        Assert.That((question!.Minimum, question.Preferred, question.Maximum), Is.EqualTo((2048, 3072, 8192)));
        question.Use(ModpGroups.Prime(16), [2]);
        script.Expect(MessageId.Kex31);
    }

    [Test]
    public void HostWithoutAGroupEndsTheConnection()
    {
        using var script = Subjects.StartWith(Role.Server, Offer, s => (SshServerSettings)s with { Groups = null, HostChoosesGroups = true })
            .ExchangeVersions().ExchangeKexInits();
        script.OnEvent = e => (e.Body as GexGroupNeeded)?.Deny();
        script.Send(Request(2048, 3072, 8192));
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
    }

    private static PeerScript AskServer(uint minimum, uint preferred, uint maximum)
    {
        var script = Subjects.StartWith(Role.Server, Offer).ExchangeVersions().ExchangeKexInits();
        script.Send(Request(minimum, preferred, maximum));
        return script;
    }

    private static byte[] Request(uint minimum, uint preferred, uint maximum) => PeerScript.Message(MessageId.Kex34, w =>
    {
        w.WriteUInt32(minimum);
        w.WriteUInt32(preferred);
        w.WriteUInt32(maximum);
    });

    // The first prime p ≡ 1 (mod 4) above 2^2047: (p-1)/2 is even.
    private static BigInteger NotSafe() => (BigInteger.One << 2047) + 5061;
}
