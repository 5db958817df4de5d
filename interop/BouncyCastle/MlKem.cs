using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>ML-KEM-768 (FIPS 203).</summary>
internal sealed class MlKem : SshKemKeyPair
{
    private const int PublicLength = 1184;
    private const int CiphertextLength = 1088;
    private const int SecretLength = 32;
    private const int SeedLength = 64;
    private const int Modulus = 3329;

    private readonly byte[] _public;
    private MLKemDecapsulator? _decapsulator;

    public MlKem(RandomSource random)
    {
        byte[] seed = new byte[SeedLength];
        random.Fill(seed);
        var key = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, seed);
        CryptographicOperations.ZeroMemory(seed);
        _public = key.GetPublicKeyEncoded();
        _decapsulator = new MLKemDecapsulator(MLKemParameters.ml_kem_768);
        _decapsulator.Init(key);
    }

    public override ReadOnlySpan<byte> PublicKey => _public;

    public static bool TryEncapsulate(ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret)
    {
        ciphertext = [];
        if (!IsCanonical(publicKey))
        {
            return false;
        }

        var key = MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, publicKey.ToArray());
        var encapsulator = new MLKemEncapsulator(MLKemParameters.ml_kem_768);
        encapsulator.Init(new ParametersWithRandom(key, SourceRandom.Over(random)));
        ciphertext = new byte[CiphertextLength];
        byte[] shared = new byte[SecretLength];
        encapsulator.Encapsulate(ciphertext, 0, ciphertext.Length, shared, 0, shared.Length);
        secret.Set(shared);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }

    public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, SecretBytes secret)
    {
        var decapsulator = _decapsulator ?? throw new ObjectDisposedException(nameof(SshKemKeyPair));
        if (ciphertext.Length != CiphertextLength)
        {
            return false;
        }

        byte[] shared = new byte[SecretLength];
        decapsulator.Decapsulate(ciphertext.ToArray(), 0, CiphertextLength, shared, 0, shared.Length);
        secret.Set(shared);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }

    public override void Dispose() => _decapsulator = null;

    /// <summary>
    /// The length and the modulus check of FIPS 203 §7.2: every 12-bit number of the key is below q, so that decoding and
    /// encoding again gives the same bytes.
    /// </summary>
    private static bool IsCanonical(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicLength)
        {
            return false;
        }

        for (int i = 0; i < PublicLength - 32; i += 3)
        {
            int first = publicKey[i] | ((publicKey[i + 1] & 0x0f) << 8);
            int second = (publicKey[i + 1] >> 4) | (publicKey[i + 2] << 4);
            if (first >= Modulus || second >= Modulus)
            {
                return false;
            }
        }

        return true;
    }
}
