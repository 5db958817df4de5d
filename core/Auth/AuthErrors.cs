using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Auth;

/// <summary>The errors that end a connection during authentication.</summary>
internal static class AuthErrors
{
    public static SshError Malformed(string message) =>
        new(SshErrorKind.InvalidMessage, $"{message} is malformed.");

    public static SshError OutOfTurn(string message, string expected) =>
        new(SshErrorKind.ProtocolViolation, "A message came out of turn", expected, message);

    /// <summary>A bound of authentication; the reason tells a well-meaning peer what to stop.</summary>
    public static SshError Limit(string what, long limit, long got) =>
        new(SshErrorKind.LimitExceeded, what, $"at most {limit}", $"{got}") { Reason = DisconnectReason.NoMoreAuthMethodsAvailable };

    /// <summary>A bound of one field.</summary>
    public static SshError TooLong(string what, long limit, long got) =>
        new(SshErrorKind.LimitExceeded, $"{what} is too long", $"at most {limit} bytes", $"{got}");

    public static SshError TooManyFailures(int failures) =>
        new(SshErrorKind.AuthenticationFailed, $"Too many authentication failures: {failures}.");

    public static SshError Service(string expected, string got) =>
        new(SshErrorKind.ProtocolViolation, "The service is not available", expected, Utf8.Printable(got, maxLength: 64))
        {
            Reason = DisconnectReason.ServiceNotAvailable,
        };

    public static SshError Timeout(TimeSpan limit) =>
        new(SshErrorKind.Timeout, $"Authentication did not succeed within {limit.TotalSeconds:0} s.");

    /// <summary>The name of a message number in this protocol, for errors.</summary>
    public static string Name(MessageId id) => id switch
    {
        MessageId.ServiceRequest => "SERVICE_REQUEST",
        MessageId.ServiceAccept => "SERVICE_ACCEPT",
        MessageId.UserAuthRequest => "USERAUTH_REQUEST",
        MessageId.UserAuthFailure => "USERAUTH_FAILURE",
        MessageId.UserAuthSuccess => "USERAUTH_SUCCESS",
        MessageId.UserAuthBanner => "USERAUTH_BANNER",
        _ => $"message {(int)id}",
    };
}
