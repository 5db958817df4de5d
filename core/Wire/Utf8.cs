using System.Text;

namespace SshCore.Wire;

/// <summary>Strict UTF-8 and US-ASCII conversions that never throw on peer bytes.</summary>
internal static class Utf8
{
    private static readonly UTF8Encoding Strict = new(false, true);
    private static readonly UTF8Encoding Lenient = new(false, false);

    public static int ByteCount(string text) => Lenient.GetByteCount(text);

    public static byte[] Bytes(string text) => Lenient.GetBytes(text);

    public static int Encode(string text, Span<byte> destination)
    {
        var bytes = Lenient.GetBytes(text);
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = bytes.IsEmpty ? "" : Strict.GetString(bytes.ToArray());
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>Decodes with U+FFFD for what is not UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : Lenient.GetString(bytes.ToArray());

    /// <summary>Bytes known to be ASCII as text.</summary>
    public static string Ascii(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : Encoding.ASCII.GetString(bytes.ToArray());

    /// <summary>
    /// Text of a peer made fit for a terminal or a log: control and format characters become '?', as do lone surrogates;
    /// line feeds stay when <paramref name="keepLines"/> is true.
    /// </summary>
    public static string Printable(string text, bool keepLines = false, int maxLength = 1024)
    {
        var safe = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (char c in text)
        {
            if (safe.Length == maxLength)
            {
                safe.Append('…');
                break;
            }

            bool plain = c == '\n' || c == '\t' ? keepLines : !char.IsControl(c)
                && char.GetUnicodeCategory(c) is not (System.Globalization.UnicodeCategory.Format
                    or System.Globalization.UnicodeCategory.LineSeparator
                    or System.Globalization.UnicodeCategory.ParagraphSeparator
                    or System.Globalization.UnicodeCategory.Surrogate
                    or System.Globalization.UnicodeCategory.PrivateUse);
            safe.Append(plain ? c : '?');
        }

        return safe.ToString();
    }
}
