using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_sftp_options</c>: what an end of SFTP is made with.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SftpOptionsStruct
{
    public nuint Size;
    public nint Extensions;
    public nint Hashes;
    public ulong TransferWindow;
    public ulong UploadWindow;
    public uint MessageLength;
    public uint DataLength;
    public uint PathLength;
    public uint Handles;
    public uint RequestsInFlight;
    public uint PendingRequests;
    public uint QueuedOutput;
    public uint NamesPerReply;
    public uint ExtendedAttributes;
    public uint ExtensionCount;
}

/// <summary><c>sshcore_sftp_state</c>: how an end of SFTP stands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SftpStateStruct
{
    public nuint Size;
    public uint Ready;
    public uint WantsInput;
    public uint HasWork;
    public uint ClosedByPeer;
    public uint ClientVersion;
    public uint OpenHandles;
    public uint PendingRequests;
    public uint Transfers;
    public ulong TransferWindow;
}

/// <summary><c>sshcore_server_limits</c>: what a server has told by limits@openssh.com.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ServerLimitsStruct
{
    public nuint Size;
    public ulong PacketLength;
    public ulong ReadLength;
    public ulong WriteLength;
    public ulong OpenHandles;
}

/// <summary><c>sshcore_download_options</c>: how a file is read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DownloadOptionsStruct
{
    public nuint Size;
    public ulong Handle;
    public ulong Offset;
    public ulong Length;
    public ulong ExpectedSize;
    public uint HasExpectedSize;
    public uint InOrder;
    public uint ReadLength;
}

/// <summary><c>sshcore_upload_options</c>: how a file is written.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UploadOptionsStruct
{
    public nuint Size;
    public ulong Handle;
    public ulong Offset;
    public uint Flags;
    public uint Fsync;
    public uint WriteLength;
    public FileAttributesStruct Attributes;
    public FileAttributesStruct FinalAttributes;
}

/// <summary><c>sshcore_transfer</c>: how a transfer stands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TransferStruct
{
    public nuint Size;
    public ulong Done;
    public ulong InFlight;
    public ulong Position;
    public ulong Length;
    public uint Ended;
    public uint Cancelled;
    public uint Paused;
    public uint TakesData;
    public FileAttributesStruct Attributes;
}
