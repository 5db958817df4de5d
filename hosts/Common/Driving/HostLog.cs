using Microsoft.Extensions.Logging;
using SshCore.Errors;
using SshCore.Events;

namespace SshCore.Hosts.Driving;

/// <summary>Everything the hosts log. Never a secret; text of the peer was made printable by the core.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Debug, "Peer is {Identification}")]
    public static partial void PeerIdentified(this ILogger logger, string identification);

    [LoggerMessage(2, LogLevel.Debug, "Keys {Exchange}: {Kex}, {HostKey}, {Cipher} {Mac}")]
    public static partial void KeysChanged(this ILogger logger, int exchange, string kex, string hostKey, string cipher, string mac);

    [LoggerMessage(3, LogLevel.Warning, "Legacy algorithm in use: {Algorithm}")]
    public static partial void LegacyInUse(this ILogger logger, string algorithm);

    [LoggerMessage(4, LogLevel.Information, "Logged in as {User} by {Method}")]
    public static partial void LoggedIn(this ILogger logger, string user, string method);

    [LoggerMessage(5, LogLevel.Debug, "Partial success by {Method}")]
    public static partial void PartialSuccess(this ILogger logger, string method);

    [LoggerMessage(6, LogLevel.Debug, "Peer disconnects: {Reason} {Description}")]
    public static partial void PeerLeft(this ILogger logger, DisconnectReason reason, string description);

    [LoggerMessage(7, LogLevel.Debug, "Peer says: {Message}")]
    public static partial void PeerDebug(this ILogger logger, string message);

    [LoggerMessage(8, LogLevel.Debug, "Connection ended, {Kind}: {Error}")]
    public static partial void Ended(this ILogger logger, SshErrorKind kind, string error);

    [LoggerMessage(9, LogLevel.Warning, "The policy failed on {Event}; it is refused")]
    public static partial void PolicyFailed(this ILogger logger, SshEventKind @event, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "The {Callback} callback failed")]
    public static partial void CallbackFailed(this ILogger logger, string callback, Exception exception);

    [LoggerMessage(11, LogLevel.Error, "A session failed")]
    public static partial void SessionFailed(this ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "Unknown host key of {Host} accepted: {KeyType} {Fingerprint}")]
    public static partial void UnknownHostKeyAccepted(this ILogger logger, string host, string keyType, string fingerprint);

    [LoggerMessage(13, LogLevel.Information, "Connection from {Source} refused: {Why}")]
    public static partial void ConnectionRefused(this ILogger logger, string source, string why);

    [LoggerMessage(14, LogLevel.Debug, "Connection from {Source}")]
    public static partial void ConnectionAccepted(this ILogger logger, string source);

    [LoggerMessage(15, LogLevel.Error, "Accepting connections failed")]
    public static partial void AcceptFailed(this ILogger logger, Exception exception);

    [LoggerMessage(16, LogLevel.Information, "{Method} of {User} {Verdict}")]
    public static partial void Attempt(this ILogger logger, string method, string user, string verdict);

    [LoggerMessage(17, LogLevel.Debug, "Cannot use the credential '{Credential}'")]
    public static partial void CredentialUnusable(this ILogger logger, string credential, Exception exception);

    [LoggerMessage(18, LogLevel.Trace, "{Trace}")]
    public static partial void Traced(this ILogger logger, Traced trace);

    /// <summary>The areas asked for, or all, if the logger takes traces; only then does the core make any.</summary>
    public static SshTraceAreas TraceAreas(ILogger logger, SshTraceAreas asked) =>
        !logger.IsEnabled(LogLevel.Trace) ? SshTraceAreas.None
        : asked == SshTraceAreas.None ? SshTraceAreas.All
        : asked;
}
