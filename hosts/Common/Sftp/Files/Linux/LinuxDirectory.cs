using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using SshCore.Sftp;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>An open directory: one buffer of the kernel's entries at a time, however many there are.</summary>
internal sealed unsafe class LinuxDirectory(SafeFileHandle directory, bool confined) : ISftpDirectory
{
    private const int HeaderLength = 19;

    private readonly byte[] _entries = new byte[32 * 1024];
    private int _at;
    private int _end;

    public ValueTask<SftpResult<int>> ReadAsync(Memory<SftpFileName> entries, CancellationToken cancellationToken) => new(Read(entries.Span));

    public ValueTask<SftpStatus> CloseAsync()
    {
        directory.Dispose();
        return new(SftpStatus.Ok);
    }

    private SftpResult<int> Read(Span<SftpFileName> entries)
    {
        bool held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            int handle = (int)directory.DangerousGetHandle();
            int count = 0;
            while (count < entries.Length)
            {
                // What was found already goes out first; an error comes with the next call.
                if (_at == _end && (count > 0 ? 0 : Fill(handle)) is <= 0 and var result)
                {
                    return result < 0 ? LinuxCalls.Status(result) : count;
                }

                count += TakeEntry(handle, ref entries[count]) ? 1 : 0;
            }

            return count;
        }
        finally
        {
            if (held)
            {
                directory.DangerousRelease();
            }
        }
    }

    private int Fill(int handle)
    {
        fixed (byte* buffer = _entries)
        {
            int result = LinuxCalls.Errno(LinuxLibc.Syscall(GetDents64, handle, buffer, _entries.Length, 0, 0, 0));
            _at = 0;
            _end = Math.Max(0, result);
            return result;
        }
    }

    // struct linux_dirent64: node, offset, length of the entry, type, name with NUL
    private bool TakeEntry(int handle, ref SftpFileName entry)
    {
        var bytes = _entries.AsSpan(_at, _end - _at);
        int length = MemoryMarshal.Read<ushort>(bytes[16..]);
        byte type = bytes[18];
        var name = bytes[HeaderLength..length];
        name = name[..name.IndexOf((byte)0)];
        _at += length;

        // The directory above the root is not this client's.
        var looked = confined && name.SequenceEqual(".."u8) ? "."u8 : name;
        int result = LinuxCalls.Stat(handle, looked, out var stat);
        if (result == -ENOENT)
        {
            return false;
        }

        // Without the right to search the directory its names and their types are still known.
        var attributes = result < 0 ? new SftpAttributes { Permissions = (uint)type << 12 } : stat.Attributes;
        entry = new(new SftpPath(name.ToArray()), default, attributes);
        return true;
    }
}
