using System.Buffers.Binary;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>PBKDF2 (RFC 8018 §5.2) over a provider's HMAC.</summary>
internal static class Pbkdf2
{
    public static void Derive(
        SshCryptoProvider crypto, Primitive hmac, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations, Span<byte> destination)
    {
        using var mac = crypto.CreateMac(hmac, password);
        var block = new byte[mac.Length];
        var sum = new byte[mac.Length];
        var index = new byte[4];
        for (int i = 1; !destination.IsEmpty; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(index, i);
            mac.Append(salt);
            mac.Append(index);
            mac.Finish(block);
            block.CopyTo(sum, 0);
            for (int round = 1; round < iterations; round++)
            {
                mac.Append(block);
                mac.Finish(block);
                for (int j = 0; j < sum.Length; j++)
                {
                    sum[j] ^= block[j];
                }
            }

            int taken = Math.Min(sum.Length, destination.Length);
            sum.AsSpan(0, taken).CopyTo(destination);
            destination = destination.Slice(taken);
        }

        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(sum);
    }
}
