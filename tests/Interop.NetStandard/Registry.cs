using SshCore.Interop.BouncyCastle;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>The providers of the netstandard2.0 builds; the default there is BouncyCastle and nothing else.</summary>
internal static class Registry
{
    public static IReadOnlyList<SshCryptoProvider> All { get; } = [new BouncyCastleProvider()];

    public static SshCryptoProvider Complete => All[0];

    public static IEnumerable<SshCryptoProvider> Supporting(Primitive primitive) => All[0].Supports(primitive) ? All : [];
}
