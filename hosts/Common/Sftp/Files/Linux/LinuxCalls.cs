using System.Runtime.InteropServices;
using SshCore.Sftp;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>A descriptor that lives as long as a block.</summary>
internal readonly ref struct LinuxDescriptor(int value)
{
    /// <summary>The descriptor, or the negative errno of the call that should have made it.</summary>
    public int Value { get; } = value;

    public bool IsOpen => Value >= 0;

    public int Errno => Value < 0 ? -Value : 0;

    public void Dispose()
    {
        if (Value >= 0)
        {
            LinuxLibc.Close(Value);
        }
    }
}

/// <summary><c>struct statx</c> of linux/stat.h, which is the same everywhere.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct LinuxStat
{
    [FieldOffset(0x10)] public uint Links;
    [FieldOffset(0x14)] public uint User;
    [FieldOffset(0x18)] public uint Group;
    [FieldOffset(0x1C)] public ushort Mode;
    [FieldOffset(0x20)] public ulong Node;
    [FieldOffset(0x28)] public ulong Size;
    [FieldOffset(0x40)] public long AccessTime;
    [FieldOffset(0x70)] public long ModifyTime;
    [FieldOffset(0x88)] public uint DeviceMajor;
    [FieldOffset(0x8C)] public uint DeviceMinor;

    public readonly SftpFileType Type => (SftpFileType)(Mode & SftpAttributes.TypeMask);

    public readonly SftpAttributes Attributes => new()
    {
        Size = Size,
        UserId = User,
        GroupId = Group,
        Permissions = Mode,
        AccessTime = Seconds(AccessTime),
        ModifyTime = Seconds(ModifyTime),
    };

    /// <summary>Another look at the same file.</summary>
    public readonly bool IsSameAs(in LinuxStat other) => Node == other.Node && DeviceMajor == other.DeviceMajor && DeviceMinor == other.DeviceMinor;

    private static uint Seconds(long time) => (uint)Math.Min(Math.Max(time, 0), uint.MaxValue);
}

/// <summary>Calls with their errno as a value: 0 or more is the result, less than 0 the negative errno.</summary>
internal static unsafe class LinuxCalls
{
    private const uint BasicStats = 0x7FF;

    /// <summary>The bytes with a NUL behind them; there is none in them, or the result is null.</summary>
    public static byte[]? Terminated(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0))
        {
            return null;
        }

        var result = new byte[text.Length + 1];
        text.CopyTo(result);
        return result;
    }

    public static int OpenAt(int directory, ReadOnlySpan<byte> path, int flags, uint mode)
    {
        if (Terminated(path) is not { } text)
        {
            return -EINVAL;
        }

        fixed (byte* pointer = text)
        {
            int result;
            do
            {
                result = Errno(LinuxLibc.OpenAt(directory, pointer, flags | CloseOnExec, mode));
            }
            while (result == -EINTR);
            return result;
        }
    }

    /// <summary>stat of the name without following it, or of the descriptor itself for an empty name.</summary>
    public static int Stat(int directory, ReadOnlySpan<byte> name, out LinuxStat stat)
    {
        stat = default;
        if (Terminated(name) is not { } text)
        {
            return -EINVAL;
        }

        fixed (byte* pointer = text)
        fixed (LinuxStat* target = &stat)
        {
            return Errno(LinuxLibc.Syscall(StatX, directory, pointer, AtNoFollow | (name.IsEmpty ? AtEmptyPath : 0), (nint)BasicStats, (nint)target, 0));
        }
    }

    /// <summary>stat of what is open; of what could not be opened, the reason.</summary>
    public static int Stat(in LinuxDescriptor file, out LinuxStat stat)
    {
        stat = default;
        return file.IsOpen ? Stat(file.Value, default, out stat) : file.Value;
    }

    /// <summary>What the link that is open as <paramref name="link"/> holds.</summary>
    public static int ReadLink(int link, out byte[] target)
    {
        var buffer = new byte[LongestPath];
        byte empty = 0;
        nint length;
        fixed (byte* pointer = buffer)
        {
            length = LinuxLibc.ReadLinkAt(link, &empty, pointer, (nuint)buffer.Length);
        }

        int result = Errno(length);
        target = result < 0 ? [] : buffer.AsSpan(0, result).ToArray();
        return result;
    }

    public static int Errno(nint result) => result < 0 ? -Math.Max(1, Marshal.GetLastPInvokeError()) : (int)result;

    /// <summary>The status for a call's result.</summary>
    public static SftpStatus Status(int result) => result >= 0 ? SftpStatus.Ok : -result switch
    {
        EOPNOTSUPP or ENOSYS => SftpStatusCode.OperationUnsupported,
        EINVAL => Failure("Invalid argument"),
        EBUSY => Failure("Device or resource busy"),
        EXDEV => Failure("Invalid cross-device link"),
        ELOOP => Failure("Too many levels of symbolic links"),
        ENAMETOOLONG => Failure("File name too long"),
        26 => Failure("Text file busy"),
        27 => Failure("File too large"),
        31 => Failure("Too many links"),
        122 => Failure("Disk quota exceeded"),
        _ => SftpStatusMap.FromErrno(-result),
    };

    private static SftpStatus Failure(string text) => new(SftpStatusCode.Failure, text);
}
