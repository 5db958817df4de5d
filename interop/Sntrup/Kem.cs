using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// The key encapsulation mechanism sntrup761 in bytes (NTRU Prime, round 3, §4): key pair, encapsulation and decapsulation
/// with implicit rejection. Hash_b(x) is the first half of SHA-512(b ‖ x).
/// </summary>
internal static class Kem
{
    public const int PublicKeyLength = Encodings.ModQLength;
    public const int SecretLength = HashLength;
    public const int CiphertextLength = Encodings.RoundedLength + HashLength;

    /// <summary>f, 1/g, the public key, the seed of rejections, and the public key's hash.</summary>
    public const int PrivateKeyLength = RejectionStart + Encodings.SmallLength + HashLength;

    private const int HashLength = 32;
    private const int PublicStart = 2 * Encodings.SmallLength;
    private const int RejectionStart = PublicStart + PublicKeyLength;
    private const int PublicHashStart = RejectionStart + Encodings.SmallLength;

    public static void GenerateKeyPair(RandomSource random, Span<byte> publicKey, Span<byte> privateKey)
    {
        Span<short> f = stackalloc short[Ring.Degree];
        Span<short> g = stackalloc short[Ring.Degree];
        Span<short> work = stackalloc short[Ring.Degree];

        // About one g in five hundred has no inverse. That one was thrown away is no secret.
        do
        {
            Sampling.Small(random, g);
        }
        while (!InverseModThree.TryInvert(g, work));

        Encodings.WriteSmall(work, privateKey.Slice(Encodings.SmallLength, Encodings.SmallLength));
        Sampling.Short(random, f);
        Encodings.WriteSmall(f, privateKey[..Encodings.SmallLength]);

        // h = g/(3f)
        InverseModQ.InvertTripled(f, work);
        Product.ModQ(work, g, f);
        Encodings.WriteModQ(f, publicKey);

        publicKey.CopyTo(privateKey.Slice(PublicStart, PublicKeyLength));
        random.Fill(privateKey.Slice(RejectionStart, Encodings.SmallLength));
        Hash(4, publicKey, [], privateKey.Slice(PublicHashStart, HashLength));
        f.Clear();
        g.Clear();
        work.Clear();
    }

    public static void Encapsulate(ReadOnlySpan<byte> publicKey, RandomSource random, Span<byte> ciphertext, Span<byte> secret)
    {
        Span<short> r = stackalloc short[Ring.Degree];
        Span<byte> encoded = stackalloc byte[Encodings.SmallLength];
        Span<byte> publicHash = stackalloc byte[HashLength];
        Hash(4, publicKey, [], publicHash);
        Sampling.Short(random, r);
        Hide(r, publicKey, publicHash, encoded, ciphertext);
        SessionSecret(1, encoded, ciphertext, secret);
        r.Clear();
        CryptographicOperations.ZeroMemory(encoded);
    }

    public static void Decapsulate(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> privateKey, Span<byte> secret)
    {
        Span<short> r = stackalloc short[Ring.Degree];
        Span<byte> encoded = stackalloc byte[Encodings.SmallLength];
        Span<byte> again = stackalloc byte[CiphertextLength];
        Decrypt(ciphertext, privateKey, r);
        Hide(r, privateKey.Slice(PublicStart, PublicKeyLength), privateKey.Slice(PublicHashStart, HashLength), encoded, again);

        // Implicit rejection: a ciphertext that is not the encryption of what it decrypts to gives a secret from the seed.
        // That it was one is a secret too, so the comparison gives a mask and not an answer.
        int difference = 0;
        for (int i = 0; i < again.Length; i++)
        {
            difference |= ciphertext[i] ^ again[i];
        }

        int different = -difference >> 31;
        var rejection = privateKey.Slice(RejectionStart, Encodings.SmallLength);
        for (int i = 0; i < encoded.Length; i++)
        {
            encoded[i] ^= (byte)(different & (encoded[i] ^ rejection[i]));
        }

        SessionSecret((byte)(1 + different), encoded, ciphertext, secret);
        r.Clear();
        CryptographicOperations.ZeroMemory(encoded);
        CryptographicOperations.ZeroMemory(again);
    }

    // r from c = Round(hr): 3fc is gr modulo 3 where nothing overflowed, and dividing by g leaves r.
    private static void Decrypt(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> privateKey, Span<short> r)
    {
        Span<short> f = stackalloc short[Ring.Degree];
        Span<short> c = stackalloc short[Ring.Degree];
        Span<short> e = stackalloc short[Ring.Degree];
        Encodings.ReadRounded(ciphertext[..Encodings.RoundedLength], c);
        Encodings.ReadSmall(privateKey[..Encodings.SmallLength], f);
        Product.ModQ(c, f, e);
        for (int i = 0; i < Ring.Degree; i++)
        {
            e[i] = (short)Ring.FreezeThree(Ring.Freeze(3 * e[i]));
        }

        Encodings.ReadSmall(privateKey.Slice(Encodings.SmallLength, Encodings.SmallLength), f);
        Product.ModThree(e, f, r);

        // What has not the weight 286 is replaced by the polynomial 1 + x + … + x^285, without a branch.
        int weight = 0;
        for (int i = 0; i < Ring.Degree; i++)
        {
            weight += r[i] & 1;
        }

        int wrong = (weight - Ring.Weight) | (Ring.Weight - weight);
        int mask = wrong >> 31;
        for (int i = 0; i < Ring.Degree; i++)
        {
            int replacement = i < Ring.Weight ? 1 : 0;
            r[i] = (short)(r[i] ^ (mask & (r[i] ^ replacement)));
        }

        f.Clear();
        c.Clear();
        e.Clear();
    }

    // The ciphertext: hr rounded to multiples of 3, and a confirmation.
    private static void Hide(ReadOnlySpan<short> r, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> publicHash, Span<byte> encoded, Span<byte> ciphertext)
    {
        Span<short> h = stackalloc short[Ring.Degree];
        Span<short> product = stackalloc short[Ring.Degree];
        Span<byte> inner = stackalloc byte[HashLength];
        Encodings.WriteSmall(r, encoded);
        Encodings.ReadModQ(publicKey, h);
        Product.ModQ(h, r, product);
        for (int i = 0; i < Ring.Degree; i++)
        {
            product[i] -= (short)Ring.FreezeThree(product[i]);
        }

        Encodings.WriteRounded(product, ciphertext[..Encodings.RoundedLength]);
        Hash(3, encoded, [], inner);
        Hash(2, inner, publicHash, ciphertext[Encodings.RoundedLength..]);
        product.Clear();
        CryptographicOperations.ZeroMemory(inner);
    }

    private static void SessionSecret(byte prefix, ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        Span<byte> inner = stackalloc byte[HashLength];
        Hash(3, encoded, [], inner);
        Hash(prefix, inner, ciphertext, secret);
        CryptographicOperations.ZeroMemory(inner);
    }

    private static void Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> output)
    {
        Span<byte> input = stackalloc byte[1 + PublicKeyLength];
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        input = input[..(1 + first.Length + second.Length)];
        input[0] = prefix;
        first.CopyTo(input[1..]);
        second.CopyTo(input[(1 + first.Length)..]);
        SHA512.HashData(input, digest);
        digest[..HashLength].CopyTo(output);
        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(digest);
    }
}
