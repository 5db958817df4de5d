using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Native.Objects;

/// <summary>Turns <c>sshcore_limits</c> into core's limits. A field that is zero stands for the default.</summary>
internal static class LimitsReader
{
    // SSHCORE_LIMIT_NONE
    private const uint None = uint.MaxValue;

    public static SshLimits Read(nint pointer)
    {
        var d = SshLimits.Default;
        if (pointer == 0)
        {
            return d;
        }

        var l = Sized.Read<LimitsStruct>(pointer, "limits");
        return d with
        {
            BytesBeforeAuth = Long(l.BytesBeforeAuth, d.BytesBeforeAuth),
            RekeyTrafficBytes = Long(l.RekeyTrafficBytes, d.RekeyTrafficBytes),
            IdentificationLength = Count(l.IdentificationLength, d.IdentificationLength),
            PreBannerLines = Count(l.PreBannerLines, d.PreBannerLines),
            PreBannerLineLength = Count(l.PreBannerLineLength, d.PreBannerLineLength),
            PreBannerBytes = Count(l.PreBannerBytes, d.PreBannerBytes),
            PacketLengthBeforeAuth = Count(l.PacketLengthBeforeAuth, d.PacketLengthBeforeAuth),
            PacketLength = Count(l.PacketLength, d.PacketLength),
            NameListCount = Count(l.NameListCount, d.NameListCount),
            NameLength = Count(l.NameLength, d.NameLength),
            NameListLength = Count(l.NameListLength, d.NameListLength),
            ExtInfoEntries = Count(l.ExtInfoEntries, d.ExtInfoEntries),
            PacketsBeforeAuth = Count(l.PacketsBeforeAuth, d.PacketsBeforeAuth),
            ExchangesBeforeAuth = Count(l.ExchangesBeforeAuth, d.ExchangesBeforeAuth),
            IdentificationTimeout = Seconds(l.IdentificationTimeoutSeconds, d.IdentificationTimeout),
            RekeyTimeout = Seconds(l.RekeyTimeoutSeconds, d.RekeyTimeout),
            ChannelOpenTimeout = Seconds(l.ChannelOpenTimeoutSeconds, d.ChannelOpenTimeout),
            StalledOutputTimeout = Seconds(l.StalledOutputTimeoutSeconds, d.StalledOutputTimeout),
            CloseTimeout = Seconds(l.CloseTimeoutSeconds, d.CloseTimeout),
            AuthRequests = Count(l.AuthRequests, d.AuthRequests),
            KeyProbes = Count(l.KeyProbes, d.KeyProbes),
            PasswordLength = Count(l.PasswordLength, d.PasswordLength),
            UserNameLength = Count(l.UserNameLength, d.UserNameLength),
            PendingAuthMessages = Count(l.PendingAuthMessages, d.PendingAuthMessages),
            PasswordChanges = Count(l.PasswordChanges, d.PasswordChanges),
            InteractivePrompts = Count(l.InteractivePrompts, d.InteractivePrompts),
            InteractiveRounds = Count(l.InteractiveRounds, d.InteractiveRounds),
            AuthTextLength = Count(l.AuthTextLength, d.AuthTextLength),
            AuthBanners = Count(l.AuthBanners, d.AuthBanners),
            ChannelOpensPerMinute = Count(l.ChannelOpensPerMinute, d.ChannelOpensPerMinute),
            LargestWindow = l.LargestWindow == 0 ? d.LargestWindow : l.LargestWindow,
            PendingRequests = Count(l.PendingRequests, d.PendingRequests),
            PendingRequestBytes = Count(l.PendingRequestBytes, d.PendingRequestBytes),
            EnvironmentVariables = Count(l.EnvironmentVariables, d.EnvironmentVariables),
            EnvironmentBytes = Count(l.EnvironmentBytes, d.EnvironmentBytes),
            CommandLength = Count(l.CommandLength, d.CommandLength),
            TerminalNameLength = Count(l.TerminalNameLength, d.TerminalNameLength),
            TerminalModesLength = Count(l.TerminalModesLength, d.TerminalModesLength),
            QueuedControlBytes = Count(l.QueuedControlBytes, d.QueuedControlBytes),
            QueuedControlPackets = Count(l.QueuedControlPackets, d.QueuedControlPackets),
            QueuedCommandBytes = Count(l.QueuedCommandBytes, d.QueuedCommandBytes),
            QueuedCommandPackets = Count(l.QueuedCommandPackets, d.QueuedCommandPackets),
            QueuedDataBytes = Count(l.QueuedDataBytes, d.QueuedDataBytes),
            PeerRekeysPerMinute = Count(l.PeerRekeysPerMinute, d.PeerRekeysPerMinute),
            SmallestRsaBits = Count(l.SmallestRsaBits, d.SmallestRsaBits),
            LargestRsaBits = Count(l.LargestRsaBits, d.LargestRsaBits),
            SmallestGroupBits = Count(l.SmallestGroupBits, d.SmallestGroupBits),
            LargestGroupBits = Count(l.LargestGroupBits, d.LargestGroupBits),
        };
    }

    /// <summary>A count of at most 2³¹-1.</summary>
    public static int Count(uint count, int otherwise) => count switch
    {
        0 => otherwise,
        None => 0,
        <= int.MaxValue => (int)count,
        _ => throw new NativeException(Result.Argument, $"{count} is too large."),
    };

    /// <summary>A count of at most 2⁶³-1; all bits stand for none.</summary>
    public static long Long(ulong count, long otherwise) => count switch
    {
        0 => otherwise,
        ulong.MaxValue => 0,
        <= long.MaxValue => (long)count,
        _ => throw new NativeException(Result.Argument, $"{count} is too large."),
    };

    public static TimeSpan Seconds(uint seconds, TimeSpan otherwise) => seconds == 0 ? otherwise : TimeSpan.FromSeconds(seconds);
}
