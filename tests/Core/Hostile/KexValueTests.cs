using System.Linq;
using System.Numerics;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Kex;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>Wrong values of the peer in every key exchange method.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class KexValueTests(Role role)
{
    // RFC 7748 §6.1: points whose multiples give the all-zero secret.
    private static readonly string[] LowOrderPoints =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ];

    [Test]
    public void X25519LengthIsChecked([Values(0, 1, 31, 33, 64)] int length) =>
        Refuses("curve25519-sha256", _ => Enumerable.Repeat((byte)9, length).ToArray());

    [TestCaseSource(nameof(LowOrderPoints))]
    public void X25519AllZeroSecretIsRefused(string point) => Refuses("curve25519-sha256", _ => Convert.FromHexString(point));

    [Test]
    public void HybridLengthsAreChecked(
        [Values("mlkem768x25519-sha256", "sntrup761x25519-sha512")] string method, [Values(-1, 1, int.MinValue)] int change) =>
        Refuses(method, honest => change == int.MinValue ? [] : change < 0 ? honest[..^1] : [.. honest, 0]);

    [Test]
    public void HybridWithAllZeroCurvePartIsRefused([Values("mlkem768x25519-sha256", "sntrup761x25519-sha512")] string method) =>
        Refuses(method, honest => [.. honest[..^32], .. new byte[32]]);

    [Test]
    public void NistPointsAreChecked(
        [Values("ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521")] string method, [Values] WrongPoint wrong) =>
        Refuses(method, honest => wrong switch
        {
            WrongPoint.Empty => [],
            WrongPoint.Infinity => [0],
            WrongPoint.Short => honest[..^1],
            WrongPoint.Long => [.. honest, 0],
            WrongPoint.OffCurve => [.. honest[..^1], (byte)(honest[^1] ^ 1)],
            WrongPoint.Compressed => [(byte)(2 + (honest[^1] & 1)), .. honest[1..((honest.Length + 1) / 2)]],
            WrongPoint.Hybrid => [(byte)(6 + (honest[^1] & 1)), .. honest[1..]],
            WrongPoint.AllZero => [4, .. new byte[honest.Length - 1]],
            _ => [4, .. Enumerable.Repeat((byte)0xFF, honest.Length - 1)],
        });

    [Test]
    public void FiniteFieldRangeIsChecked([Values] WrongNumber wrong) =>
        Refuses("diffie-hellman-group14-sha256", _ => Number(wrong, ModpGroups.Prime(14)));

    [Test]
    public void GroupExchangeRangeIsChecked([Values] WrongNumber wrong) =>
        Refuses("diffie-hellman-group-exchange-sha256", _ => Number(wrong, ModpGroups.Prime(14)));

    [TestCase(new byte[] { 0, 0, 0, 1, 0x80 })]
    [TestCase(new byte[] { 0, 0, 0, 2, 0, 1 })]
    [TestCase(new byte[] { 0, 0, 0, 1, 0 })]
    [TestCase(new byte[] { 0, 0, 0, 9, 1 })]
    [TestCase(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 1 })]
    [TestCase(new byte[] { })]
    public void MalformedNumberEnds(byte[] field)
    {
        using var script = Begin("diffie-hellman-group14-sha256");
        if (role == Role.Server)
        {
            script.Send(MessageId.Kex30, w => w.WriteBytes(field));
        }
        else
        {
            script.ReceiveClientValue();
            script.Send(MessageId.Kex31, w =>
            {
                w.WriteString(script.Options.HostKey!.PublicKey.Blob.Span);
                w.WriteBytes(field);
                w.WriteString(new byte[40]);
            });
        }

        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void TruncationOfTheValueMessageAtEveryByteEnds([Values("curve25519-sha256", "ecdh-sha2-nistp256")] string method)
    {
        byte[] message = HonestMessage(method);
        for (int length = 1; length < message.Length; length++)
        {
            using var script = Begin(method);
            if (role == Role.Client)
            {
                script.ReceiveClientValue();
            }

            script.Send(message.AsSpan(0, length));
            script.ExpectClosed(SshErrorKind.InvalidMessage);
        }
    }

    [Test]
    public void TrailingByteEnds()
    {
        byte[] message = HonestMessage("curve25519-sha256");
        using var script = Begin("curve25519-sha256");
        script.Send([.. message, 0]);
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void WrongMessageOfTheMethodEnds([Values(30, 31, 32, 33, 34, 35, 49)] int number)
    {
        bool legal = number == (role == Role.Server ? 30 : 31);
        using var script = Begin("curve25519-sha256");
        script.Send([(byte)number, 0, 0, 0, 0]);
        script.ExpectClosed(legal ? (role == Role.Server ? SshErrorKind.KeyExchangeFailed : SshErrorKind.InvalidMessage) : SshErrorKind.ProtocolViolation);
    }

    public enum WrongPoint
    {
        Empty,
        Infinity,
        Short,
        Long,
        OffCurve,
        Compressed,
        Hybrid,
        AllZero,
        BeyondField,
    }

    public enum WrongNumber
    {
        Zero,
        One,
        PMinusOne,
        P,
        PPlusOne,
        MuchTooLong,
        OneBitSet,
        ThreeBitsSet,
    }

    private static byte[] Number(WrongNumber wrong, byte[] prime)
    {
        var p = new BigInteger(prime, isUnsigned: true, isBigEndian: true);
        var number = wrong switch
        {
            WrongNumber.Zero => BigInteger.Zero,
            WrongNumber.One => BigInteger.One,
            WrongNumber.PMinusOne => p - 1,
            WrongNumber.P => p,
            WrongNumber.PPlusOne => p + 1,
            WrongNumber.MuchTooLong => p << 512,
            WrongNumber.OneBitSet => BigInteger.One << 1000,
            _ => (BigInteger.One << 1000) + (BigInteger.One << 7) + 1,
        };
        return number.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    private PeerScript Begin(string method)
    {
        var offer = new ScriptKexInit { KeyExchanges = method };
        return Subjects.StartWith(role, offer).ExchangeVersions().ExchangeKexInits();
    }

    private void Refuses(string method, Func<byte[], byte[]> change)
    {
        using var script = Begin(method);
        if (role == Role.Server)
        {
            if (script.Exchange.Method.Kind == KexKind.GroupExchange)
            {
                script.Exchange.GroupSizes = [2048, 2048, 2048];
                script.Send(MessageId.Kex34, w =>
                {
                    w.WriteUInt32(2048);
                    w.WriteUInt32(2048);
                    w.WriteUInt32(2048);
                });
                script.Expect(MessageId.Kex31);
                script.Exchange.ClientValue = change([]);
            }
            else
            {
                script.Exchange.MakeClientValue();
                script.Exchange.ClientValue = change(script.Exchange.ClientValue);
            }

            script.SendClientValueMessage();
        }
        else
        {
            script.ReceiveClientValue().Respond();
            script.Exchange.ServerValue = change(script.Exchange.ServerValue);
            script.SendReply();
        }

        // A number too long for any group is malformed; everything else is a failed exchange.
        Assert.That(script.Error?.Kind, Is.AnyOf(SshErrorKind.KeyExchangeFailed, SshErrorKind.InvalidMessage));
        script.ExpectClosed(script.Error!.Kind);
        Assert.That(script.HasEvent(SshEventKind.HostKeyOffered), Is.False);
        Assert.That(script.HasEvent(SshEventKind.KeysChanged), Is.False);
    }

    private byte[] HonestMessage(string method)
    {
        using var script = Begin(method);
        if (role == Role.Server)
        {
            script.Exchange.MakeClientValue();
            return PeerScript.Message(MessageId.Kex30, w => w.WriteString(script.Exchange.ClientValue));
        }

        script.ReceiveClientValue().Respond();
        return PeerScript.Message(MessageId.Kex31, w =>
        {
            w.WriteString(script.Exchange.HostKey);
            w.WriteString(script.Exchange.ServerValue);
            w.WriteString(script.Exchange.Signature);
        });
    }
}

/// <summary>ML-KEM keys that are not canonical (FIPS 203 §7.2): coefficients of q = 3329 or more.</summary>
internal sealed class MlKemKeyTests
{
    [Test]
    public void NonCanonicalEncapsulationKeyIsRefused()
    {
        using var script = Subjects.StartWith(Role.Server, new ScriptKexInit { KeyExchanges = "mlkem768x25519-sha256" })
            .ExchangeVersions().ExchangeKexInits();
        script.Exchange.MakeClientValue();
        script.Exchange.ClientValue[0] = 0xFF;
        script.Exchange.ClientValue[1] |= 0x0F;
        script.SendClientValueMessage();
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
    }
}
