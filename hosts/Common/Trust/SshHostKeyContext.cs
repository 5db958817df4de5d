using Microsoft.Extensions.Logging;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Hosts;

/// <summary>Which host offers which key. The core has verified that the server holds the key's private half.</summary>
public sealed class SshHostKeyContext
{
    internal SshHostKeyContext(string host, int port, string? address, SshPublicKey key, string algorithm, SshCryptoProvider crypto, ILogger logger)
    {
        Host = host;
        Port = port;
        Address = address;
        Key = key;
        Algorithm = algorithm;
        Crypto = crypto;
        Log = logger;
    }

    /// <summary>The host name as the user gave it.</summary>
    public string Host { get; }

    /// <summary>The port as the user gave it.</summary>
    public int Port { get; }

    /// <summary>The address that was connected to; null over a stream.</summary>
    public string? Address { get; }

    /// <summary>How known_hosts names it: <c>host</c>, or <c>[host]:port</c> for another port than 22.</summary>
    public string Name => Port == SshEndPoint.DefaultPort ? Host : $"[{Host}]:{Port}";

    /// <summary>The key.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm that was negotiated.</summary>
    public string Algorithm { get; }

    /// <summary>Does the maths.</summary>
    public SshCryptoProvider Crypto { get; }

    /// <summary>The key's SHA-256 fingerprint, to show to a person.</summary>
    public string Fingerprint => field ??= Key.Fingerprint(Crypto);

    internal ILogger Log { get; }

    internal SshHostKeyException Unknown(string why) =>
        new($"The host key of {Name} was not accepted: {Key.KeyType} {Fingerprint} {why}.", Name, Key, Fingerprint);

    internal SshHostKeyChangedException Changed(IReadOnlyList<string> known) =>
        new($"The host key of {Name} has changed: it offers {Key.KeyType} {Fingerprint}, known is {string.Join("; ", known)}.", Name, Key, Fingerprint, known);
}
