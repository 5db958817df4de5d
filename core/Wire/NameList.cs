namespace SshCore.Wire;

/// <summary>Name-lists (RFC 4251 §5): comma-separated printable US-ASCII names.</summary>
internal static class NameList
{
    /// <summary>
    /// Parses a list. Refuses what RFC 4251 §5 forbids: "A name MUST have a non-zero length, and it MUST NOT contain a
    /// comma", plus too many names, too long ones, and names that repeat, which with <paramref name="allowRepeats"/> count once.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, int maxNames, int maxNameLength, int maxLength, out string[] names, bool allowRepeats = false)
    {
        names = [];
        if (bytes.IsEmpty)
        {
            return true;
        }

        if (bytes.Length > maxLength)
        {
            return false;
        }

        int count = 1;
        foreach (byte b in bytes)
        {
            if (b is <= 0x20 or >= 0x7f)
            {
                return false;
            }

            count += b == (byte)',' ? 1 : 0;
        }

        if (count > maxNames)
        {
            return false;
        }

        var parsed = new List<string>(count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            int comma = bytes.IndexOf((byte)',');
            var name = comma < 0 ? bytes : bytes.Slice(0, comma);
            if (name.IsEmpty || name.Length > maxNameLength)
            {
                return false;
            }

            string text = Utf8.Ascii(name);
            if (seen.Add(text))
            {
                parsed.Add(text);
            }
            else if (!allowRepeats)
            {
                return false;
            }

            bytes = comma < 0 ? default : bytes.Slice(comma + 1);
        }

        names = [.. parsed];
        return true;
    }
}
