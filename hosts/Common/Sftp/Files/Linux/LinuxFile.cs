using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using SshCore.Sftp;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>An open regular file: everything goes by its descriptor, with offsets in the calls.</summary>
internal sealed class LinuxFile(SafeFileHandle file, SftpOpenFlags flags, LocalRules rules) : SftpFile(flags), IDisposable
{
    /// <summary>Bytes of one step of a copy, between which its end may be asked for.</summary>
    private const int CopyStep = 16 * 1024 * 1024;

    // What the quota gave since the file lost its last name: all before was given back with the name.
    private long _unnamed;

    public static SftpStatus Resize(SafeFileHandle file, long from, long to, LocalRules rules)
    {
        // Space is asked for before, and given back once it is free.
        if (to > from && !rules.TryResize(from, to))
        {
            return LocalRules.QuotaExceeded;
        }

        int result = LinuxCalls.Errno(LinuxLibc.Truncate(file, to));
        if (result < 0 ? to > from : to < from)
        {
            rules.TryResize(Math.Max(from, to), Math.Min(from, to));
        }

        return LinuxCalls.Status(result);
    }

    public static unsafe SftpResult<SftpStatVfs> StatVfs(int file)
    {
        // struct statvfs of 64-bit C libraries is these eleven words and some spare ones.
        ulong* numbers = stackalloc ulong[32];
        int result = LinuxCalls.Errno(LinuxLibc.StatVfs(file, numbers));
        return result < 0 ? LinuxCalls.Status(result) : new SftpStatVfs
        {
            BlockSize = numbers[0],
            FragmentSize = numbers[1],
            Blocks = numbers[2],
            FreeBlocks = numbers[3],
            AvailableBlocks = numbers[4],
            Files = numbers[5],
            FreeFiles = numbers[6],
            AvailableFiles = numbers[7],
            FileSystemId = numbers[8],
            Flags = numbers[9] & 3,
            MaximumNameLength = numbers[10],
        };
    }

    public void Dispose() => file.Dispose();

    public SftpStatus Resize(long size)
    {
        // Without a quota the size that it has doesn't matter.
        long now = size;
        bool named = true;
        int result = rules.HasQuota ? Size(out now, out named) : 0;
        if (result < 0)
        {
            return LinuxCalls.Status(result);
        }

        if (named)
        {
            return Resize(file, now, size, rules);
        }

        // The size to begin with is the least that gives back no more than was taken.
        long from = size < now ? Math.Min(now, size + _unnamed) : now;
        var status = Resize(file, from, size, rules);
        _unnamed += status.IsOk ? size - from : 0;
        return status;
    }

    public override async ValueTask<SftpStatus> CopyAsync(long offset, long length, ISftpFile destination, long destinationOffset, CancellationToken cancellationToken)
    {
        if (destination is not LinuxFile target || (target.Flags & SftpOpenFlags.Append) != 0 || rules.HasQuota)
        {
            return SftpStatusCode.OperationUnsupported;
        }

        long left = length == 0 ? long.MaxValue : length;
        bool any = false;
        while (left > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long copied = target.CopyFrom(file, ref offset, ref destinationOffset, (nuint)Math.Min(left, CopyStep));
            if (copied < 0)
            {
                // Not between these two files; by reading and writing it still goes.
                return !any && (int)copied is -EXDEV or -EINVAL or -ENOSYS or -EOPNOTSUPP or -EPERM ? SftpStatusCode.OperationUnsupported : LinuxCalls.Status((int)copied);
            }

            // Files of /proc say that they are empty and are not: nothing at the first step is left to reads too.
            if (copied == 0)
            {
                return any || left != (length == 0 ? long.MaxValue : length) ? SftpStatus.Ok : SftpStatusCode.OperationUnsupported;
            }

            any = true;
            left -= copied;
            if (left > 0)
            {
                await Task.Yield();
            }
        }

        return SftpStatus.Ok;
    }

