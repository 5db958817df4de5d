using System.Numerics;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>
/// Whether the numbers of an RSA private key belong together, so that a damaged file is found when it is read and never
/// makes a signature that gives the factors away. Only for files: the arithmetic is not constant-time.
/// </summary>
internal static class RsaConsistency
{
    public static bool Check(RsaPrivateParameters key)
    {
        int length = key.Modulus.Length;
        if (key.D.Length > length || key.P.Length >= length || key.Q.Length >= length || key.InverseQ.Length >= length)
        {
            return false;
        }

        var p = Number(key.P);
        var q = Number(key.Q);
        var product = Number(key.D) * Number(key.Exponent);
        return p > 1 && q > 1 && p * q == Number(key.Modulus)
            && product % (p - 1) == 1 && product % (q - 1) == 1
            && Number(key.InverseQ) * q % p == 1;
    }

    /// <summary>Whether <paramref name="part"/> is d mod (prime - 1), as PKCS#1 stores it besides d.</summary>
    public static bool IsReduced(ReadOnlySpan<byte> part, ReadOnlySpan<byte> d, ReadOnlySpan<byte> prime) =>
        Number(part) == Number(d) % (Number(prime) - 1);

    /// <summary>d mod (prime - 1) as an unsigned magnitude.</summary>
    public static byte[] Reduce(ReadOnlySpan<byte> d, ReadOnlySpan<byte> prime)
    {
        var bytes = (Number(d) % (Number(prime) - 1)).ToByteArray();
        Array.Reverse(bytes);
        return bytes;
    }

    private static BigInteger Number(ReadOnlySpan<byte> magnitude)
    {
        var bytes = new byte[magnitude.Length + 1];
        for (int i = 0; i < magnitude.Length; i++)
        {
            bytes[magnitude.Length - 1 - i] = magnitude[i];
        }

        var number = new BigInteger(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return number;
    }
}
