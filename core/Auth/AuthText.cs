using System.Security.Cryptography;
using SshCore.Wire;

namespace SshCore.Auth;

/// <summary>Texts and secrets of authentication messages: the peer's made printable, ours kept within one packet.</summary>
internal static class AuthText
{
    /// <summary>
    /// Bytes of a text or of all secrets in one message of ours, so that the message stays below the 32768 bytes of
    /// payload that every implementation must take (RFC 4253 §6.1).
    /// </summary>
    public const int LargestSecret = 16 * 1024;

    /// <summary>Text of the peer on one line.</summary>
    public static string Line(ReadOnlySpan<byte> utf8) => Utf8.Printable(Utf8.Decode(utf8), false, utf8.Length);

    /// <summary>Text of the peer whose line ends, LF or CR LF, stay as LF.</summary>
    public static string Lines(ReadOnlySpan<byte> utf8) =>
        Utf8.Printable(Utf8.Decode(utf8).Replace("\r\n", "\n"), true, utf8.Length);

    /// <summary>Throws if a text of our own is too long to send.</summary>
    public static void CheckText(string text, string argument)
    {
        ArgumentNullException.ThrowIfNull(text, argument);
        int length = Utf8.ByteCount(text);
        if (length > LargestSecret)
        {
            throw new ArgumentException($"At most {LargestSecret} bytes can be sent; there are {length}.", argument);
        }
    }

    /// <summary>Throws if a secret of our own is too long to send.</summary>
    public static void CheckSecret(ReadOnlySpan<byte> secret, string argument, int largest = LargestSecret)
    {
        if (secret.Length > largest)
        {
            throw new ArgumentException($"At most {largest} bytes can be sent; there are {secret.Length}.", argument);
        }
    }

    /// <summary>Throws if the secrets of one message are too long, taken together with their length fields.</summary>
    public static void CheckSecrets(byte[][] secrets, string argument)
    {
        long length = 0;
        foreach (var secret in secrets)
        {
            length += secret.Length;
        }

        if (length > LargestSecret)
        {
            throw new ArgumentException($"At most {LargestSecret} bytes can be sent; there are {length}.", argument);
        }
    }

    public static void Zero(byte[]? secret)
    {
        if (secret is not null)
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public static void Zero(byte[][] secrets)
    {
        foreach (var secret in secrets)
        {
            Zero(secret);
        }
    }
}
