using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_easy_options</c>: where to connect to, and whom to believe.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EasyOptionsStruct
{
    public nuint Size;
    public nint Host;
    public uint Port;
    public uint TimeoutMs;
    public nint KnownHosts;
    public uint InsecureAnyHostKey;
    public nuint MaxOutput;
    public nint Settings;
}

/// <summary><c>sshcore_easy_result</c>: what a command left.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EasyResultStruct
{
    public nuint Size;
    public uint HasStatus;
    public uint Status;
    public nint Signal;
    public nint Out;
    public nuint OutLength;
    public nint Err;
    public nuint ErrLength;
}
