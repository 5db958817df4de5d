using System.IO;
using System.Text;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Paths of a client as names of .NET's files below a root. Each part is checked by itself, so that no comparison of path
/// prefixes decides; links and mount points below the root are refused. Between check and use the tree can change.
/// </summary>
internal sealed class ManagedPaths(string root)
{
    private const string WindowsForbidden = "<>:\"|?*\\";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly bool Windows = Path.DirectorySeparatorChar == '\\';

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM\u00b9", "COM\u00b2", "COM\u00b3",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT\u00b9", "LPT\u00b2", "LPT\u00b3",
    };

    /// <summary>The path of the local system, every part of it but the last checked to be no link.</summary>
    /// <param name="path">The client's path.</param>
    /// <param name="local">Where it is.</param>
    /// <param name="allowLink">The last part may be a link: it is asked about and not followed.</param>
    public SftpStatus Find(SftpPath path, out string local, bool allowLink = false)
    {
        local = root;
        string text;
        try
        {
            text = Strict.GetString(SftpPathText.Normalize(path).Bytes.ToArray());
        }
        catch (DecoderFallbackException)
        {
            return Invalid;
        }

        string[] parts = text.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            if (!IsName(parts[i]))
            {
                return Invalid;
            }

            local = Path.Combine(local, parts[i]);
            if (!(allowLink && i == parts.Length - 1) && IsLink(local))
            {
                return SftpStatusCode.PermissionDenied;
            }
        }

        return SftpStatus.Ok;
    }

    public static bool IsLink(string local)
    {
        try
        {
            return (File.GetAttributes(local) & FileAttributes.ReparsePoint) != 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What can't be looked at is not walked through.
            return true;
        }
    }

    private static SftpStatus Invalid => new(SftpStatusCode.Failure, "Invalid file name");

    // Windows gives some names another meaning: streams (a:b), devices (nul, com1.txt), dots and blanks at the end that vanish.
    private static bool IsName(string name)
    {
        if (!Windows)
        {
            return true;
        }

        foreach (char c in name)
        {
            if (c < ' ' || WindowsForbidden.Contains(c))
            {
                return false;
            }
        }

        int dot = name.IndexOf('.');
        string stem = (dot < 0 ? name : name.Substring(0, dot)).TrimEnd(' ');
        return name[name.Length - 1] is not ('.' or ' ') && !Devices.Contains(stem);
    }
}
