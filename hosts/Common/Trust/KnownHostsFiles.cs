using System.IO;
using System.Text;
using SshCore.Config;

namespace SshCore.Hosts;

/// <summary>Known_hosts on disk.</summary>
internal static class KnownHostsFiles
{
    private static readonly object Saving = new();

    /// <summary>Reads a file; one that does not exist is empty.</summary>
    public static KnownHostsFile Load(string path)
    {
        string text = "";
        try
        {
            text = File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            // Nobody is known yet.
            text = "";
        }
        catch (DirectoryNotFoundException)
        {
            text = "";
        }

        return KnownHostsFile.Parse(text, path);
    }

    /// <summary>
    /// Adds a host's key. The file is read again first, so that what others added meanwhile stays; a key that became known
    /// meanwhile is never replaced but refused.
    /// </summary>
    public static void Add(string path, SshHostKeyContext context, bool hashed)
    {
        lock (Saving)
        {
            var file = Load(path);
            var check = new KnownHosts(context.Crypto, file).Check(context.Host, context.Port, context.Key);
            if (check.Verdict is KnownHostsVerdict.Changed or KnownHostsVerdict.Revoked)
            {
                throw context.Changed([path]);
            }

            if (file.Add(context.Crypto, context.Host, context.Port, context.Key, hashed))
            {
                PrivateFile.Replace(path, Encoding.UTF8.GetBytes(file.ToText()));
            }
        }
    }
}
