using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SshCore.Native.Boundary;

namespace SshCore.Native.Easy;

/// <summary>A file of this side by a path of bytes, as the system has them: whatever the character set, and with its own words for errors.</summary>
internal sealed unsafe partial class LocalFile : IDisposable
{
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int KindMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Directory = 0x4000;
    private const int NewFile = 0x1B6; // rw-rw-rw-, less what the process masks
    private const int Permissions = 0xFFF;

    private readonly byte[] _path;
    private readonly byte[]? _temporary;
    private int _fd;
    private bool _isPublished;

    private LocalFile(byte[] path, byte[]? temporary, int fd)
    {
        _path = path;
        _temporary = temporary;
        _fd = fd;
    }

    /// <summary>Opens a file to read it from its beginning. It may be a pipe.</summary>
    public static LocalFile Read(ReadOnlySpan<byte> path)
    {
        byte[] name = Terminated(path);
        if ((Mode(name) & KindMask) == Directory)
        {
            throw new NativeException(Result.File, $"{Shown(name)} is a directory.");
        }

        int fd = Opened(name, ReadOnly, 0);
        return fd >= 0 ? new LocalFile(name, null, fd) : throw Failed(name);
    }

    /// <summary>
    /// Makes a file beside the one that it is to replace, which stays until <see cref="Publish"/>. If there is one, links are
    /// followed and its permissions kept.
    /// </summary>
    public static LocalFile Replace(ReadOnlySpan<byte> path)
    {
        byte[] name = Terminated(path);
        int mode = Mode(name);
        if (mode >= 0 && (mode & KindMask) != Regular)
        {
            throw new NativeException(Result.File, $"{Shown(name)} is no regular file.");
        }

        name = mode >= 0 ? Resolved(name) : name;
        while (true)
        {
            byte[] temporary = Beside(name);
            int fd = Opened(temporary, WriteOnly | Create | Exclusive, NewFile);
            if (fd >= 0)
            {
                var file = new LocalFile(name, temporary, fd);
                if (mode >= 0 && SetMode(fd, (uint)(mode & Permissions)) != 0)
                {
                    // Somebody else's file system may have no modes: the content is what counts.
                    _ = SetMode(fd, NewFile);
                }

                return file;
            }

            if (Marshal.GetLastPInvokeError() != Libc.Exists)
            {
                throw Failed(name);
            }
        }
    }

    /// <summary>How long it is; 0 for what has no length.</summary>
    public ulong Length
    {
        get
        {
            long end = Seek(_fd, 0, 2);
            _ = Seek(_fd, 0, 0);
            return end < 0 ? 0 : (ulong)end;
        }
    }

    /// <summary>The next bytes; 0 at the end.</summary>
    public int Next(Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            while (true)
            {
                nint count = Libc.Read(_fd, p, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
                {
                    throw Failed(_path);
                }
            }
        }
    }

    public void Write(ReadOnlySpan<byte> data, ulong offset)
    {
        fixed (byte* p = data)
        {
            for (int done = 0; done < data.Length;)
            {
                nint count = WriteAt(_fd, p + done, (nuint)(data.Length - done), checked((long)offset + done));
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                {
                    throw Failed(_path);
                }

                done += (int)Math.Max(count, 0);
            }
        }
    }

    public void SetLength(ulong length)
    {
        if (Truncate(_fd, checked((long)length)) != 0)
        {
            throw Failed(_path);
        }
    }

    /// <summary>It is whole: it takes the place of the old one.</summary>
    public void Publish()
    {
        int fd = _fd;
        _fd = -1;

        // Some file systems tell only now that there was no room.
        if ((Libc.Close(fd) != 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted) || Rename(_temporary!, _path) != 0)
        {
            throw Failed(_path);
        }

        _isPublished = true;
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.Close(_fd);
            _fd = -1;
        }

        if (_temporary is not null && !_isPublished)
        {
            _ = Unlink(_temporary);
            _isPublished = true;
        }
    }

    private static int Create { get; } = OperatingSystem.IsMacOS() ? 0x200 : 0x40;

    private static int Exclusive { get; } = OperatingSystem.IsMacOS() ? 0x800 : 0x80;

    private static int CloseOnExec { get; } = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    private static int Opened(byte[] path, int flags, nint mode)
    {
        int fd;
        do
        {
            fd = Open(path, flags | CloseOnExec, mode, 0, 0, 0, 0, 0, mode);
        }
        while (fd < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted);
        return fd;
    }

    // Kind and permissions; -1 if there is nothing, or nothing can be learned of it.
    private static int Mode(byte[] path)
    {
        const int CurrentFolder = -100;
        const uint KindAndMode = 3;
        byte* status = stackalloc byte[256];
        if (OperatingSystem.IsMacOS())
        {
            return Status(path, status) == 0 ? *(ushort*)(status + 4) : -1;
        }

        return StatusX(CurrentFolder, path, 0, KindAndMode, status) == 0 ? *(ushort*)(status + 28) : -1;
    }

    private static byte[] Resolved(byte[] path)
    {
        nint resolved = RealPath(path, 0);
        if (resolved == 0)
        {
            throw Failed(path);
        }

        try
        {
            return Terminated(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)resolved));
        }
        finally
        {
            NativeMemory.Free((void*)resolved);
        }
    }

    // In the same folder, so that it can be renamed; short whatever the name, which may be as long as names can be.
    private static byte[] Beside(byte[] path)
    {
        int folder = path.AsSpan().LastIndexOf((byte)'/') + 1;
        string name = ".sshcore-" + Random.Shared.NextInt64(1L << 48).ToString("x12", CultureInfo.InvariantCulture);
        return [.. path.AsSpan(0, folder), .. Encoding.ASCII.GetBytes(name), 0];
    }

    private static byte[] Terminated(ReadOnlySpan<byte> path) => path.IsEmpty ? throw new NativeException(Result.Argument, "local is empty.") : [.. path, 0];

    private static string Shown(byte[] path) => Encoding.UTF8.GetString(path.AsSpan(0, path.Length - 1));

    private static NativeException Failed(byte[] path) => new(Result.File, $"{Shown(path)}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    // As fcntl: the mode is an argument more or less.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags, nint mode, nint r3, nint r4, nint r5, nint r6, nint r7, nint stacked);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int StatusX(int folder, byte[] path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "stat")]
    private static partial int Status(byte[] path, byte* status);

    [LibraryImport("libc", EntryPoint = "fchmod")]
    private static partial int SetMode(int fd, uint mode);

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint WriteAt(int fd, byte* buffer, nuint length, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(int fd, long length);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true)]
    private static partial int Rename(byte[] from, byte[] to);

    [LibraryImport("libc", EntryPoint = "unlink")]
    private static partial int Unlink(byte[] path);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true)]
    private static partial nint RealPath(byte[] path, nint buffer);
}
