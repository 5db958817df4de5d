using SshCore.Interop.BouncyCastle;
using SshCore.Security;

namespace SshCore.Interop;

/// <summary>The providers of .NET 10.</summary>
internal static class AvailableProviders
{
    public static SshCryptoProvider[] InOrder(Primitive primitive, IReadOnlyList<SshCryptoProvider> all) => [.. all];

    public static SshCryptoProvider[] Create() => [new BouncyCastleProvider()];
}
