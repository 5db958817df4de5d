using SshCore.Wire;

namespace SshCore.Auth;

/// <summary>
/// What a publickey signature is over (RFC 4252 §7): the session identifier and the request itself. It binds key,
/// algorithm, user, service and session, so that a signature is good for nothing else.
/// <code>
/// string    session identifier
/// byte      SSH_MSG_USERAUTH_REQUEST
/// string    user name
/// string    service name
/// string    "publickey"
/// boolean   TRUE
/// string    public key algorithm name
/// string    public key to be used for authentication
/// </code>
/// </summary>
internal static class SignedBlob
{
    /// <summary>Builds it; client and server both do, so that what is verified is what the request says.</summary>
    public static byte[] Create(ReadOnlySpan<byte> sessionId, ReadOnlySpan<byte> userName, string algorithm, ReadOnlySpan<byte> keyBlob)
    {
        using var writer = new SshWriter(256 + userName.Length + keyBlob.Length);
        writer.WriteString(sessionId);
        writer.WriteByte((byte)MessageId.UserAuthRequest);
        writer.WriteString(userName);
        writer.WriteString(AuthMethods.ConnectionService);
        writer.WriteString(AuthMethods.PublicKey);
        writer.WriteBoolean(true);
        writer.WriteString(algorithm);
        writer.WriteString(keyBlob);
        return writer.ToArray();
    }
}
