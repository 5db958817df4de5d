using SshCore.Interop.BouncyCastle;
using SshCore.Security;

namespace SshCore.Interop;

/// <summary>The providers of netstandard2.0: BouncyCastle alone.</summary>
internal static class AvailableProviders
{
    public static SshCryptoProvider[] InOrder(Primitive primitive, SshCryptoProvider[] all) => all;

    public static SshCryptoProvider[] Create() => [new BouncyCastleProvider()];
}