    protected override unsafe SftpResult<int> Read(long offset, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            int result;
            do
            {
                result = LinuxCalls.Errno(LinuxLibc.Read(file, pointer, (nuint)buffer.Length, offset));
            }
            while (result == -EINTR);
            return result < 0 ? LinuxCalls.Status(result) : result;
        }
    }

    protected override unsafe SftpStatus Write(long offset, ReadOnlySpan<byte> data)
    {
        long reserved = 0;
        bool named = true;
        if (rules.HasQuota && Reserve(offset, data.Length, out reserved, out named) is { IsOk: false } refused)
        {
            return refused;
        }

        fixed (byte* pointer = data)
        {
            int done = 0;
            while (done < data.Length)
            {
                int result = LinuxCalls.Errno(LinuxLibc.Write(file, pointer + done, (nuint)(data.Length - done), offset + done));
                if (result == -EINTR)
                {
                    continue;
                }

                if (result <= 0)
                {
                    GiveBack(reserved, named);
                    return LinuxCalls.Status(result == 0 ? -EIO : result);
                }

                done += result;
            }
        }

        return SftpStatus.Ok;
    }

    protected override SftpResult<SftpAttributes> Stat()
    {
        int result = StatOf(out var stat);
        return result < 0 ? LinuxCalls.Status(result) : stat.Attributes;
    }

    protected override unsafe SftpStatus SetStat(SftpAttributes attributes)
    {
        if (rules.ReadOnly)
        {
            return SftpStatusCode.PermissionDenied;
        }

        SftpStatus first = default;
        if (attributes.Size is { } size)
        {
            LinuxDisk.Keep(ref first, size > long.MaxValue ? new SftpStatus(SftpStatusCode.Failure, "File too large") : Resize((long)size));
        }

        if (attributes.Permissions is { } mode)
        {
            LinuxDisk.Keep(ref first, LinuxCalls.Status(LinuxCalls.Errno(LinuxLibc.ChangeMode(file, mode & 0xFFF))));
        }

        if (attributes.AccessTime is { } access && attributes.ModifyTime is { } modify)
        {
            long* times = stackalloc long[] { access, 0, modify, 0 };
            LinuxDisk.Keep(ref first, LinuxCalls.Status(LinuxCalls.Errno(LinuxLibc.SetTimes(file, times))));
        }

        if (attributes.UserId is { } user && attributes.GroupId is { } group)
        {
            LinuxDisk.Keep(ref first, LinuxCalls.Status(LinuxCalls.Errno(LinuxLibc.ChangeOwner(file, user, group))));
        }

        return first;
    }

    protected override SftpResult<SftpStatVfs> StatVfs()
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return StatVfs((int)file.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    protected override SftpStatus Flush() => LinuxCalls.Status(LinuxCalls.Errno(LinuxLibc.Sync(file)));

    protected override SftpStatus Close()
    {
        file.Dispose();
        rules.TryResize(_unnamed, 0);
        _unnamed = 0;
        return SftpStatus.Ok;
    }

    private unsafe long CopyFrom(SafeFileHandle source, ref long offset, ref long destinationOffset, nuint count)
    {
        bool held = false;
        bool heldSource = false;
        try
        {
            file.DangerousAddRef(ref held);
            source.DangerousAddRef(ref heldSource);
            fixed (long* from = &offset)
            fixed (long* to = &destinationOffset)
            {
                int result;
                do
                {
                    result = LinuxCalls.Errno(LinuxLibc.Syscall(CopyFileRange, source.DangerousGetHandle(), (byte*)from, file.DangerousGetHandle(), (nint)to, (nint)count, 0));
                }
                while (result == -EINTR);
                return result;
            }
        }
        finally
        {
            if (heldSource)
            {
                source.DangerousRelease();
            }

            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    private SftpStatus Reserve(long offset, int count, out long reserved, out bool named)
    {
        int result = Size(out long size, out named);
        reserved = size;
        if (result < 0)
        {
            return LinuxCalls.Status(result);
        }

        long end = (Flags & SftpOpenFlags.Append) != 0 ? size + count : offset > long.MaxValue - count ? long.MaxValue : offset + count;
        reserved = Math.Max(size, end);
        if (!rules.TryResize(size, reserved))
        {
            return LocalRules.QuotaExceeded;
        }

        _unnamed += named ? 0 : reserved - size;
        return SftpStatus.Ok;
    }

    // The disk was full before the quota was.
    private void GiveBack(long reserved, bool named)
    {
        if (rules.HasQuota && Size(out long size, out _) >= 0 && size < reserved)
        {
            rules.TryResize(reserved, size);
            _unnamed -= named ? 0 : reserved - size;
        }
    }

    private int Size(out long size, out bool named)
    {
        int result = StatOf(out var stat);
        named = stat.Links > 0;
        size = (long)Math.Min(stat.Size, long.MaxValue);
        return result;
    }

    private int StatOf(out LinuxStat stat)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return LinuxCalls.Stat((int)file.DangerousGetHandle(), default, out stat);
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }
}
