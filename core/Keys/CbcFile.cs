using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>CBC with the padding of RFC 8018 §6.1.1, as PEM files use it.</summary>
internal static class CbcFile
{
    /// <summary>Decrypts <paramref name="data"/> and drops the padding; false if there is none.</summary>
    public static bool TryDecrypt(
        SshCryptoProvider crypto, Primitive primitive, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, SecretBytes data)
    {
        int block = iv.Length;
        if (data.Length == 0 || data.Length % block != 0)
        {
            return false;
        }

        using var cipher = crypto.CreateCipher(primitive, key, iv, encrypt: false);
        cipher.Transform(data.Span);
        int pad = data.Span[data.Length - 1];
        if (pad == 0 || pad > block)
        {
            return false;
        }

        foreach (byte b in data.Span.Slice(data.Length - pad))
        {
            if (b != pad)
            {
                return false;
            }
        }

        data.Set(data.Span.Slice(0, data.Length - pad));
        return true;
    }

    /// <summary>Pads and encrypts.</summary>
    public static byte[] Encrypt(
        SshCryptoProvider crypto, Primitive primitive, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data)
    {
        int pad = iv.Length - (data.Length % iv.Length);
        var padded = new byte[data.Length + pad];
        data.CopyTo(padded);
        padded.AsSpan(data.Length).Fill((byte)pad);
        using var cipher = crypto.CreateCipher(primitive, key, iv, encrypt: true);
        cipher.Transform(padded);
        return padded;
    }
}
