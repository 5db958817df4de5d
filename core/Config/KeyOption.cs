using System.Text;

namespace SshCore.Config;

/// <summary>One option of an authorized_keys line.</summary>
/// <param name="Name">The name, in lower case.</param>
/// <param name="Value">The text between the quotes, or null if there is none.</param>
public sealed record KeyOption(string Name, string? Value)
{
    /// <summary>
    /// Takes the options off the front of <paramref name="text"/>, which then begins with the key type. False if the
    /// quotes or commas are wrong.
    /// </summary>
    internal static bool TryParseList(ref string text, out List<KeyOption> options)
    {
        options = [];
        int at = 0;
        while (true)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '-' or '_' or '@' or '.'))
            {
                at++;
            }

            if (at == start)
            {
                return false;
            }

            string name = text.Substring(start, at - start).ToLowerInvariant();
            string? value = null;
            if (at < text.Length && text[at] == '=')
            {
                at++;
                if (!TryQuoted(text, ref at, out value))
                {
                    return false;
                }
            }

            options.Add(new KeyOption(name, value));
            if (at >= text.Length || text[at] is ' ' or '\t')
            {
                text = text.Substring(at).TrimStart(' ', '\t');
                return true;
            }

            if (text[at++] != ',')
            {
                return false;
            }
        }
    }

    /// <summary>Text in double quotes; a quote inside is written as <c>\"</c>.</summary>
    private static bool TryQuoted(string text, ref int at, out string value)
    {
        var content = new StringBuilder();
        value = "";
        if (at >= text.Length || text[at++] != '"')
        {
            return false;
        }

        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '"')
            {
                at++;
                value = content.ToString();
                return true;
            }

            if (c == '\\' && at + 1 < text.Length && text[at + 1] == '"')
            {
                c = text[++at];
            }

            content.Append(c);
        }

        return false;
    }
}
