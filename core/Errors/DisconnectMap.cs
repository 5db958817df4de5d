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
}
