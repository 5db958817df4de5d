using SshCore.Interop.Bcl;
using SshCore.Interop.BouncyCastle;
using SshCore.Interop.Libcrypto;
using SshCore.Interop.Sntrup;
using SshCore.Security;

namespace SshCore.Interop;

/// <summary>The providers of .NET 10, and which goes first for what: the faster one, as measured.</summary>
internal static class AvailableProviders
{
    public static SshCryptoProvider[] Create() => [new LibcryptoProvider(), new BclProvider(), new SntrupProvider(), new BouncyCastleProvider()];

    public static SshCryptoProvider[] InOrder(Primitive primitive, SshCryptoProvider[] all)
    {
        var (libcrypto, bcl, sntrup, bouncyCastle) = (all[0], all[1], all[2], all[3]);
        return primitive switch
        {
            // The processor's AES instructions, without a call out of the runtime.
            Primitive.AesCtr => [bcl, libcrypto, bouncyCastle],
            Primitive.Ed25519 => [bouncyCastle, libcrypto],
            Primitive.Sntrup761 => [sntrup],
            _ => [libcrypto, bcl, bouncyCastle],
        };
    }
}
