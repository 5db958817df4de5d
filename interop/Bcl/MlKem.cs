using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>ML-KEM-768 by <see cref="MLKem"/>, which exists where the platform's library has it (OpenSSL 3.5, Windows 11).</summary>
internal sealed class MlKem : SshKemKeyPair
{
    private readonly MLKem _key;
    private readonly byte[] _public;

    public MlKem(RandomSource random)
    {
        byte[] seed = new byte[MLKemAlgorithm.MLKem768.PrivateSeedSizeInBytes];
        random.Fill(seed);
        _key = MLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem768, seed);
        CryptographicOperations.ZeroMemory(seed);
        _public = _key.ExportEncapsulationKey();
    }

    public override ReadOnlySpan<byte> PublicKey => _public;

    public static bool TryEncapsulate(ReadOnlySpan<byte> publicKey, out byte[] ciphertext, SecretBytes secret)
    {
        ciphertext = [];
        if (!MlKemKeyCheck.IsCanonical(publicKey))
        {
            return false;
        }

        try
        {
            using var key = MLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem768, publicKey);
            key.Encapsulate(out ciphertext, out byte[] shared);
            secret.Set(shared);
            CryptographicOperations.ZeroMemory(shared);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, SecretBytes secret)
    {
        if (ciphertext.Length != MLKemAlgorithm.MLKem768.CiphertextSizeInBytes)
        {
            return false;
        }

        _key.Decapsulate(ciphertext, secret.Reset(MLKemAlgorithm.MLKem768.SharedSecretSizeInBytes));
        return true;
    }

    public override void Dispose() => _key.Dispose();
}
