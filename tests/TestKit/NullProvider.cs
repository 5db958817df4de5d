using SshCore.Buffers;
using SshCore.Security;
using SshCore.TestKit.Null;

namespace SshCore.TestKit;

/// <summary>
/// Every primitive with the right lengths and no security: ciphers leave the data plain, tags are zeros, signatures are
/// digests of public values. A connection under it can be written to by hand, which is what fuzzing wants. Given the seed,
/// everything it makes is reproducible.
/// </summary>
public sealed class NullProvider(ulong seed = 1) : SshCryptoProvider
{
    public override string Name => "null";

    public override RandomSource Random { get; } = new SeededRandom(seed);

    public override bool Supports(Primitive primitive) => Enum.IsDefined(primitive);

    public override SshHash CreateHash(Primitive hash) => new NullHash(HashLength(hash));

    public override SshMac CreateMac(Primitive mac, ReadOnlySpan<byte> key) => new NullMac(HashLength(mac));

    public override SshCipher CreateCipher(Primitive cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) =>
        new NullCipher(cipher == Primitive.TripleDesCbc ? 8 : 16);

    public override SshAead CreateAead(Primitive aead, ReadOnlySpan<byte> key) => new NullAead();

    public override SshChaChaPoly CreateChaChaPoly(ReadOnlySpan<byte> key) => new NullChaChaPoly();

    public override SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random)
    {
        if (agreement == Primitive.X25519)
        {
            return new NullAgreement(Bytes(random, 32), 32, isPoint: false, isMagnitude: false);
        }

        int field = FieldLength(agreement);
        var point = Bytes(random, 1 + (2 * field));
        point[0] = 4;
        return new NullAgreement(point, field, isPoint: true, isMagnitude: false);
    }

    public override SshKeyAgreement CreateDiffieHellman(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random)
    {
        // One byte shorter than the prime: inside 2..p-2 whatever the prime is.
        var value = Bytes(random, Math.Max(prime.TrimStart((byte)0).Length - 1, 1));
        value[0] |= 0x80;
        return new NullAgreement(value, value.Length, isPoint: false, isMagnitude: true);
    }

    public override bool IsSafePrime(ReadOnlySpan<byte> number) => number.Length > 0 && (number[^1] & 1) == 1;

    public override SshKemKeyPair CreateKemKeyPair(Primitive kem, RandomSource random) =>
        new NullKem(Bytes(random, KemPublicLength(kem)), KemCiphertextLength(kem));

    public override bool TryEncapsulate(Primitive kem, ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret)
    {
        ciphertext = [];
        if (publicKey.Length != KemPublicLength(kem))
        {
            return false;
        }

        ciphertext = Bytes(random, KemCiphertextLength(kem));
        secret.Set(NullKem.Secret(publicKey.ToArray(), ciphertext));
        return true;
    }

    public override bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.SequenceEqual(NullSigner.Signature(publicKey, 64, Primitive.Ed25519, data));

    public override bool VerifyEcdsa(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.SequenceEqual(NullSigner.Signature(point, 2 * FieldLength(curve), hash, data));

    public override bool VerifyRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        modulus.Length >= 64 && signature.SequenceEqual(NullSigner.Signature(modulus, modulus.Length, hash, data));

    public override bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point) =>
        point.Length == 1 + (2 * FieldLength(curve)) && point[0] == 4;

    public override SshSigner CreateEd25519Signer(ReadOnlySpan<byte> seed) => new NullSigner(Ed25519PublicKey(seed), 64, fixedHash: Primitive.Ed25519);

    public override byte[] Ed25519PublicKey(ReadOnlySpan<byte> seed) => NullDigest.Of(4, 32, seed.ToArray());

    public override SshSigner CreateEcdsaSigner(Primitive curve, ReadOnlySpan<byte> scalar) =>
        new NullSigner(EcdsaPublicPoint(curve, scalar), 2 * FieldLength(curve));

    public override byte[] EcdsaPublicPoint(Primitive curve, ReadOnlySpan<byte> scalar)
    {
        var point = NullDigest.Of(5, 1 + (2 * FieldLength(curve)), scalar.ToArray());
        point[0] = 4;
        return point;
    }

    public override SshSigner CreateRsaSigner(RsaPrivateParameters key) => new NullSigner(key.Modulus, key.Modulus.Length);

    public override byte[] GenerateEcdsaScalar(Primitive curve, RandomSource random)
    {
        var scalar = Bytes(random, FieldLength(curve));
        scalar[0] = 0;
        scalar[1] |= 1;
        return scalar;
    }

    public override RsaPrivateParameters GenerateRsa(int bits, RandomSource random)
    {
        var modulus = Odd(bits / 8);
        return new RsaPrivateParameters
        {
            Modulus = modulus,
            Exponent = [1, 0, 1],
            D = Odd(bits / 8),
            P = Odd(bits / 16),
            Q = Odd(bits / 16),
            InverseQ = Odd(bits / 16),
        };

        byte[] Odd(int length)
        {
            var value = Bytes(random, length);
            value[0] |= 0x80;
            value[^1] |= 1;
            return value;
        }
    }

    public override void BcryptPbkdf(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds, Span<byte> destination) =>
        NullDigest.Of(6, destination.Length, password.ToArray(), salt.ToArray(), [(byte)rounds]).CopyTo(destination);

    private static byte[] Bytes(RandomSource random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }

    private static int HashLength(Primitive hash) => hash switch
    {
        Primitive.Md5 or Primitive.HmacMd5 => 16,
        Primitive.Sha1 or Primitive.HmacSha1 => 20,
        Primitive.Sha256 or Primitive.HmacSha256 => 32,
        Primitive.Sha384 or Primitive.HmacSha384 => 48,
        Primitive.Sha512 or Primitive.HmacSha512 => 64,
        _ => throw new NotSupportedException($"{hash} is no hash."),
    };

    private static int FieldLength(Primitive curve) => curve switch
    {
        Primitive.EcdhP256 or Primitive.EcdsaP256 => 32,
        Primitive.EcdhP384 or Primitive.EcdsaP384 => 48,
        Primitive.EcdhP521 or Primitive.EcdsaP521 => 66,
        _ => throw new NotSupportedException($"{curve} is no curve."),
    };

    private static int KemPublicLength(Primitive kem) => kem switch
    {
        Primitive.MlKem768 => 1184,
        Primitive.Sntrup761 => 1158,
        _ => throw new NotSupportedException($"{kem} is no KEM."),
    };

    private static int KemCiphertextLength(Primitive kem) => kem == Primitive.MlKem768 ? 1088 : 1039;
}
