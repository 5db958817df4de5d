using System.Text;

namespace SshCore.Hosts;

/// <summary>Text of the peer.</summary>
internal static class Text
{
    /// <summary>UTF-8; bytes that are none become U+FFFD.</summary>
    public static string Of(ReadOnlyMemory<byte> bytes)
    {
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>For logs: everything but printable characters is escaped, so that no line is forged.</summary>
    public static string Printable(string text)
    {
        bool clean = text.Length <= MaxLogged;
        for (int i = 0; clean && i < text.Length; i++)
        {
            clean = IsPrintable(text[i]);
        }

        if (clean)
        {
            return text;
        }

        var result = new StringBuilder();
        for (int i = 0; i < text.Length && i < MaxLogged; i++)
        {
            if (IsPrintable(text[i]))
            {
                result.Append(text[i]);
            }
            else
            {
                result.Append("\\u").Append(((int)text[i]).ToString("x4"));
            }
        }

        return text.Length > MaxLogged ? result.Append('…').ToString() : result.ToString();
    }

    private const int MaxLogged = 256;

    // Format characters can turn a line around on a terminal, so only what surely shows stays.
    private static bool IsPrintable(char c) => c != '\\' && (c is >= ' ' and < '\u007f' || char.IsLetterOrDigit(c));
}
