using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Key derivation (RFC 4253 §7.2) and the packet protection made from it.</summary>
internal static class KeyDerivation
{
    /// <summary>HASH(K ‖ H ‖ letter ‖ session_id), extended by HASH(K ‖ H ‖ K1 ‖ …) to the length of <paramref name="key"/>.</summary>
    public static void Derive(SshHash hash, ReadOnlySpan<byte> encodedSecret, ReadOnlySpan<byte> exchangeHash, char letter, ReadOnlySpan<byte> sessionId, Span<byte> key)
    {
        if (key.IsEmpty)
        {
            return;
        }

        int block = hash.Length;
        using var material = new SecretBytes((key.Length + block - 1) / block * block);
        var all = material.Span;
        for (int done = 0; done < key.Length; done += block)
        {
            hash.Append(encodedSecret);
            hash.Append(exchangeHash);
            if (done == 0)
            {
                hash.Append([(byte)letter]);
                hash.Append(sessionId);
            }
            else
            {
                hash.Append(all.Slice(0, done));
            }

            hash.Finish(all.Slice(done, block));
        }

        all.Slice(0, key.Length).CopyTo(key);
    }

    /// <summary>The protection of one direction: letters A, C, E from the client, B, D, F from the server.</summary>
    public static PacketProtection CreateProtection(SshCryptoProvider crypto, CipherAlgorithm cipher, MacAlgorithm? mac, KexResult result, ReadOnlySpan<byte> sessionId, bool fromClient, bool encrypt)
    {
        using var hash = crypto.CreateHash(result.Hash);
        Span<byte> iv = stackalloc byte[cipher.IvLength];
        Span<byte> key = stackalloc byte[cipher.KeyLength];
        Span<byte> macKey = stackalloc byte[mac?.Length ?? 0];
        var secret = result.EncodedSecret.Span;
        Derive(hash, secret, result.ExchangeHash, fromClient ? 'A' : 'B', sessionId, iv);
        Derive(hash, secret, result.ExchangeHash, fromClient ? 'C' : 'D', sessionId, key);
        Derive(hash, secret, result.ExchangeHash, fromClient ? 'E' : 'F', sessionId, macKey);
        try
        {
            return Create(crypto, cipher, mac, key, iv, macKey, encrypt);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(iv);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(macKey);
        }
    }

    private static PacketProtection Create(SshCryptoProvider crypto, CipherAlgorithm cipher, MacAlgorithm? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey, bool encrypt)
    {
        if (cipher.Primitive == Primitive.ChaCha20Poly1305)
        {
            return new ChaChaPolyProtection(crypto.CreateChaChaPoly(key));
        }

        if (cipher.Authenticates)
        {
            return new GcmProtection(crypto.CreateAead(cipher.Primitive, key), iv);
        }

        var stream = crypto.CreateCipher(cipher.Primitive, key, iv, encrypt);
        var packetMac = crypto.CreateMac(mac!.Primitive, macKey);
        return mac.EncryptThenMac ? new EncryptThenMacProtection(stream, packetMac) : new EncryptAndMacProtection(stream, packetMac);
    }
}
