using System.Buffers;
using System.Text;

namespace SshCore.Cli.Sftp.Text;

/// <summary>
/// Names as text without loss: UTF-8, and a byte that is none becomes the lone surrogate U+DC00 + byte, which turns back into
/// that byte. So a name of any bytes survives commands, patterns and messages.
/// </summary>
internal static class ByteText
{
    private const int Escape = 0xDC00;

    /// <summary>Bytes as text.</summary>
    internal static string From(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int count) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
                bytes = bytes[count..];
            }
            else
            {
                text.Append((char)(Escape + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }

    /// <summary>The bytes of a text; other lone surrogates than <see cref="From"/> makes become U+FFFD.</summary>
    internal static byte[] ToBytes(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[text.Length * 3];
        int length = 0;
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text, out Rune rune, out int count);
            if (status != OperationStatus.Done && IsRaw(text[0]))
            {
                bytes[length++] = (byte)(text[0] - Escape);
                text = text[1..];
                continue;
            }

            length += rune.EncodeToUtf8(bytes.AsSpan(length));
            text = text[count..];
        }

        return bytes[..length];
    }

    /// <summary>Whether it stands for a byte that is not UTF-8.</summary>
    internal static bool IsRaw(char c) => c is >= (char)(Escape + 0x80) and <= (char)(Escape + 0xFF);
}
