using SshCore.Interop;
using SshCore.Interop.Bcl;
using SshCore.Interop.BouncyCastle;
using SshCore.Interop.Libcrypto;
using SshCore.Interop.Sntrup;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>The one list of providers under test.</summary>
internal static class Registry
{
    public static IReadOnlyList<SshCryptoProvider> All { get; } =
        [new BouncyCastleProvider(), new BclProvider(), new LibcryptoProvider(), new SntrupProvider(), DefaultCrypto.Create()];

    /// <summary>BouncyCastle has everything: the partner where one is enough.</summary>
    public static SshCryptoProvider Complete => All[0];

    public static IEnumerable<SshCryptoProvider> Supporting(Primitive primitive)
    {
        foreach (var provider in All)
        {
            if (provider.Supports(primitive))
            {
                yield return provider;
            }
        }
    }
}
