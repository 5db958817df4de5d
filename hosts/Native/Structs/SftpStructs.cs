using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_file_attributes</c>: what is known of a file, or is to be set.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileAttributesStruct
{
    public nuint Size;
    public uint Has;
    public uint UserId;
    public uint GroupId;
    public uint Permissions;
    public uint AccessTime;
    public uint ModifyTime;
    public ulong FileSize;
    public nint Extended;
    public nuint ExtendedCount;
}

/// <summary><c>sshcore_extended_attribute</c>: a pair that the protocol gives no meaning to.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ExtendedAttributeStruct
{
    public nuint Size;
    public nint Name;
    public nint Data;
    public nuint DataLength;
}

/// <summary><c>sshcore_file_name</c>: one name of a directory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileNameStruct
{
    public nuint Size;
    public nint Name;
    public nuint NameLength;
    public nint LongName;
    public nuint LongNameLength;
    public FileAttributesStruct Attributes;
}

/// <summary><c>sshcore_file_system</c>: the figures of a volume.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileSystemStruct
{
    public nuint Size;
    public ulong BlockSize;
    public ulong FragmentSize;
    public ulong Blocks;
    public ulong FreeBlocks;
    public ulong AvailableBlocks;
    public ulong Files;
    public ulong FreeFiles;
    public ulong AvailableFiles;
    public ulong Id;
    public ulong Flags;
    public ulong MaximumNameLength;
}

/// <summary><c>sshcore_file_request</c>: one request of SFTP, to send or to answer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileRequestStruct
{
    public nuint Size;
    public uint Kind;
    public uint Id;
    public ulong Token;
    public nint Path;
    public nuint PathLength;
    public nint OtherPath;
    public nuint OtherPathLength;
    public ulong Handle;
    public ulong OtherHandle;
    public ulong Offset;
    public ulong OtherOffset;
    public ulong Length;
    public uint Flags;
    public uint IsDirectory;
    public nint Text;
    public nint Data;
    public nuint DataLength;
    public FileAttributesStruct Attributes;
    public uint BlockSize;
    public nint Users;
    public nuint UserCount;
    public nint Groups;
    public nuint GroupCount;
}

/// <summary><c>sshcore_file_reply</c>: one reply of an SFTP server.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileReplyStruct
{
    public nuint Size;
    public uint Kind;
    public uint Request;
    public uint Id;
    public uint Code;
    public ulong Handle;
    public nint Message;
    public nint Data;
    public nuint DataLength;
    public nint Path;
    public nuint PathLength;
    public nuint Names;
    public ulong Transfer;
    public ulong Offset;
    public FileAttributesStruct Attributes;
    public nint Algorithm;
    public nint Language;
    public nuint Users;
    public nuint Groups;
}
