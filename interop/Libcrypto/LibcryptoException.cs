using System.Security.Cryptography;

namespace SshCore.Interop.Libcrypto;

/// <summary>A call that cannot fail for a reason of the peer's did fail: memory, or a wrong argument of ours.</summary>
internal static class LibcryptoException
{
    public static CryptographicException Now()
    {
        Native.ERR_clear_error();
        return new CryptographicException("libcrypto refused an operation.");
    }

    public static void Require(int result)
    {
        if (result != 1)
        {
            throw Now();
        }
    }
}
