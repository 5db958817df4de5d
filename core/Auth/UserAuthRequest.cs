using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Auth;

/// <summary>
/// USERAUTH_REQUEST (RFC 4252 §5), of which the method's own fields are not read yet.
/// <code>
/// byte      SSH_MSG_USERAUTH_REQUEST
/// string    user name in ISO-10646 UTF-8 encoding
/// string    service name in US-ASCII
/// string    method name in US-ASCII
/// ....      method specific fields
/// </code>
/// </summary>
internal readonly ref struct UserAuthRequest
{
    private UserAuthRequest(ReadOnlySpan<byte> userNameUtf8, string userName, string method, ReadOnlySpan<byte> fields)
    {
        UserNameUtf8 = userNameUtf8;
        UserName = userName;
        Method = method;
        Fields = fields;
    }

    public ReadOnlySpan<byte> UserNameUtf8 { get; }

    public string UserName { get; }

    public string Method { get; }

    public ReadOnlySpan<byte> Fields { get; }

    /// <summary>Parses and checks what all methods share; the error ends the connection.</summary>
    public static SshError? Parse(ReadOnlySpan<byte> payload, SshLimits limits, out UserAuthRequest request)
    {
        request = default;
        var reader = new SshReader(payload);
        reader.ReadByte();
        var user = reader.ReadString();
        string service = reader.ReadName(limits.NameLength);
        string method = reader.ReadName(limits.NameLength);
        if (reader.Failed)
        {
            return AuthErrors.Malformed("USERAUTH_REQUEST");
        }

        if (user.Length > limits.UserNameLength)
        {
            return AuthErrors.TooLong("The user name", limits.UserNameLength, user.Length) with { Reason = DisconnectReason.IllegalUserName };
        }

        if (!Utf8.TryDecode(user, out string name) || HasControls(name))
        {
            return AuthErrors.Malformed("The user name") with { Reason = DisconnectReason.IllegalUserName };
        }

        // RFC 4252 §5: "If the requested service is not available, the server MAY disconnect immediately".
        if (!string.Equals(service, AuthMethods.ConnectionService, StringComparison.Ordinal))
        {
            return AuthErrors.Service(AuthMethods.ConnectionService, service);
        }

        request = new UserAuthRequest(user, name, method, reader.Remaining);
        return null;
    }

    private static bool HasControls(string name)
    {
        foreach (char c in name)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }
}
