namespace SshCore.Errors;

/// <summary>Which DISCONNECT reason each kind of error sends.</summary>
internal static class DisconnectMap
{
    public static DisconnectReason For(SshErrorKind kind) => kind switch
    {
        SshErrorKind.Corrupted => DisconnectReason.MacError,
        SshErrorKind.Incompatible or SshErrorKind.KeyExchangeFailed => DisconnectReason.KeyExchangeFailed,
        SshErrorKind.HostKeyRejected => DisconnectReason.HostKeyNotVerifiable,
        SshErrorKind.AuthenticationFailed => DisconnectReason.NoMoreAuthMethodsAvailable,
        SshErrorKind.ConnectionLost or SshErrorKind.HostFailure or SshErrorKind.Timeout => DisconnectReason.ConnectionLost,
        SshErrorKind.LocalDisconnect or SshErrorKind.PeerDisconnected => DisconnectReason.ByApplication,
        _ => DisconnectReason.ProtocolError,
    };

    /// <summary>
    /// What the peer is told. Nothing of what was expected, what came or which limit holds: those are for the host's log. A peer
    /// that is not logged in is nobody, and one that probes learns the least from a text that is always the same.
    /// </summary>
    public static string TextFor(SshError error) => error.Kind switch
    {
        SshErrorKind.LocalDisconnect => error.Message, // the host's own words
        _ when error.Reason == DisconnectReason.NoMoreAuthMethodsAvailable => "Too many authentication failures.",
        _ when error.Reason == DisconnectReason.ServiceNotAvailable => "The service is not available.",
        SshErrorKind.InvalidMessage => "A message is malformed.",
        SshErrorKind.ProtocolViolation => "A message is not allowed here.",
        SshErrorKind.Incompatible => "There is no algorithm in common.",
        SshErrorKind.Corrupted => "A packet is corrupted.",
        SshErrorKind.KeyExchangeFailed => "The key exchange failed.",
        SshErrorKind.HostKeyRejected => "The host key was not accepted.",
        SshErrorKind.Timeout => "Timed out.",
        SshErrorKind.LimitExceeded => "A limit was exceeded.",
        SshErrorKind.Flooded => "Too much waits to be read.",
        _ => "The connection has ended.",
    };
}
