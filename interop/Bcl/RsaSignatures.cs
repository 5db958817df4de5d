using System.Numerics;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).</summary>
internal sealed class RsaSignatures : SshSigner
{
    // 16,384 bits: what is longer only costs time.
    private const int LongestModulus = 2048;

    private readonly RSA _key;

    public RsaSignatures(RsaPrivateParameters key)
    {
        var n = TrimZeros(key.Modulus);
        int half = (n.Length + 1) / 2;
        var parameters = new RSAParameters
        {
            Modulus = n.ToArray(),
            Exponent = TrimZeros(key.Exponent).ToArray(),
        };
        try
        {
            parameters.D = Sized(key.D, n.Length);
            parameters.P = Sized(key.P, half);
            parameters.Q = Sized(key.Q, half);
            parameters.DP = ExponentModulo(key.D, key.P, half);
            parameters.DQ = ExponentModulo(key.D, key.Q, half);
            parameters.InverseQ = Sized(key.InverseQ, half);
            _key = RSA.Create(parameters);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException("The numbers do not make an RSA key.", nameof(key), e);
        }
        finally
        {
            Zero(ref parameters);
        }
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        var name = Names.Hash(hash);
        byte[] signature = _key.SignData(data, name, RSASignaturePadding.Pkcs1);

        // A fault in one half of the CRT would give the factors away (Boneh, DeMillo, Lipton).
        return _key.VerifyData(data, signature, name, RSASignaturePadding.Pkcs1)
            ? signature
            : throw new CryptographicException("The RSA signature just made does not verify.");
    }

    public static bool Verify(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        modulus = TrimZeros(modulus);
        exponent = TrimZeros(exponent);
        if (modulus.IsEmpty || modulus.Length > LongestModulus || exponent.IsEmpty || exponent.Length > 4
            || (modulus[^1] & exponent[^1] & 1) == 0 || (exponent.Length == 1 && exponent[0] < 3) || signature.Length != modulus.Length)
        {
            return false;
        }

        try
        {
            using var key = RSA.Create(new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() });
            return key.VerifyData(data, signature, Names.Hash(hash), RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public static RsaPrivateParameters Generate(int bits)
    {
        using var key = RSA.Create(bits);
        var parameters = key.ExportParameters(true);
        CryptographicOperations.ZeroMemory(parameters.DP);
        CryptographicOperations.ZeroMemory(parameters.DQ);
        return new RsaPrivateParameters
        {
            Modulus = parameters.Modulus!,
            Exponent = parameters.Exponent!,
            D = parameters.D!,
            P = parameters.P!,
            Q = parameters.Q!,
            InverseQ = parameters.InverseQ!,
        };
    }

    public override void Dispose() => _key.Dispose();

    // The files of SSH do not hold d mod (p-1); it is made once, when the key is loaded. The numbers in between are
    // immutable and cannot be zeroed.
    private static byte[] ExponentModulo(ReadOnlySpan<byte> d, ReadOnlySpan<byte> prime, int length)
    {
        var p = new BigInteger(prime, isUnsigned: true, isBigEndian: true);
        if (p <= BigInteger.One)
        {
            throw new CryptographicException("A factor is missing.");
        }

        byte[] rest = (new BigInteger(d, isUnsigned: true, isBigEndian: true) % (p - 1)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] sized = Sized(rest, length);
        CryptographicOperations.ZeroMemory(rest);
        return sized;
    }

    private static byte[] Sized(ReadOnlySpan<byte> number, int length)
    {
        number = TrimZeros(number);
        if (number.IsEmpty || number.Length > length)
        {
            throw new CryptographicException("A number of the key is missing or too long.");
        }

        byte[] sized = new byte[length];
        number.CopyTo(sized.AsSpan(length - number.Length));
        return sized;
    }

    private static ReadOnlySpan<byte> TrimZeros(ReadOnlySpan<byte> number) => number.TrimStart((byte)0);

    private static void Zero(ref RSAParameters parameters)
    {
        CryptographicOperations.ZeroMemory(parameters.D);
        CryptographicOperations.ZeroMemory(parameters.P);
        CryptographicOperations.ZeroMemory(parameters.Q);
        CryptographicOperations.ZeroMemory(parameters.DP);
        CryptographicOperations.ZeroMemory(parameters.DQ);
        CryptographicOperations.ZeroMemory(parameters.InverseQ);
    }
}
