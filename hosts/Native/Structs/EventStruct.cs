using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_event</c>; the header says which fields each kind fills.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EventStruct
{
    public nuint Size;
    public uint Kind;
    public uint Channel;
    public ulong Token;
    public ulong DeadlineUs;
    public ulong Id;
    public uint Code;
    public uint Count;
    public uint Flags;
    public uint Stream;
    public nuint Length;
    public nint User;
    public nint Name;
    public nint Text;
    public nint Detail;
    public nint List;
    public nint Algorithm;
    public nint Key;
    public nuint KeyLength;
    public nint Data;
    public nuint DataLength;
    public nint More;
    public nuint MoreLength;
}
