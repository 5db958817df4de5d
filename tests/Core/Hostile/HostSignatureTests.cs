using System.Linq;
using System.Numerics;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>Host keys and signatures that a client must not take.</summary>
internal sealed class HostSignatureTests
{
    private static readonly string[] Algorithms =
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-256", "rsa-sha2-512"];

    public enum Wrong
    {
        OtherHash,
        OtherKey,
        OtherName,
        Empty,
        Truncated,
        Trailing,
        TrailingInside,
        Flipped,
        Zeros,
        Ones,
    }

    [TestCaseSource(nameof(Algorithms))]
    public void HonestSignatureIsTaken(string algorithm)
    {
        using var script = Begin(algorithm);
        script.SendReply().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.Subject.Algorithms!.HostKey, Is.EqualTo(algorithm));
        Assert.That(((SshClientConnection)script.Subject).HostKey, Is.EqualTo(script.Options.HostKey!.PublicKey));
    }

    [Test]
    public void WrongSignatureEnds([ValueSource(nameof(Algorithms))] string algorithm, [Values] Wrong wrong)
    {
        using var script = Begin(algorithm);
        var exchange = script.Exchange;
        var crypto = script.Options.Crypto;
        var reader = new SshReader(exchange.Signature);
        string name = reader.ReadName();
        byte[] value = reader.ReadString().ToArray();
        exchange.Signature = wrong switch
        {
            Wrong.OtherHash => script.Options.HostKey!.Sign(algorithm, [.. exchange.Hash, 0]),
            Wrong.OtherKey => BySomebodyElse(crypto, algorithm, exchange.Hash),
            Wrong.OtherName => Blob(Algorithms[(Array.IndexOf(Algorithms, algorithm) + 1) % Algorithms.Length], value),
            Wrong.Empty => [],
            Wrong.Truncated => exchange.Signature[..^1],
            Wrong.Trailing => [.. exchange.Signature, 0],
            Wrong.TrailingInside => Blob(name, [.. value, 0]),
            Wrong.Flipped => Blob(name, [.. value[..^1], (byte)(value[^1] ^ 1)]),
            Wrong.Zeros => Blob(name, new byte[value.Length]),
            _ => Blob(name, Enumerable.Repeat((byte)0xFF, value.Length).ToArray()),
        };
        Ends(script);
    }

    [Test]
    public void Ed25519SBeyondTheOrderIsRefused()
    {
        using var script = Begin("ssh-ed25519");
        var reader = new SshReader(script.Exchange.Signature);
        reader.ReadName();
        byte[] value = reader.ReadString().ToArray();

        // RFC 8032 §5.1: L = 2^252 + 27742317777372353535851937790883648493; S + L verifies where S is not checked.
        var order = (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493");
        var s = new BigInteger(value.AsSpan(32), isUnsigned: true) + order;
        s.ToByteArray(isUnsigned: true).CopyTo(value, 32);
        script.Exchange.Signature = Blob("ssh-ed25519", value);
        Ends(script);
    }

    [Test]
    public void EcdsaZeroIsRefused([Values("r", "s")] string zero)
    {
        using var script = Begin("ecdsa-sha2-nistp256");
        var outer = new SshReader(script.Exchange.Signature);
        outer.ReadName();
        var inner = new SshReader(outer.ReadString());
        byte[] r = inner.ReadMpint().ToArray(), s = inner.ReadMpint().ToArray();
        using var writer = new SshWriter();
        writer.WriteMpint(zero == "r" ? [] : r);
        writer.WriteMpint(zero == "s" ? [] : s);
        script.Exchange.Signature = Blob("ecdsa-sha2-nistp256", writer.ToArray());
        Ends(script);
    }

    [TestCase("ssh-ed25519", "ecdsa-sha2-nistp256")]
    [TestCase("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384")]
    [TestCase("rsa-sha2-512", "ssh-ed25519")]
    public void HostKeyOfAnotherTypeIsRefused(string negotiated, string other)
    {
        using var script = Subjects.StartWith(Role.Client, new ScriptKexInit { HostKeys = negotiated }).ExchangeVersions().ExchangeKexInits();
        script.ReceiveClientValue().Respond();
        var key = KeyFixtures.For(script.Options.Crypto, other);
        script.Exchange.HostKey = key.PublicKey.Blob.ToArray();
        script.Exchange.Hash = script.Exchange.ComputeHash(script.SubjectVersion, script.Options.Version);
        script.Exchange.Signature = key.Sign(other, script.Exchange.Hash);
        Ends(script);
    }

    [Test]
    public void MalformedHostKeyIsRefused([Values(0, 3, 10, 50, -1)] int length)
    {
        using var script = Begin("ssh-ed25519");
        byte[] blob = script.Exchange.HostKey;
        script.Exchange.HostKey = length < 0 ? [.. blob, 0] : blob[..length];
        Ends(script);
    }

    [TestCase(2047, "unacceptable size")]
    [TestCase(2048, "signature")]
    [TestCase(16 * 1024, "signature")]
    [TestCase((16 * 1024) + 1, "unacceptable size")]
    public void RsaSizeIsBounded(int bits, string complaint)
    {
        using var script = Begin("rsa-sha2-512");
        var modulus = (BigInteger.One << (bits - 1)) + 12345;
        using var writer = new SshWriter();
        writer.WriteString("ssh-rsa");
        writer.WriteMpint([1, 0, 1]);
        writer.WriteMpint(modulus.ToByteArray(isUnsigned: true, isBigEndian: true));
        script.Exchange.HostKey = writer.ToArray();
        script.SendReply();
        var error = script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
        Assert.That(error.ToString(), Does.Contain(complaint));
    }

    /// <summary>While the question is open the peer cannot make us take in more and more.</summary>
    [Test]
    public void InputIsBoundedWhileTheHostKeyIsUndecided()
    {
        using var script = Subjects.StartWith(Role.Client, new ScriptKexInit(), s => s.WithLimits(l => l with { BytesBeforeAuth = long.MaxValue }));
        script.OnEvent = _ => { };
        script.ExchangeVersions().ExchangeKexInits().ReceiveClientValue().Respond().SendReply();
        long before = script.BytesSent;
        for (int i = 0; i < 100; i++)
        {
            script.SendRaw(new byte[4096]);
        }

        Assert.That(script.Subject.WantsInput, Is.False);
        Assert.That(script.BytesSent - before, Is.LessThanOrEqualTo(128 * 1024));
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void RefusedHostKeyEndsBeforeAnythingIsSentUnderIt()
    {
        using var script = Subjects.StartWith(Role.Client, new ScriptKexInit());
        script.OnEvent = e => (e.Body as HostKeyOffered)?.Deny();
        ((SshClientConnection)script.Subject).Authenticate("user");
        script.ExchangeVersions().ExchangeKexInits().ReceiveClientValue().Respond().SendReply();
        script.ExpectClosed(SshErrorKind.HostKeyRejected, DisconnectReason.HostKeyNotVerifiable);
        Assert.That(((SshClientConnection)script.Subject).HostKey, Is.Null);
    }

    [Test]
    public void NothingIsSentWhileTheHostKeyIsUndecided()
    {
        using var script = Subjects.StartWith(Role.Client, new ScriptKexInit());
        HostKeyOffered? offered = null;
        script.OnEvent = e => offered ??= e.Body as HostKeyOffered;
        script.ExchangeVersions().ExchangeKexInits().ReceiveClientValue().Respond().SendReply();
        script.ExpectNothing();
        Assert.That(offered, Is.Not.Null);
        offered!.Accept();
        script.Expect(MessageId.NewKeys);
    }

    [Test]
    public void UndecidedHostKeyTimesOut()
    {
        using var script = Subjects.StartWith(Role.Client, new ScriptKexInit(), s => s.WithLimits(l => l with { HandshakeTimeout = TimeSpan.FromHours(1) }));
        HostKeyOffered? offered = null;
        script.OnEvent = e => offered ??= e.Body as HostKeyOffered;
        script.ExchangeVersions().ExchangeKexInits().ReceiveClientValue().Respond().SendReply();
        script.Advance(SshLimits.Default.DecisionTimeout);
        script.ExpectClosed(SshErrorKind.HostKeyRejected);
        offered!.Accept();
        Assert.That(script.Pump(), Is.False);
    }

    [Test]
    public void RekeyWithAnotherHostKeyEnds()
    {
        using var script = Subjects.StartWith(Role.Client, new ScriptKexInit()).Handshake();
        script.ExchangeKexInits().ReceiveClientValue().Respond();
        var other = KeyFixtures.OtherEd25519(script.Options.Crypto);
        script.Exchange.HostKey = other.PublicKey.Blob.ToArray();
        script.Exchange.Hash = script.Exchange.ComputeHash(script.SubjectVersion, script.Options.Version);
        script.Exchange.Signature = other.Sign("ssh-ed25519", script.Exchange.Hash);
        script.SendReply();
        script.ExpectClosed(SshErrorKind.HostKeyRejected, DisconnectReason.HostKeyNotVerifiable);
        Assert.That(script.CountEvents(SshEventKind.HostKeyOffered), Is.EqualTo(1));
    }

    private static PeerScript Begin(string algorithm) =>
        Subjects.StartWith(Role.Client, new ScriptKexInit { HostKeys = algorithm }).ExchangeVersions().ExchangeKexInits().ReceiveClientValue().Respond();

    private static void Ends(PeerScript script)
    {
        script.SendReply();
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed, DisconnectReason.KeyExchangeFailed);
        Assert.That(script.HasEvent(SshEventKind.HostKeyOffered), Is.False);
    }

    private static byte[] BySomebodyElse(SshCryptoProvider crypto, string algorithm, byte[] hash)
    {
        SshKeyKind? kind = algorithm switch
        {
            "ssh-ed25519" => SshKeyKind.Ed25519,
            "ecdsa-sha2-nistp256" => SshKeyKind.EcdsaP256,
            "ecdsa-sha2-nistp384" => SshKeyKind.EcdsaP384,
            "ecdsa-sha2-nistp521" => SshKeyKind.EcdsaP521,
            _ => null,
        };

        // Making a second RSA key takes too long: there the right name stands over an Ed25519 signature.
        return kind is { } made
            ? SshPrivateKey.Generate(crypto, made, random: new SeededRandom(99)).Sign(algorithm, hash)
            : Blob(algorithm, KeyFixtures.OtherEd25519(crypto).Sign("ssh-ed25519", hash));
    }

    private static byte[] Blob(string name, byte[] value)
    {
        using var writer = new SshWriter();
        writer.WriteString(name);
        writer.WriteString(value);
        return writer.ToArray();
    }
}
