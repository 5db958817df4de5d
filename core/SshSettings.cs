using SshCore.Errors;
using SshCore.Events;
using SshCore.Kex;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore;

/// <summary>
/// What a connection is made with; immutable, and shared by as many connections as wanted. Values that no connection could
/// work with are refused when one is made, with an exception that names the property and its range.
/// </summary>
public abstract record SshSettings
{
    private readonly string _softwareVersion = "SshCore_0.1";

    private protected SshSettings(SshCryptoProvider crypto) => Crypto = crypto;

    /// <summary>Does the maths.</summary>
    public SshCryptoProvider Crypto { get; init; }

    /// <summary>Cookies, padding and ephemeral keys; null: the provider's own source.</summary>
    public RandomSource? Random { get; init; }

    /// <summary>Every bound.</summary>
    public SshLimits Limits { get; init; } = SshLimits.Default;

    /// <summary>Algorithm names in order of preference.</summary>
    public SshAlgorithmPreferences Algorithms { get; init; } = SshAlgorithmPreferences.Default;

    /// <summary>When to change keys.</summary>
    public RekeyPolicy Rekey { get; init; } = RekeyPolicy.Default;

    /// <summary>How to keep the connection alive and find a dead peer.</summary>
    public KeepAlive KeepAlive { get; init; } = KeepAlive.Off;

    /// <summary>
    /// What is told by Trace events; nothing by default. The bytes exchanged do not depend on it. Some come between the
    /// packet and its ChannelData event, so that <c>BorrowData</c> may give a copy.
    /// </summary>
    public SshTraceAreas Trace { get; init; }

    /// <summary>
    /// Our software version: printable US-ASCII without space and minus sign (RFC 4253 §4.2), at most 200 characters.
    /// </summary>
    /// <exception cref="ArgumentException">Another character is in it.</exception>
    public string SoftwareVersion
    {
        get => _softwareVersion;
        init
        {
            if (value.Length is 0 or > 200)
            {
                throw new ArgumentException("The software version has 1 to 200 characters.", nameof(value));
            }

            foreach (char c in value)
            {
                if (c is <= ' ' or > '~' or '-')
                {
                    throw new ArgumentException($"The software version must be printable US-ASCII without space and '-'; it has U+{(int)c:X4}.", nameof(value));
                }
            }

            _softwareVersion = value;
        }
    }

    /// <summary>Receive window of a channel in bytes, 32 KiB to 2³²-1; 2 MiB by default.</summary>
    public uint WindowSize { get; init; } = 2 * 1024 * 1024;

    /// <summary>Whether receive windows grow to <see cref="SshLimits.LargestWindow"/> while their reader keeps up.</summary>
    public bool GrowWindows { get; init; } = true;

    /// <summary>Largest channel packet we accept, in bytes, 4 KiB to 128 KiB; 32 KiB by default.</summary>
    public uint MaxPacketSize { get; init; } = 32 * 1024;

    internal RandomSource RandomOrDefault => Random ?? Crypto.Random;
}

/// <summary>Settings of a client.</summary>
public sealed record SshClientSettings : SshSettings
{
    /// <summary>Settings with all defaults.</summary>
    public SshClientSettings(SshCryptoProvider crypto)
        : base(crypto)
    {
    }

    /// <summary>
    /// Sends the first message of the preferred key exchange along with KEXINIT (RFC 4253 §7,
    /// first_kex_packet_follows): one round trip less where the server prefers the same, wasted work elsewhere.
    /// </summary>
    public bool GuessKeyExchange { get; init; }
}

/// <summary>Settings of a server.</summary>
public sealed record SshServerSettings : SshSettings
{
    /// <summary>Settings with all defaults and these host keys, one per key type (the last of a type counts).</summary>
    public SshServerSettings(SshCryptoProvider crypto, params IReadOnlyList<SshHostKey> hostKeys)
        : base(crypto)
    {
        if (hostKeys.Count == 0)
        {
            throw new SshUsageException("A server needs at least one host key.");
        }

        HostKeys = hostKeys;
    }

    /// <summary>The host keys.</summary>
    public IReadOnlyList<SshHostKey> HostKeys { get; init; }

    /// <summary>Groups for diffie-hellman-group-exchange-sha256; without them the method is not offered.</summary>
    public GexGroupSource? Groups { get; init; }

    /// <summary>Offers group exchange without <see cref="Groups"/>: each one raises GexGroupNeeded.</summary>
    public bool HostChoosesGroups { get; init; }

    /// <summary>Methods that can continue unless the policy says otherwise for a user.</summary>
    public IReadOnlyList<string> AuthMethods { get; init; } = ["publickey", "password", "keyboard-interactive"];

    /// <summary>Text sent as USERAUTH_BANNER before the first answer; null for none.</summary>
    public string? Banner { get; init; }
}
