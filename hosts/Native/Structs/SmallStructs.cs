using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_pty</c>: a terminal asked for, or its new size.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PtyStruct
{
    public nuint Size;
    public uint Columns;
    public uint Rows;
    public uint PixelWidth;
    public uint PixelHeight;
    public nint Terminal;
    public nint Modes;
    public nuint ModesLength;
}

/// <summary><c>sshcore_prompt</c>: one question of keyboard-interactive.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PromptStruct
{
    public nuint Size;
    public nint Text;
    public uint Echo;
}

/// <summary><c>sshcore_error</c>: why a connection ended.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ErrorStruct
{
    public nuint Size;
    public uint Kind;
    public uint Reason;
    public nint Message;
    public nint Expected;
    public nint Got;
}

/// <summary><c>sshcore_algorithms</c>: what a connection uses.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AlgorithmsStruct
{
    public nuint Size;
    public nint KeyExchange;
    public nint HostKey;
    public nint CipherOut;
    public nint CipherIn;
    public nint MacOut;
    public nint MacIn;
    public nint CompressionOut;
    public nint CompressionIn;
    public nint Legacy;
    public uint StrictKex;
}

/// <summary><c>sshcore_channel_options</c>: what a channel is opened with besides its type.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChannelOptionsStruct
{
    public nuint Size;
    public uint WindowSize;
    public uint MaxPacketSize;
    public uint ManualWindow;
    public nint Data;
    public nuint DataLength;
}
