using SshCore.Keys;
using SshCore.Memory;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Pair;

/// <summary>How a <see cref="PairWorld"/> is made; everything not said is the default.</summary>
internal sealed record PairPlan
{
    public SshCryptoProvider Crypto { get; init; } = Subjects.Crypto;

    public string? KeyExchange { get; init; }

    public string? Cipher { get; init; }

    public string? Mac { get; init; }

    public string? HostKey { get; init; }

    public ulong Seed { get; init; } = 1;

    // Small enough that a rekey meets data that are still to be sent.
    public MemoryPairOptions Options { get; init; } = new() { Capacity = 64 * 1024 };

    public Func<SshSettings, SshSettings>? Both { get; init; }

    public Func<SshSettings, SshSettings>? OnlyClient { get; init; }

    public Func<SshSettings, SshSettings>? OnlyServer { get; init; }

    /// <summary>Bytes each side sends on the channel.</summary>
    public int Bytes { get; init; } = 1024 * 1024;

    /// <summary>The client starts a rekey at a third of what it receives, the server at two thirds.</summary>
    public bool Rekeys { get; init; } = true;

    public SshClientConnection Client() => new((SshClientSettings)Apply(new SshClientSettings(Crypto) { Random = new SeededRandom(Seed * 2) }, OnlyClient));

    public SshServerConnection Server()
    {
        string hostKey = HostKey ?? "ssh-ed25519";
        var settings = new SshServerSettings(Crypto, new SshHostKey(KeyFixtures.For(Crypto, hostKey)))
        {
            Groups = FixedGroups.Instance,
            Random = new SeededRandom((Seed * 2) + 1),
        };
        return new((SshServerSettings)Apply(settings, OnlyServer));
    }

    private SshSettings Apply(SshSettings settings, Func<SshSettings, SshSettings>? one)
    {
        var algorithms = settings.Algorithms;
        foreach (string? name in (string?[])[Mac, HostKey])
        {
            if (name is not null && SshAlgorithms.IsLegacy(name))
            {
                algorithms = algorithms.AllowLegacy(name);
            }
        }

        algorithms = KeyExchange is null ? algorithms : algorithms with { KeyExchanges = [KeyExchange] };
        algorithms = Cipher is null ? algorithms : algorithms with { Ciphers = [Cipher] };
        algorithms = Mac is null ? algorithms : algorithms with { Macs = [Mac] };
        algorithms = HostKey is null ? algorithms : algorithms with { HostKeys = [HostKey] };
        settings = settings with { Algorithms = algorithms, Limits = settings.Limits with { QueuedDataBytes = 64 * 1024 } };
        settings = Both is null ? settings : Both(settings);
        return one is null ? settings : one(settings);
    }
}
