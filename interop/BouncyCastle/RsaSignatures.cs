using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using SshCore.Security;
using FixedTime = System.Security.Cryptography.CryptographicOperations;

namespace SshCore.Interop.BouncyCastle;

/// <summary>RSASSA-PKCS1-v1_5 (RFC 8017 §8.2): encode and compare, so that no parser stands between the key and the answer.</summary>
internal sealed class RsaSignatures : SshSigner
{
    // 16,384 bits: what is longer only costs time.
    private const int LongestModulus = 2048;

    private readonly byte[] _exponent;
    private readonly byte[] _modulus;
    private readonly RandomSource _random;
    private RsaPrivateCrtKeyParameters? _key;

    public RsaSignatures(RsaPrivateParameters key, RandomSource random)
    {
        _random = random;
        _modulus = TrimZeros(key.Modulus).ToArray();
        _exponent = key.Exponent;
        var p = new BigInteger(1, key.P);
        var q = new BigInteger(1, key.Q);
        var d = new BigInteger(1, key.D);
        if (p.BitLength < 2 || q.BitLength < 2 || d.SignValue == 0)
        {
            throw new ArgumentException("A number of the key is missing.", nameof(key));
        }

        _key = new RsaPrivateCrtKeyParameters(
            new BigInteger(1, key.Modulus),
            new BigInteger(1, key.Exponent),
            d,
            p,
            q,
            d.Mod(p.Subtract(BigInteger.One)),
            d.Mod(q.Subtract(BigInteger.One)),
            new BigInteger(1, key.InverseQ));
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        var key = _key ?? throw new ObjectDisposedException(nameof(SshSigner));
        byte[] encoded = new byte[_modulus.Length];
        if (!Pkcs1Encoding.TryEncode(hash, Digests.Compute(hash, data), encoded))
        {
            throw new ArgumentException("The modulus is too short for this hash.", nameof(hash));
        }

        // The engine blinds the base with the provider's random source.
        var engine = new RsaBlindedEngine();
        engine.Init(true, new ParametersWithRandom(key, SourceRandom.Over(_random)));
        byte[] result = engine.ProcessBlock(encoded, 0, encoded.Length);
        byte[] signature = new byte[_modulus.Length];
        result.CopyTo(signature, signature.Length - result.Length);

        // A fault in one half of the CRT would give the factors away (Boneh, DeMillo, Lipton).
        return Verify(_modulus, _exponent, hash, data, signature)
            ? signature
            : throw new CryptoException("The RSA signature just made does not verify.");
    }

    public static bool Verify(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        modulus = TrimZeros(modulus);
        exponent = TrimZeros(exponent);
        if (modulus.IsEmpty || modulus.Length > LongestModulus || exponent.IsEmpty || exponent.Length > 4 || signature.Length != modulus.Length || (modulus[modulus.Length - 1] & 1) == 0)
        {
            return false;
        }

        var n = new BigInteger(1, modulus.ToArray());
        var e = new BigInteger(1, exponent.ToArray());
        var s = new BigInteger(1, signature.ToArray());
        if (e.CompareTo(BigInteger.Three) < 0 || !e.TestBit(0) || s.CompareTo(n) >= 0)
        {
            return false;
        }

        byte[] expected = new byte[modulus.Length];
        if (!Pkcs1Encoding.TryEncode(hash, Digests.Compute(hash, data), expected))
        {
            return false;
        }

        byte[] opened = new byte[modulus.Length];
        byte[] number = s.ModPow(e, n).ToByteArrayUnsigned();
        number.CopyTo(opened, opened.Length - number.Length);
        return FixedTime.FixedTimeEquals(opened, expected);
    }

    public static RsaPrivateParameters Generate(int bits, RandomSource random)
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), SourceRandom.Over(random), bits, 100));
        var key = (RsaPrivateCrtKeyParameters)generator.GenerateKeyPair().Private;
        return new RsaPrivateParameters
        {
            Modulus = key.Modulus.ToByteArrayUnsigned(),
            Exponent = key.PublicExponent.ToByteArrayUnsigned(),
            D = key.Exponent.ToByteArrayUnsigned(),
            P = key.P.ToByteArrayUnsigned(),
            Q = key.Q.ToByteArrayUnsigned(),
            InverseQ = key.QInv.ToByteArrayUnsigned(),
        };
    }

    public override void Dispose() => _key = null;

    private static ReadOnlySpan<byte> TrimZeros(ReadOnlySpan<byte> number)
    {
        while (!number.IsEmpty && number[0] == 0)
        {
            number = number.Slice(1);
        }

        return number;
    }
}
