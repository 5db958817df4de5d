using SshCore.Events;

namespace SshCore.Native.Events;

/// <summary>From core's kinds of events to the numbers outside.</summary>
internal static class EventKinds
{
    public static EventKind For(SshEventKind kind) => kind switch
    {
        SshEventKind.None => EventKind.None,
        SshEventKind.ChannelData => EventKind.ChannelData,
        SshEventKind.ChannelWritable => EventKind.ChannelWritable,
        SshEventKind.VersionReceived => EventKind.VersionReceived,
        SshEventKind.ExtInfoReceived => EventKind.ExtInfoReceived,
        SshEventKind.DebugReceived => EventKind.DebugReceived,
        SshEventKind.PeerDisconnected => EventKind.PeerDisconnected,
        SshEventKind.Closed => EventKind.Closed,
        SshEventKind.PongReceived => EventKind.PongReceived,
        SshEventKind.KexStarted => EventKind.KexStarted,
        SshEventKind.AlgorithmsChosen => EventKind.AlgorithmsChosen,
        SshEventKind.HostKeyOffered => EventKind.HostKeyOffered,
        SshEventKind.HostSignatureNeeded => EventKind.HostSignatureNeeded,
        SshEventKind.GexGroupNeeded => EventKind.GexGroupNeeded,
        SshEventKind.KeysChanged => EventKind.KeysChanged,
        SshEventKind.BannerReceived => EventKind.BannerReceived,
        SshEventKind.AuthMethodNeeded => EventKind.AuthMethodNeeded,
        SshEventKind.SignatureNeeded => EventKind.SignatureNeeded,
        SshEventKind.PromptsReceived => EventKind.PromptsReceived,
        SshEventKind.PasswordChangeNeeded => EventKind.PasswordChangeNeeded,
        SshEventKind.AuthPartial => EventKind.AuthPartial,
        SshEventKind.Authenticated => EventKind.Authenticated,
        SshEventKind.AuthFailed => EventKind.AuthFailed,
        SshEventKind.UserPresented => EventKind.UserPresented,
        SshEventKind.NoneAttempt => EventKind.NoneAttempt,
        SshEventKind.PasswordAttempt => EventKind.PasswordAttempt,
        SshEventKind.KeyProbe => EventKind.KeyProbe,
        SshEventKind.KeyProof => EventKind.KeyProof,
        SshEventKind.InteractiveAttempt => EventKind.InteractiveAttempt,
        SshEventKind.InteractiveResponse => EventKind.InteractiveResponse,
        SshEventKind.OpenRequested => EventKind.OpenRequested,
        SshEventKind.ChannelOpened => EventKind.ChannelOpened,
        SshEventKind.ChannelRefused => EventKind.ChannelRefused,
        SshEventKind.ChannelEof => EventKind.ChannelEof,
        SshEventKind.ChannelClosed => EventKind.ChannelClosed,
        SshEventKind.ChannelRequested => EventKind.ChannelRequested,
        SshEventKind.RequestReplied => EventKind.RequestReplied,
        SshEventKind.ExitStatus => EventKind.ExitStatus,
        SshEventKind.ExitSignal => EventKind.ExitSignal,
        SshEventKind.EndOfWrite => EventKind.EndOfWrite,
        SshEventKind.GlobalRequested => EventKind.GlobalRequested,
        SshEventKind.GlobalReplied => EventKind.GlobalReplied,
        SshEventKind.SftpReady => EventKind.SftpReady,
        SshEventKind.Trace => EventKind.Trace,
        _ => EventKind.Other,
    };
}
