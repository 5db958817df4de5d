using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace SshCore.Interop.BouncyCastle;

/// <summary>
/// bcrypt_pbkdf of OpenBSD: PBKDF2's structure around a bcrypt whose password and salt are SHA-512 digests. The bytes of
/// each block are spread over the key with a stride, so that every part of the key costs all the work.
/// </summary>
internal static class BcryptKdf
{
    private const int BlockLength = 32;
    private const int DigestLength = 64;

    public static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds, Span<byte> key)
    {
        byte[] passwordDigest = new byte[DigestLength];
        byte[] saltDigest = new byte[DigestLength];
        byte[] output = new byte[BlockLength];
        byte[] sum = new byte[BlockLength];
        byte[] number = new byte[4];
        using var blowfish = new Blowfish();
        var sha = new Sha512Digest();

        sha.BlockUpdate(password);
        sha.DoFinal(passwordDigest, 0);
        int stride = (key.Length + BlockLength - 1) / BlockLength;
        int bytesPerBlock = stride == 0 ? 0 : (key.Length + stride - 1) / stride;
        for (int block = 0; block < stride; block++)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, block + 1);
            sha.BlockUpdate(salt);
            sha.BlockUpdate(number, 0, number.Length);
            sha.DoFinal(saltDigest, 0);
            Hash(blowfish, passwordDigest, saltDigest, output);
            output.CopyTo(sum, 0);
            for (int round = 1; round < rounds; round++)
            {
                sha.BlockUpdate(output, 0, output.Length);
                sha.DoFinal(saltDigest, 0);
                Hash(blowfish, passwordDigest, saltDigest, output);
                for (int i = 0; i < BlockLength; i++)
                {
                    sum[i] ^= output[i];
                }
            }

            for (int i = 0; i < bytesPerBlock; i++)
            {
                int position = (i * stride) + block;
                if (position < key.Length)
                {
                    key[position] = sum[i];
                }
            }
        }

        CryptographicOperations.ZeroMemory(passwordDigest);
        CryptographicOperations.ZeroMemory(saltDigest);
        CryptographicOperations.ZeroMemory(output);
        CryptographicOperations.ZeroMemory(sum);
    }

    private static void Hash(Blowfish blowfish, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Span<byte> output)
    {
        blowfish.Reset();
        blowfish.Expand(salt, password);
        for (int i = 0; i < 64; i++)
        {
            blowfish.Expand([], salt);
            blowfish.Expand([], password);
        }

        ReadOnlySpan<byte> text = "OxychromaticBlowfishSwatDynamite"u8;
        for (int i = 0; i < BlockLength; i += 8)
        {
            uint left = BinaryPrimitives.ReadUInt32BigEndian(text.Slice(i));
            uint right = BinaryPrimitives.ReadUInt32BigEndian(text.Slice(i + 4));
            for (int j = 0; j < 64; j++)
            {
                blowfish.Encrypt(ref left, ref right);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(output.Slice(i), left);
            BinaryPrimitives.WriteUInt32LittleEndian(output.Slice(i + 4), right);
        }
    }
}
