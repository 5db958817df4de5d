using System.Security.Cryptography;
using Org.BouncyCastle.Pqc.Crypto.NtruPrime;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>Streamlined NTRU Prime 4591^761.</summary>
internal sealed class Sntrup : SshKemKeyPair
{
    private const int PublicLength = 1158;
    private const int CiphertextLength = 1039;

    private readonly byte[] _public;
    private SNtruPrimeKemExtractor? _extractor;

    public Sntrup(RandomSource random)
    {
        var generator = new SNtruPrimeKeyPairGenerator();
        generator.Init(new SNtruPrimeKeyGenerationParameters(SourceRandom.Over(random), SNtruPrimeParameters.sntrup761));
        var pair = generator.GenerateKeyPair();
        _public = ((SNtruPrimePublicKeyParameters)pair.Public).GetEncoded();
        _extractor = new SNtruPrimeKemExtractor((SNtruPrimePrivateKeyParameters)pair.Private);
    }

    public override ReadOnlySpan<byte> PublicKey => _public;

    public static bool TryEncapsulate(ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret)
    {
        ciphertext = [];
        if (publicKey.Length != PublicLength)
        {
            return false;
        }

        var key = new SNtruPrimePublicKeyParameters(SNtruPrimeParameters.sntrup761, publicKey.ToArray());
        using var result = new SNtruPrimeKemGenerator(SourceRandom.Over(random)).GenerateEncapsulated(key);
        ciphertext = result.GetEncapsulation();
        byte[] shared = result.GetSecret();
        secret.Set(shared);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }

    public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, SecretBytes secret)
    {
        var extractor = _extractor ?? throw new ObjectDisposedException(nameof(SshKemKeyPair));
        if (ciphertext.Length != CiphertextLength)
        {
            return false;
        }

        byte[] shared = extractor.ExtractSecret(ciphertext.ToArray());
        secret.Set(shared);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }

    public override void Dispose() => _extractor = null;
}
