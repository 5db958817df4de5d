using System.Buffers;
using System.Globalization;
using System.Text;

namespace SshCore.Cli.Sftp.Text;

/// <summary>
/// Text of the peer on its way to a terminal, as OpenSSH shows it: what is not printable is written as <c>\ooo</c>, byte by
/// byte, and so is everything outside of ASCII where the locale is not UTF-8 (CVE-2019-6109).
/// </summary>
internal static class TerminalText
{
    /// <summary>Whether the locale of this process is UTF-8.</summary>
    internal static bool LocaleIsUtf8 { get; } = IsUtf8(Environment.GetEnvironmentVariable);

    /// <summary>The first of LC_ALL, LC_CTYPE and LANG that is set decides (POSIX).</summary>
    internal static bool IsUtf8(Func<string, string?> variable)
    {
        foreach (string name in (ReadOnlySpan<string>)["LC_ALL", "LC_CTYPE", "LANG"])
        {
            if (variable(name) is { Length: > 0 } value)
            {
                return value.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || value.Contains("utf8", StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }

    /// <summary>Fit for the terminal of this process.</summary>
    internal static string Show(string text) => Show(text, LocaleIsUtf8);

    /// <summary>Fit for a terminal. Line feeds, carriage returns and tabs stay as they are.</summary>
    internal static string Show(string text, bool isUtf8) => Escape(text, isUtf8, keepLayout: true);

    /// <summary>Fit for one line of a terminal: line feeds, carriage returns and tabs are escaped too.</summary>
    internal static string ShowLine(string text) => Escape(text, LocaleIsUtf8, keepLayout: false);

    /// <summary>Columns that printable text takes.</summary>
    internal static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    /// <summary>Columns that a character takes: 0 for what combines, 2 for the wide ones of East Asia and emoji.</summary>
    internal static int Width(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
        {
            return 0;
        }

        return rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F)
            or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1;
    }

    private static string Escape(string text, bool isUtf8, bool keepLayout)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            bool isRune = Rune.DecodeFromUtf16(rest, out Rune rune, out int count) == OperationStatus.Done;
            if (isRune && (IsPrintable(rune, isUtf8) || (keepLayout && rune.Value is '\n' or '\r' or '\t')))
            {
                safe.Append(rune.ToString());
            }
            else if (!isRune)
            {
                AppendOctal(safe, ByteText.ToBytes(rest[..count]));
            }
            else
            {
                AppendOctal(safe, bytes[..rune.EncodeToUtf8(bytes)]);
            }

            rest = rest[count..];
        }

        return safe.ToString();
    }

    // Format characters can turn a line around; private ones may be anything.
    private static bool IsPrintable(Rune rune, bool isUtf8) => rune.IsAscii
        ? rune.Value is >= ' ' and <= '~'
        : isUtf8 && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);

    private static void AppendOctal(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            text.Append('\\').Append((char)('0' + (b >> 6))).Append((char)('0' + ((b >> 3) & 7))).Append((char)('0' + (b & 7)));
        }
    }
}
