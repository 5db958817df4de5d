using System.IO;
#if !NETSTANDARD2_0
using Microsoft.Win32.SafeHandles;
#endif

namespace SshCore.Hosts.Sftp;

/// <summary>A local file that is read and written anywhere, without a buffer of its own.</summary>
internal sealed class LocalFile : IDisposable
{
#if NETSTANDARD2_0
    private readonly FileStream _file;

    private LocalFile(string path, FileMode mode, FileAccess access) => _file = new FileStream(path, mode, access, FileShare.Read, 1);

    public long Length => _file.Length;

    public static LocalFile Create(string path, FileMode mode) => new(path, mode, FileAccess.Write);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        _file.Position = offset;
        _file.Write(bytes);
    }

    public int Read(Span<byte> bytes, long offset)
    {
        _file.Position = offset;
        return _file.Read(bytes);
    }

    public void SetLength(long length) => _file.SetLength(length);

    public void Flush() => _file.Flush(flushToDisk: true);

    public void Dispose() => _file.Dispose();
#else
    private readonly SafeFileHandle _file;

    private LocalFile(string path, FileMode mode, FileAccess access) => _file = File.OpenHandle(path, mode, access, FileShare.Read);

    public long Length => RandomAccess.GetLength(_file);

    public static LocalFile Create(string path, FileMode mode) => new(path, mode, FileAccess.Write);

    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_file, bytes, offset);

    public int Read(Span<byte> bytes, long offset) => RandomAccess.Read(_file, bytes, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_file, length);

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
#endif

    public static LocalFile OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read);

    /// <summary>Replaces a file by another in one step where the system can.</summary>
    public static void Replace(string from, string to)
    {
#if NETSTANDARD2_0
        if (File.Exists(to))
        {
            File.Replace(from, to, null);
        }
        else
        {
            File.Move(from, to);
        }
#else
        File.Move(from, to, overwrite: true);
#endif
    }

    /// <summary>Permission bits; null where the system has none.</summary>
    public static uint? Permissions(string path)
    {
#if NETSTANDARD2_0
        return null;
#else
        return OperatingSystem.IsWindows() ? null : (uint)File.GetUnixFileMode(path);
#endif
    }

    /// <summary>Sets permission bits where the system has any.</summary>
    public static void SetPermissions(string path, uint mode)
    {
#if !NETSTANDARD2_0
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)(mode & 0xFFF));
        }
#endif
    }

    /// <summary>Where a symbolic link leads; null if it is none.</summary>
    public static string? LinkTarget(string path)
    {
#if NETSTANDARD2_0
        return null;
#else
        return new FileInfo(path).LinkTarget;
#endif
    }

    /// <summary>Where a link leads in the end; null if it is none or leads nowhere.</summary>
    public static string? FinalTarget(string path)
    {
#if NETSTANDARD2_0
        return null;
#else
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null; // links in a circle
        }
#endif
    }

    /// <summary>Whether it is a file of bytes: not a pipe, a device or a socket, which could be read for ever.</summary>
    public static bool IsRegular(string path)
    {
#if NETSTANDARD2_0
        return (File.GetAttributes(path) & FileAttributes.Device) == 0;
#else
        string final = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (OperatingSystem.IsLinux())
        {
            // .NET tells no pipe from a file, and opening one would wait for its writer. -100: AT_FDCWD of fcntl.h.
            return LinuxCalls.Stat(-100, System.Text.Encoding.UTF8.GetBytes(final), out var stat) >= 0 && stat.Type == SshCore.Sftp.SftpFileType.Regular;
        }

        return (File.GetAttributes(final) & (FileAttributes.Device | FileAttributes.Directory)) == 0;
#endif
    }

    /// <summary>Makes a symbolic link. False: the system has none.</summary>
    public static bool TryLink(string path, string target)
    {
#if NETSTANDARD2_0
        return false;
#else
        File.CreateSymbolicLink(path, target);
        return true;
#endif
    }
}
