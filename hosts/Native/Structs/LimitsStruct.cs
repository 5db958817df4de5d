using System.Runtime.InteropServices;

namespace SshCore.Native.Structs;

/// <summary><c>sshcore_limits</c>: bounds of a connection that <see cref="SettingsStruct"/> does not have itself.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LimitsStruct
{
    public nuint Size;
    public ulong BytesBeforeAuth;
    public ulong RekeyTrafficBytes;
    public uint IdentificationLength;
    public uint PreBannerLines;
    public uint PreBannerLineLength;
    public uint PreBannerBytes;
    public uint PacketLengthBeforeAuth;
    public uint PacketLength;
    public uint NameListCount;
    public uint NameLength;
    public uint NameListLength;
    public uint ExtInfoEntries;
    public uint PacketsBeforeAuth;
    public uint ExchangesBeforeAuth;
    public uint IdentificationTimeoutSeconds;
    public uint RekeyTimeoutSeconds;
    public uint ChannelOpenTimeoutSeconds;
    public uint StalledOutputTimeoutSeconds;
    public uint CloseTimeoutSeconds;
    public uint AuthRequests;
    public uint KeyProbes;
    public uint PasswordLength;
    public uint UserNameLength;
    public uint PendingAuthMessages;
    public uint PasswordChanges;
    public uint InteractivePrompts;
    public uint InteractiveRounds;
    public uint AuthTextLength;
    public uint AuthBanners;
    public uint ChannelOpensPerMinute;
    public uint LargestWindow;
    public uint PendingRequests;
    public uint PendingRequestBytes;
    public uint EnvironmentVariables;
    public uint EnvironmentBytes;
    public uint CommandLength;
    public uint TerminalNameLength;
    public uint TerminalModesLength;
    public uint QueuedControlBytes;
    public uint QueuedControlPackets;
    public uint QueuedCommandBytes;
    public uint QueuedCommandPackets;
    public uint QueuedDataBytes;
    public uint PeerRekeysPerMinute;
    public uint SmallestRsaBits;
    public uint LargestRsaBits;
    public uint SmallestGroupBits;
    public uint LargestGroupBits;
}
