using System.Runtime.InteropServices;
using System.Text;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Names that a server sends as names of local files. One that is no plain name never becomes part of a local path
/// (CVE-2019-6111 and its kind).
/// </summary>
internal static class SftpLocalNames
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <summary>The name as text; null if it cannot be the name of a file in a directory here.</summary>
    public static string? Of(SftpPath name)
    {
        var bytes = name.Span;
        if (bytes.IsEmpty || bytes.Length > 255 || bytes.IndexOf((byte)0) >= 0 || bytes.IndexOf((byte)'/') >= 0
            || bytes.SequenceEqual("."u8) || bytes.SequenceEqual(".."u8))
        {
            return null;
        }

        string text;
        try
        {
            text = Strict.GetString(bytes.ToArray());
        }
        catch (DecoderFallbackException)
        {
            return null; // .NET has no path for it: another name than the server's would be made of it
        }

        return !RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || IsWindowsName(text) ? text : null;
    }

    internal static bool IsWindowsName(string text)
    {
        foreach (char c in text)
        {
            if (c < ' ' || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
            {
                return false;
            }
        }

        if (text[text.Length - 1] is '.' or ' ')
        {
            return false;
        }

        int dot = text.IndexOf('.');
        string stem = (dot < 0 ? text : text.Substring(0, dot)).TrimEnd(' ').ToUpperInvariant();
        return Array.IndexOf(Devices, stem) < 0 && !(stem.Length == 4 && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)));
    }
}
