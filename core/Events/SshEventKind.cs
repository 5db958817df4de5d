namespace SshCore.Events;

/// <summary>What happened. The comment names the body; kinds without one are frequent and allocate nothing.</summary>
public enum SshEventKind : byte
{
    /// <summary>No event.</summary>
    None,
    /// <summary>The peer identified itself. Body: <see cref="Events.VersionReceived"/>.</summary>
    VersionReceived,
    /// <summary>EXT_INFO came. Body: <see cref="Events.ExtInfoReceived"/>.</summary>
    ExtInfoReceived,
    /// <summary>DEBUG came. Body: <see cref="Events.DebugReceived"/>.</summary>
    DebugReceived,
    /// <summary>The peer sent DISCONNECT. Body: <see cref="Events.PeerDisconnected"/>.</summary>
    PeerDisconnected,
    /// <summary>The connection ended; the last event. Body: <see cref="Events.Closed"/>.</summary>
    Closed,
    /// <summary>The answer to our PING came. No body; Length is the number of data bytes echoed.</summary>
    PongReceived,
    /// <summary>A key exchange began. Body: <see cref="Events.KexStarted"/>.</summary>
    KexStarted,
    /// <summary>Both KEXINITs are in. Body: <see cref="Events.AlgorithmsChosen"/>.</summary>
    AlgorithmsChosen,
    /// <summary>Decision: is this the server's key? Body: <see cref="Events.HostKeyOffered"/>.</summary>
    HostKeyOffered,
    /// <summary>Decision: sign the exchange hash. Body: <see cref="Events.HostSignatureNeeded"/>.</summary>
    HostSignatureNeeded,
    /// <summary>Decision: which group. Body: <see cref="Events.GexGroupNeeded"/>.</summary>
    GexGroupNeeded,
    /// <summary>New keys are in use both ways. Body: <see cref="Events.KeysChanged"/>.</summary>
    KeysChanged,
    /// <summary>USERAUTH_BANNER came. Body: <see cref="Events.BannerReceived"/>.</summary>
    BannerReceived,
    /// <summary>Decision: which method next. Body: <see cref="Events.AuthMethodNeeded"/>.</summary>
    AuthMethodNeeded,
    /// <summary>Decision: sign the authentication request. Body: <see cref="Events.SignatureNeeded"/>.</summary>
    SignatureNeeded,
    /// <summary>Decision: answers to prompts. Body: <see cref="Events.PromptsReceived"/>.</summary>
    PromptsReceived,
    /// <summary>Decision: a new password. Body: <see cref="Events.PasswordChangeNeeded"/>.</summary>
    PasswordChangeNeeded,
    /// <summary>A factor was accepted, more are needed. Body: <see cref="Events.AuthPartial"/>.</summary>
    AuthPartial,
    /// <summary>Authentication succeeded (both roles). Body: <see cref="Events.Authenticated"/>.</summary>
    Authenticated,
    /// <summary>Client: the log-in was given up. Body: <see cref="Events.AuthFailed"/>.</summary>
    AuthFailed,
    /// <summary>Decision on a server: a user name was presented for the first time. Body: <see cref="Events.UserPresented"/>.</summary>
    UserPresented,
    /// <summary>Decision on a server. Body: <see cref="Events.NoneAttempt"/>.</summary>
    NoneAttempt,
    /// <summary>Decision on a server. Body: <see cref="Events.PasswordAttempt"/>.</summary>
    PasswordAttempt,
    /// <summary>Decision on a server: would this key do? Body: <see cref="Events.KeyProbe"/>.</summary>
    KeyProbe,
    /// <summary>Decision on a server: this key signed. Body: <see cref="Events.KeyProof"/>.</summary>
    KeyProof,
    /// <summary>Decision on a server. Body: <see cref="Events.InteractiveAttempt"/>.</summary>
    InteractiveAttempt,
    /// <summary>Decision on a server. Body: <see cref="Events.InteractiveResponse"/>.</summary>
    InteractiveResponse,
    /// <summary>Decision: the peer opens a channel. Body: <see cref="Events.OpenRequested"/>.</summary>
    OpenRequested,
    /// <summary>Our channel open was confirmed. Body: <see cref="Events.ChannelOpened"/>.</summary>
    ChannelOpened,
    /// <summary>Our channel open failed. Body: <see cref="Events.ChannelRefused"/>.</summary>
    ChannelRefused,
    /// <summary>Data came: Length bytes on Stream. No body; see <c>BorrowData</c> and <c>SshChannel.Read</c>.</summary>
    ChannelData,
    /// <summary>After a <c>Write</c> that took less than offered: now it would take more. No body.</summary>
    ChannelWritable,
    /// <summary>The peer sends no more data. No body.</summary>
    ChannelEof,
    /// <summary>Both sides have closed the channel, or the connection ended. No body. Unread data can still be read.</summary>
    ChannelClosed,
    /// <summary>Decision: a channel request. Body: <see cref="Events.ChannelRequested"/>.</summary>
    ChannelRequested,
    /// <summary>A channel request of ours was answered. Body: <see cref="Events.RequestReplied"/>.</summary>
    RequestReplied,
    /// <summary>The remote command ended. Body: <see cref="Events.ExitStatus"/>.</summary>
    ExitStatus,
    /// <summary>The remote command died of a signal. Body: <see cref="Events.ExitSignal"/>.</summary>
    ExitSignal,
    /// <summary>The peer reads no more of what we send (eow@openssh.com). No body.</summary>
    EndOfWrite,
    /// <summary>Decision: a global request. Body: <see cref="Events.GlobalRequested"/>.</summary>
    GlobalRequested,
    /// <summary>A global request of ours was answered. Body: <see cref="Events.GlobalReplied"/>.</summary>
    GlobalReplied,
    /// <summary>A step of the connection; only with <see cref="SshSettings.Trace"/>. Body: <see cref="Events.Traced"/>.</summary>
    Trace,
    /// <summary>The SFTP machine that is attached to the channel has something to poll: poll it until it has nothing. No body.</summary>
    SftpReady,
}
