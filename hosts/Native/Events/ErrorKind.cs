using SshCore.Errors;

namespace SshCore.Native.Events;

/// <summary>Numbers of the kinds of errors outside; added to, never changed and never reused.</summary>
internal enum ErrorKind
{
    None = 0,
    InvalidMessage = 1,
    ProtocolViolation = 2,
    Incompatible = 3,
    Corrupted = 4,
    KeyExchangeFailed = 5,
    HostKeyRejected = 6,
    AuthenticationFailed = 7,
    Timeout = 8,
    LimitExceeded = 9,
    Flooded = 10,
    ConnectionLost = 11,
    PeerDisconnected = 12,
    LocalDisconnect = 13,
    HostFailure = 14,
    PassphraseNeeded = 15,
    PassphraseWrong = 16,
    UnknownFormat = 17,
    UnsupportedKey = 18,
    Other = 1000,
}

/// <summary>From core's kinds to the numbers outside.</summary>
internal static class ErrorKinds
{
    public static ErrorKind For(SshErrorKind kind) => kind switch
    {
        SshErrorKind.InvalidMessage => ErrorKind.InvalidMessage,
        SshErrorKind.ProtocolViolation => ErrorKind.ProtocolViolation,
        SshErrorKind.Incompatible => ErrorKind.Incompatible,
        SshErrorKind.Corrupted => ErrorKind.Corrupted,
        SshErrorKind.KeyExchangeFailed => ErrorKind.KeyExchangeFailed,
        SshErrorKind.HostKeyRejected => ErrorKind.HostKeyRejected,
        SshErrorKind.AuthenticationFailed => ErrorKind.AuthenticationFailed,
        SshErrorKind.Timeout => ErrorKind.Timeout,
        SshErrorKind.LimitExceeded => ErrorKind.LimitExceeded,
        SshErrorKind.Flooded => ErrorKind.Flooded,
        SshErrorKind.ConnectionLost => ErrorKind.ConnectionLost,
        SshErrorKind.PeerDisconnected => ErrorKind.PeerDisconnected,
        SshErrorKind.LocalDisconnect => ErrorKind.LocalDisconnect,
        SshErrorKind.HostFailure => ErrorKind.HostFailure,
        SshErrorKind.PassphraseNeeded => ErrorKind.PassphraseNeeded,
        SshErrorKind.PassphraseWrong => ErrorKind.PassphraseWrong,
        SshErrorKind.UnknownFormat => ErrorKind.UnknownFormat,
        SshErrorKind.UnsupportedKey => ErrorKind.UnsupportedKey,
        _ => ErrorKind.Other,
    };
}
