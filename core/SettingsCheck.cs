using System.Linq;
using SshCore.Errors;
using SshCore.Kex;
using SshCore.Security;

namespace SshCore;

/// <summary>
/// Refuses settings that no connection could work with, when it is made and not in the middle of a handshake. Every range
/// stands here; what the records' own comments say follows it.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>Checks everything.</summary>
    /// <exception cref="ArgumentNullException">The settings or a part of them is null.</exception>
    /// <exception cref="SshUsageException">A value is out of range, or nothing can be negotiated.</exception>
    public static void Check(SshSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ThrowIfNull(settings.Crypto, "SshSettings.Crypto");
        ThrowIfNull(settings.Limits, "SshSettings.Limits");
        ThrowIfNull(settings.Algorithms, "SshSettings.Algorithms");
        ThrowIfNull(settings.Rekey, "SshSettings.Rekey");
        Check(settings.Limits);
        Check(settings.Rekey);
        Check(settings.KeepAlive);
        In("SshSettings.WindowSize", settings.WindowSize, 32 * 1024, uint.MaxValue);
        In("SshSettings.MaxPacketSize", settings.MaxPacketSize, 4 * 1024, 128 * 1024);
        In("SshLimits.PacketLength", settings.Limits.PacketLength, settings.MaxPacketSize + 1024, int.MaxValue); // or no data would fit
        CheckOffer(settings);
    }

    /// <summary>Checks how a connection is kept alive.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    /// <exception cref="SshUsageException">A value is out of range.</exception>
    public static void Check(KeepAlive keepAlive)
    {
        ThrowIfNull(keepAlive, "SshSettings.KeepAlive");
        Time("KeepAlive.Interval", keepAlive.Interval, TimeSpan.Zero);
        In("KeepAlive.MaxUnanswered", keepAlive.MaxUnanswered, 0, int.MaxValue);
    }

    private static void Check(RekeyPolicy rekey)
    {
        In("RekeyPolicy.Bytes", rekey.Bytes, 16, long.MaxValue);
        In("RekeyPolicy.Packets", rekey.Packets, 16, long.MaxValue);
        if (rekey.Age is { } age)
        {
            Time("RekeyPolicy.Age", age, TimeSpan.FromSeconds(1));
        }
    }

    private static void Check(SshLimits limits)
    {
        In("SshLimits.IdentificationLength", limits.IdentificationLength, 16, 64 * 1024);
        In("SshLimits.PacketLengthBeforeAuth", limits.PacketLengthBeforeAuth, 4 * 1024, int.MaxValue);
        In("SshLimits.BytesBeforeAuth", limits.BytesBeforeAuth, 4 * 1024, long.MaxValue);
        In("SshLimits.SmallestRsaBits", limits.SmallestRsaBits, 1, limits.LargestRsaBits);
        In("SshLimits.SmallestGroupBits", limits.SmallestGroupBits, 1024, limits.LargestGroupBits);
        In("SshLimits.QueuedControlPackets", limits.QueuedControlPackets, 8, int.MaxValue); // a handshake's alone are four
        In("SshLimits.QueuedControlBytes", limits.QueuedControlBytes, 64 * 1024, int.MaxValue);
        In("SshLimits.QueuedCommandPackets", limits.QueuedCommandPackets, 8, int.MaxValue);
        In("SshLimits.QueuedCommandBytes", limits.QueuedCommandBytes, 64 * 1024, int.MaxValue);
        In("SshLimits.QueuedDataBytes", limits.QueuedDataBytes, 1024, int.MaxValue);
        CheckCounts(limits);
        CheckTimes(limits);
    }

    private static void CheckCounts(SshLimits limits)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, long)>)
        [
            ("NameListCount", limits.NameListCount), ("NameLength", limits.NameLength), ("NameListLength", limits.NameListLength),
            ("PreBannerLineLength", limits.PreBannerLineLength), ("PacketsBeforeAuth", limits.PacketsBeforeAuth),
            ("ExchangesBeforeAuth", limits.ExchangesBeforeAuth), ("AuthFailures", limits.AuthFailures), ("AuthRequests", limits.AuthRequests),
            ("UserNameLength", limits.UserNameLength), ("TextLineLength", limits.TextLineLength),
        ])
        {
            In("SshLimits." + name, value, 1, long.MaxValue);
        }

        foreach (var (name, value) in (ReadOnlySpan<(string, long)>)
        [
            ("PreBannerLines", limits.PreBannerLines), ("PreBannerBytes", limits.PreBannerBytes), ("ExtInfoEntries", limits.ExtInfoEntries),
            ("KeyProbes", limits.KeyProbes), ("PasswordLength", limits.PasswordLength), ("PendingAuthMessages", limits.PendingAuthMessages),
            ("PasswordChanges", limits.PasswordChanges), ("InteractivePrompts", limits.InteractivePrompts),
            ("InteractiveRounds", limits.InteractiveRounds), ("AuthTextLength", limits.AuthTextLength), ("AuthBanners", limits.AuthBanners),
            ("Sessions", limits.Sessions), ("Channels", limits.Channels), ("ChannelOpensPerMinute", limits.ChannelOpensPerMinute),
            ("PendingRequests", limits.PendingRequests), ("PendingRequestBytes", limits.PendingRequestBytes),
            ("EnvironmentVariables", limits.EnvironmentVariables), ("EnvironmentBytes", limits.EnvironmentBytes),
            ("CommandLength", limits.CommandLength), ("TerminalNameLength", limits.TerminalNameLength),
            ("TerminalModesLength", limits.TerminalModesLength), ("PeerRekeysPerMinute", limits.PeerRekeysPerMinute),
            ("RekeyTrafficBytes", limits.RekeyTrafficBytes), ("BcryptRounds", limits.BcryptRounds),
            ("Pbkdf2Iterations", limits.Pbkdf2Iterations), ("KeyFileLength", limits.KeyFileLength),
        ])
        {
            In("SshLimits." + name, value, 0, long.MaxValue);
        }
    }

    private static void CheckTimes(SshLimits limits)
    {
        var least = TimeSpan.FromTicks(1);
        Time("SshLimits.IdentificationTimeout", limits.IdentificationTimeout, least);
        Time("SshLimits.HandshakeTimeout", limits.HandshakeTimeout, least);
        Time("SshLimits.AuthTimeout", limits.AuthTimeout, least);
        Time("SshLimits.RekeyTimeout", limits.RekeyTimeout, least);
        Time("SshLimits.DecisionTimeout", limits.DecisionTimeout, least);
        Time("SshLimits.ChannelOpenTimeout", limits.ChannelOpenTimeout, least);
        Time("SshLimits.StalledOutputTimeout", limits.StalledOutputTimeout, least);
        Time("SshLimits.CloseTimeout", limits.CloseTimeout, least);
    }

    // What is offered is what the lists name, the provider can do and, on a server, a host key or a source of groups is there for.
    private static void CheckOffer(SshSettings settings)
    {
        if (settings is SshServerSettings server)
        {
            ThrowIfNull(server.HostKeys, "SshServerSettings.HostKeys");
            if (server.HostKeys.Count == 0 || server.HostKeys.Contains(null!))
            {
                throw new SshUsageException("SshServerSettings.HostKeys: a server needs at least one host key, and none may be null.");
            }
        }

        var offer = KexOffer.Create(settings, isFirst: false, guess: false);
        var algorithms = settings.Algorithms;
        Some("KeyExchanges", offer.KeyExchanges, algorithms.KeyExchanges, "the provider does not support them, or there is no source of groups");
        Some("HostKeys", offer.HostKeys, algorithms.HostKeys, settings is SshServerSettings { HostKeys: var keys }
            ? "the keys in SshServerSettings.HostKeys are " + string.Join(", ", keys.Select(key => key.PublicKey.KeyType))
            : "the provider does not support them");
        Some("Ciphers", offer.CiphersToServer, algorithms.Ciphers, "the provider does not support them");
        if (offer.CiphersToServer.Any(name => !CipherAlgorithm.Find(name)!.Authenticates))
        {
            Some("Macs", offer.MacsToServer, algorithms.Macs, "the provider does not support them");
        }
    }

    private static void Some(string list, IReadOnlyList<string> usable, IReadOnlyList<string> named, string why)
    {
        if (usable.Count == 0)
        {
            throw new SshUsageException($"SshAlgorithmPreferences.{list}: none of {string.Join(", ", named)} can be used: {why}.");
        }
    }

    private static void ThrowIfNull(object? value, string name)
    {
        if (value is null)
        {
            throw new ArgumentNullException(name);
        }
    }

    private static void In(string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            throw new SshUsageException(most is long.MaxValue or int.MaxValue
                ? $"{name} is {value}; at least {least} is needed."
                : $"{name} is {value}; it must be {least} to {most}.");
        }
    }

    private static void Time(string name, TimeSpan value, TimeSpan least)
    {
        if (value < least)
        {
            throw new SshUsageException($"{name} is {value}; at least {least} is needed.");
        }
    }
}
