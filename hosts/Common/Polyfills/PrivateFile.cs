using System.IO;

namespace SshCore.Hosts;

/// <summary>Files that only their owner may read.</summary>
internal static class PrivateFile
{
    /// <summary>
    /// Replaces a file in one step: whoever reads it sees the old content or the new, and after a crash one of them is
    /// there. It is created for the owner alone, as is its folder if there is none.
    /// </summary>
    public static void Replace(string path, byte[] content)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(folder);
        string temporary = Path.Combine(folder, "." + Path.GetFileName(path) + "." + Guid.NewGuid().ToString("N"));
        try
        {
            using (var stream = Create(temporary))
            {
                stream.Write(content, 0, content.Length);
                stream.Flush(flushToDisk: true);
            }

            Move(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

#if NETSTANDARD2_0
    private static void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    // There are no Unix modes here: on such systems the folder's own protection has to do.
    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    private static void Move(string from, string to)
    {
        if (File.Exists(to))
        {
            File.Replace(from, to, null);
        }
        else
        {
            File.Move(from, to);
        }
    }
#else
    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    private static void Move(string from, string to) => File.Move(from, to, overwrite: true);
#endif
}
