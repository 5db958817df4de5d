using NUnit.Framework;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Transport;

/// <summary>Settings that no connection could work with are refused when it is made, by name.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class SettingsTests(Role role)
{
    [Test]
    public void TheDefaultsAreFine()
    {
        using var connection = Subjects.Connection(role);
        Assert.That(connection.HasOutput);
    }

    [Test]
    public void LimitsBelowTheirRangeAreRefusedByName()
    {
        Refused("SshLimits.QueuedControlPackets", l => l with { QueuedControlPackets = 7 });
        Refused("SshLimits.QueuedControlBytes", l => l with { QueuedControlBytes = 65535 });
        Refused("SshLimits.QueuedCommandPackets", l => l with { QueuedCommandPackets = 0 });
        Refused("SshLimits.QueuedCommandBytes", l => l with { QueuedCommandBytes = 0 });
        Refused("SshLimits.QueuedDataBytes", l => l with { QueuedDataBytes = 0 });
        Refused("SshLimits.PacketLength", l => l with { PacketLength = 32 * 1024 });
        Refused("SshLimits.PacketLengthBeforeAuth", l => l with { PacketLengthBeforeAuth = 0 });
        Refused("SshLimits.BytesBeforeAuth", l => l with { BytesBeforeAuth = 0 });
        Refused("SshLimits.IdentificationLength", l => l with { IdentificationLength = 8 });
        Refused("SshLimits.NameListCount", l => l with { NameListCount = 0 });
        Refused("SshLimits.AuthFailures", l => l with { AuthFailures = 0 });
        Refused("SshLimits.Channels", l => l with { Channels = -1 });
        Refused("SshLimits.SmallestGroupBits", l => l with { SmallestGroupBits = 4096, LargestGroupBits = 2048 });
        Refused("SshLimits.SmallestRsaBits", l => l with { SmallestRsaBits = 4096, LargestRsaBits = 2048 });
        Refused("SshLimits.HandshakeTimeout", l => l with { HandshakeTimeout = TimeSpan.Zero });
        Refused("SshLimits.CloseTimeout", l => l with { CloseTimeout = TimeSpan.FromSeconds(-1) });
    }

    [Test]
    public void PoliciesOutOfRangeAreRefusedByName()
    {
        Refused("RekeyPolicy.Bytes", s => s with { Rekey = new RekeyPolicy { Bytes = 0 } });
        Refused("RekeyPolicy.Packets", s => s with { Rekey = new RekeyPolicy { Packets = 1 } });
        Refused("RekeyPolicy.Age", s => s with { Rekey = new RekeyPolicy { Age = TimeSpan.Zero } });
        Refused("KeepAlive.Interval", s => s with { KeepAlive = new KeepAlive { Interval = TimeSpan.FromSeconds(-1) } });
        Refused("KeepAlive.MaxUnanswered", s => s with { KeepAlive = new KeepAlive { MaxUnanswered = -1 } });
        Refused("SshSettings.WindowSize", s => s with { WindowSize = 0 });
        Refused("SshSettings.MaxPacketSize", s => s with { MaxPacketSize = 0 });
        Refused("SshSettings.MaxPacketSize", s => s with { MaxPacketSize = uint.MaxValue });
    }

    [Test]
    public void PartsThatAreMissingAreRefusedByName()
    {
        foreach (var (name, change) in new (string, Func<SshSettings, SshSettings>)[]
        {
            ("SshSettings.Limits", s => s with { Limits = null! }),
            ("SshSettings.Rekey", s => s with { Rekey = null! }),
            ("SshSettings.KeepAlive", s => s with { KeepAlive = null! }),
            ("SshSettings.Algorithms", s => s with { Algorithms = null! }),
            ("SshSettings.Crypto", s => s with { Crypto = null! }),
        })
        {
            Assert.That(() => Subjects.Connection(role, change), Throws.ArgumentNullException.With.Message.Contains(name));
        }
    }

    [Test]
    public void TheKeepAliveOfALiveConnectionIsCheckedToo()
    {
        using var connection = Subjects.Connection(role);
        Assert.That(() => connection.KeepAlive = new KeepAlive { Interval = TimeSpan.FromTicks(-1) }, Throws.TypeOf<SshUsageException>());
        Assert.That(connection.KeepAlive, Is.SameAs(KeepAlive.Off));
    }

    [Test]
    public void AProviderThatCanDoNothingOfAListIsRefused()
    {
        foreach (var (list, lacking) in new[] { ("KeyExchanges", Primitive.X25519), ("Ciphers", Primitive.AesCtr), ("Macs", Primitive.HmacSha256) })
        {
            Refused("SshAlgorithmPreferences." + list, s => Narrow(s) with { Crypto = new LackingProvider(lacking) });
        }

        Refused("SshAlgorithmPreferences.KeyExchanges", s =>
        {
            s = Narrow(s) with { Crypto = new LackingProvider(Primitive.X25519) };
            return s is SshClientSettings client ? client with { GuessKeyExchange = true } : s;
        });
    }

    private static SshSettings Narrow(SshSettings settings) => settings with
    {
        Algorithms = settings.Algorithms with { KeyExchanges = ["curve25519-sha256"], Ciphers = ["aes128-ctr"], Macs = ["hmac-sha2-256"] },
    };

    private sealed class LackingProvider(Primitive lacking) : SshCryptoProvider
    {
        public override string Name => "lacking";

        public override RandomSource Random => Subjects.Crypto.Random;

        public override bool Supports(Primitive primitive) => primitive != lacking;
    }

    private void Refused(string name, Func<SshLimits, SshLimits> change) => Refused(name, s => s.WithLimits(change));

    private void Refused(string name, Func<SshSettings, SshSettings> change) =>
        Assert.That(() => Subjects.Connection(role, change), Throws.TypeOf<SshUsageException>().With.Message.Contains(name));
}

/// <summary>What only a server's settings have.</summary>
internal sealed class ServerSettingsTests
{
    [Test]
    public void AServerNeedsAHostKeyThatItsListAllows()
    {
        var key = new SshHostKey(KeyFixtures.For(Subjects.Crypto, "ssh-ed25519"));
        var settings = new SshServerSettings(Subjects.Crypto, key);
        Assert.That(() => new SshServerConnection(settings with { HostKeys = [] }), Throws.TypeOf<SshUsageException>().With.Message.Contains("HostKeys"));
        Assert.That(() => new SshServerConnection(settings with { HostKeys = [null!] }), Throws.TypeOf<SshUsageException>().With.Message.Contains("HostKeys"));
        Assert.That(
            () => new SshServerConnection(settings with { Algorithms = SshAlgorithmPreferences.Default with { HostKeys = ["rsa-sha2-512"] } }),
            Throws.TypeOf<SshUsageException>().With.Message.Contains("HostKeys").And.Message.Contains("ssh-ed25519"));
    }

    [Test]
    public void AServerWithGroupExchangeAloneNeedsGroups()
    {
        var settings = new SshServerSettings(Subjects.Crypto, new SshHostKey(KeyFixtures.For(Subjects.Crypto, "ssh-ed25519")))
        {
            Algorithms = SshAlgorithmPreferences.Default with { KeyExchanges = ["diffie-hellman-group-exchange-sha256"] },
            Groups = null,
        };
        Assert.That(() => new SshServerConnection(settings), Throws.TypeOf<SshUsageException>().With.Message.Contains("KeyExchanges"));
    }
}
