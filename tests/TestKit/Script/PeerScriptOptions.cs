using SshCore.Keys;
using SshCore.Security;

namespace SshCore.TestKit;

/// <summary>What a <see cref="PeerScript"/> works with.</summary>
public sealed record PeerScriptOptions(SshCryptoProvider Crypto)
{
    public RandomSource Random { get; init; } = new SeededRandom(4711);

    /// <summary>Our identification without its line end.</summary>
    public string Version { get; init; } = "SSH-2.0-PeerScript_1";

    /// <summary>Our KEXINIT; the markers for strict KEX and EXT_INFO are added as the next two say.</summary>
    public ScriptKexInit KexInit { get; init; } = ScriptKexInit.Everything;

    public bool StrictKex { get; init; } = true;

    public bool ExtInfo { get; init; } = true;

    /// <summary>The key a script that is a server signs with.</summary>
    public SshPrivateKey? HostKey { get; init; }

    /// <summary>Bytes given to the subject at a time; null for all.</summary>
    public int? Chunk { get; init; }
}
