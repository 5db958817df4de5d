using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>What an exchange leaves behind: K as it is hashed, H, and the hash of its method.</summary>
internal sealed class KexResult : IDisposable
{
    public required Primitive Hash { get; init; }

    /// <summary>K as an mpint or, for hybrids, as a string.</summary>
    public required SecretBytes EncodedSecret { get; init; }

    public required byte[] ExchangeHash { get; init; }

    public void Dispose() => EncodedSecret.Dispose();
}
