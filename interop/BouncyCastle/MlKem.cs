using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>ML-KEM-768 (FIPS 203).</summary>
internal sealed class MlKem : SshKemKeyPair
{
    private const int CiphertextLength = 1088;
    private const int SecretLength = 32;
    private const int SeedLength = 64;

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
        if (!MlKemKeyCheck.IsCanonical(publicKey))
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
}
