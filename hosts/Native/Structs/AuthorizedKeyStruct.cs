using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_authorized_key</c>: what the line of authorized_keys that lets a client in says.</summary>
/// <remarks>A restriction that a later version appends must not be lost on a caller who asks with the size of today.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct AuthorizedKeyStruct
{
    public nuint Size;
    public nuint Line;
    public nint Comment;
    public nint Command;
    public nint Environment;
    public nuint EnvironmentCount;
    public uint AllowsPty;
    public uint AllowsPortForwarding;
    public uint AllowsAgentForwarding;
    public uint AllowsX11Forwarding;
    public uint AllowsUserRc;
}
