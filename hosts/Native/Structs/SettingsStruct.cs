using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_settings</c>; the header says what each field means.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SettingsStruct
{
    public nuint Size;
    public nint SoftwareVersion;
    public nint KeyExchanges;
    public nint HostKeyAlgorithms;
    public nint Ciphers;
    public nint Macs;
    public nint SignatureAlgorithms;
    public nint AllowLegacy;
    public uint WindowSize;
    public uint MaxPacketSize;
    public uint KeepAliveSeconds;
    public uint KeepAliveMaxUnanswered;
    public ulong RekeyBytes;
    public uint RekeySeconds;
    public uint HandshakeTimeoutSeconds;
    public uint AuthTimeoutSeconds;
    public uint DecisionTimeoutSeconds;
    public uint AuthFailures;
    public uint Channels;
    public uint Sessions;
    public uint FixedWindows;
    public nint Log;
    public nint LogContext;
    public nint InsecureSeed;
    public nuint InsecureSeedLength;
    public nint HostKeys;
    public nuint HostKeyCount;
    public nint AuthMethods;
    public nint Banner;
    public nint Moduli;
    public uint Trace;
    public uint GuessKeyExchange;
    public ulong RekeyPackets;
    public nint Limits;
    public uint HostChoosesGroups;
}
