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
    public nint HostKeyCallback;
    public nint HostKeyContext;
}

/// <summary><c>sshcore_easy_host</c>: a host that is not known, and its key.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EasyHostStruct
{
    public nuint Size;
    public nint Host;
    public uint Port;
    public nint KeyType;
    public nint Fingerprint;
    public nint Key;
    public nuint KeyLength;
}

/// <summary><c>sshcore_easy_prompt</c>: one question of keyboard-interactive, with room for its answer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EasyPromptStruct
{
    public nuint Size;
    public nint Text;
    public uint Echo;
    public nint Answer;
    public nuint AnswerSize;
}

/// <summary><c>sshcore_easy_prompts</c>: the questions of one round.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EasyPromptsStruct
{
    public nuint Size;
    public nint Name;
    public nint Instruction;
    public uint Round;
    public nuint Count;
    public nint Prompts;
}

/// <summary><c>sshcore_easy_login</c>: how far the log-in has come.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EasyLoginStruct
{
    public nuint Size;
    public uint Authenticated;
    public nint User;
    public nint Allowed;
    public nint Succeeded;
    public nint Banner;
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
