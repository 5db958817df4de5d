namespace SshCore.Config;

/// <summary>Splits a text into lines that keep their ends, so that what is not understood can be written back unchanged.</summary>
internal static class TextLine
{
    public static List<string> Split(string text)
    {
        var lines = new List<string>();
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            int next = end < 0 ? text.Length : end + 1;
            lines.Add(text.Substring(start, next - start));
            start = next;
        }

        return lines;
    }
}
