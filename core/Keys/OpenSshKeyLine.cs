using System.Diagnostics.CodeAnalysis;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>The text form of a public key: <c>type base64 [comment]</c>, on one line.</summary>
internal static class OpenSshKeyLine
{
    private static readonly char[] Blanks = [' ', '\t'];
    private static readonly char[] Edges = [' ', '\t', '\r', '\n'];

    public static bool TryParse(
        string line,
        [NotNullWhen(true)] out SshPublicKey? key,
        out string comment,
        [NotNullWhen(false)] out SshError? error,
        SshLimits? limits = null)
    {
        key = null;
        comment = "";
        string text = line.Trim(Edges);
        if (text.Contains('\n'))
        {
            error = KeyErrors.Damaged("public key line", "one line");
            return false;
        }

        string type = Word(ref text);
        string base64 = Word(ref text);
        if (type.Length == 0 || base64.Length == 0)
        {
            error = KeyErrors.Damaged("public key line", "a type and base64");
            return false;
        }

        if (!TryParseBlob(type, base64, out key, out error, limits))
        {
            return false;
        }

        comment = text;
        return true;
    }

    /// <summary>A type name and the base64 of a blob that has to begin with the same name.</summary>
    public static bool TryParseBlob(
        string type,
        string base64,
        [NotNullWhen(true)] out SshPublicKey? key,
        [NotNullWhen(false)] out SshError? error,
        SshLimits? limits = null)
    {
        key = null;
        bool decoded = Base64.TryDecode(Utf8.Bytes(base64), skipBlanks: false, out var bytes);
        using var blob = bytes;
        if (!decoded)
        {
            error = KeyErrors.Damaged("public key line", "base64");
            return false;
        }

        if (!SshPublicKey.TryParse(blob.Span, out var parsed, out error, limits))
        {
            return false;
        }

        if (!string.Equals(parsed.KeyType, type, StringComparison.Ordinal))
        {
            error = KeyErrors.Damaged("public key line", $"a key of type {parsed.KeyType}", Utf8.Printable(type, maxLength: 64));
            return false;
        }

        key = parsed;
        return true;
    }

    /// <summary>A comment that cannot begin a line of its own.</summary>
    public static string OneLine(string comment) => comment.Replace('\r', ' ').Replace('\n', ' ');

    /// <summary>Takes the first word of <paramref name="text"/>; the rest starts at the next word.</summary>
    public static string Word(ref string text)
    {
        int end = text.IndexOfAny(Blanks);
        string word = end < 0 ? text : text.Substring(0, end);
        text = end < 0 ? "" : text.Substring(end).TrimStart(Blanks);
        return word;
    }
}
