using System.Linq;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>KEXINIT (RFC 4253 §7.1) and the order of an exchange.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class KexInitTests(Role role)
{
    private PeerScript Start() => Subjects.Start(role).ExchangeVersions();

    [Test]
    public void SecondKexInitEnds()
    {
        using var script = Start();
        script.ExchangeKexInits();
        script.SendKexInit();
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void FiveHundredInARowEndAtTheSecond()
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).ExchangeVersions();
        byte[] init = script.MakeKexInit().Encode();
        byte[] all = [.. Enumerable.Range(0, 500).SelectMany(_ => script.Seal(init))];
        script.SendRaw(all);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void NewKeysInsteadOfKexInitEnds()
    {
        using var script = Start();
        script.Send(MessageId.NewKeys);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void NewKeysBeforeTheValuesEnds()
    {
        using var script = Start();
        script.ExchangeKexInits();
        script.Send(MessageId.NewKeys);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void NewKeysWithContentEnds()
    {
        using var script = Start();
        script.ExchangeKexInits().ExchangeValues();
        script.Send(MessageId.NewKeys, w => w.WriteByte(0));
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void ValueBeforeKexInitEnds()
    {
        using var script = Start();
        script.Send(role == Role.Server ? MessageId.Kex30 : MessageId.Kex31, w => w.WriteString(new byte[32]));
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void ValueSentTwiceEnds()
    {
        using var script = Start();
        script.ExchangeKexInits();
        if (role == Role.Server)
        {
            script.SendClientValue().ReceiveReply();
            script.SendClientValueMessage();
        }
        else
        {
            script.ReceiveClientValue().Respond();
            script.SendReply().SendReply();
        }

        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void TruncationAtEveryByteEnds()
    {
        using var template = Start();
        byte[] init = template.MakeKexInit().Encode();
        for (int length = 1; length < init.Length; length++)
        {
            using var script = Start();
            script.SendKexInit(init[..length]);
            script.ExpectClosed(SshErrorKind.InvalidMessage);
        }
    }

    [Test]
    public void TrailingByteEnds()
    {
        using var script = Start();
        script.SendKexInit([.. script.MakeKexInit().Encode(), 0]);
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [TestCase(",curve25519-sha256")]
    [TestCase("curve25519-sha256,")]
    [TestCase("curve25519-sha256,,x")]
    [TestCase(",")]
    [TestCase("curve25519-sha256,curve25519-sha256")]
    [TestCase("curve25519-sha256,a b")]
    [TestCase("curve25519-sha256,a\0")]
    [TestCase("curve25519-sha256,ä")]
    public void MalformedListEnds(string list)
    {
        using var script = Start();
        script.SendKexInit(script.MakeKexInit() with { KeyExchanges = list });
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void NamesPerListAreBounded([Values(256, 257)] int count)
    {
        string list = "curve25519-sha256," + string.Join(',', Enumerable.Range(1, count - 1));
        TryLists(list, accepted: count <= SshLimits.Default.NameListCount);
    }

    [Test]
    public void NameLengthIsBounded([Values(64, 65)] int length) =>
        TryLists("curve25519-sha256," + new string('a', length), accepted: length <= SshLimits.Default.NameLength);

    [Test]
    public void ListLengthIsBounded([Values(16 * 1024, (16 * 1024) + 1)] int length)
    {
        var limits = SshLimits.Default with { NameListCount = 1000 };
        string list = "curve25519-sha256";
        for (int i = 100; list.Length + 61 <= length; i++)
        {
            list += "," + new string('x', 57) + i;
        }

        list += "," + new string('y', length - list.Length - 1);
        TryLists(list, accepted: length <= limits.NameListLength, s => s with { Limits = limits });
    }

    [Test]
    public void NothingInCommonReportsBothLists([Values] Field field)
    {
        using var script = Start();
        var init = script.MakeKexInit();
        init = field switch
        {
            Field.KeyExchanges => init with { KeyExchanges = "foo-kex" },
            Field.HostKeys => init with { HostKeys = "foo-key" },
            Field.CiphersToServer => init with { CiphersToServer = "foo-cipher" },
            Field.CiphersToClient => init with { CiphersToClient = "foo-cipher" },
            Field.MacsToServer => init with { Ciphers = "aes128-ctr", MacsToServer = "foo-mac" },
            Field.MacsToClient => init with { Ciphers = "aes128-ctr", MacsToClient = "foo-mac" },
            Field.CompressionsToServer => init with { CompressionsToServer = "foo-zip" },
            _ => init with { CompressionsToClient = "foo-zip" },
        };
        script.SendKexInit(init);
        var error = script.ExpectClosed(SshErrorKind.Incompatible, DisconnectReason.KeyExchangeFailed);
        Assert.That(error.Expected + error.Got, Does.Contain("foo-"));
        string ours = field switch
        {
            Field.KeyExchanges => "curve25519-sha256",
            Field.HostKeys => "ssh-ed25519",
            Field.CiphersToServer or Field.CiphersToClient => "aes256-ctr",
            Field.MacsToServer or Field.MacsToClient => "hmac-sha2-256",
            _ => "none",
        };
        Assert.That(error.Expected + error.Got, Does.Contain(ours));
    }

    [Test]
    public void MacIsNotNegotiatedForAeadCiphers()
    {
        using var script = Start();
        script.ExchangeKexInits(script.MakeKexInit() with { Ciphers = "aes256-gcm@openssh.com" });
        Assert.That(script.Error, Is.Null);
        script.ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.Subject.Algorithms!.MacIn, Is.Empty);
        Assert.That(script.Subject.Algorithms.MacOut, Is.Empty);
    }

    [Test]
    public void MarkersAreNeverChosen()
    {
        string other = role == Role.Server ? "s" : "c";
        using var script = Subjects.Start(role).ExchangeVersions();
        script.SendKexInit(script.MakeKexInit() with { KeyExchanges = $"ext-info-c,ext-info-s,kex-strict-{other}-v00@openssh.com" });
        script.ExpectClosed(SshErrorKind.Incompatible);
    }

    [Test]
    public void ReservedFieldIsIgnored()
    {
        using var script = Start();
        script.ExchangeKexInits(script.MakeKexInit() with { Reserved = 7 }).ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.Error, Is.Null);
    }

    public enum Field
    {
        KeyExchanges,
        HostKeys,
        CiphersToServer,
        CiphersToClient,
        MacsToServer,
        MacsToClient,
        CompressionsToServer,
        CompressionsToClient,
    }

    private void TryLists(string list, bool accepted, Func<SshSettings, SshSettings>? settings = null)
    {
        using var script = Subjects.Start(role, settings).ExchangeVersions();
        script.SendKexInit(script.MakeKexInit() with { KeyExchanges = list, LanguagesToClient = list });
        if (accepted)
        {
            Assert.That(script.Error, Is.Null);
            script.ReceiveKexInit();
        }
        else
        {
            script.ExpectClosed(SshErrorKind.InvalidMessage);
        }
    }
}
