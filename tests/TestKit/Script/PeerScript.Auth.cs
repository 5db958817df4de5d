using SshCore.Wire;

namespace SshCore.TestKit;

// The shortest log-in: method none, accepted.
public sealed partial class PeerScript
{
    /// <summary>Handshake and log-in.</summary>
    public PeerScript LogIn(string user = "user")
    {
        if (SessionId.Length == 0)
        {
            Handshake();
        }

        if (IsServer)
        {
            ((SshClientConnection)Subject).Authenticate(user);
            Expect(MessageId.ServiceRequest);
            Send(MessageId.ServiceAccept, w => w.WriteString("ssh-userauth"));
            Expect(MessageId.UserAuthRequest);
            Send(MessageId.UserAuthSuccess);
        }
        else
        {
            Send(MessageId.ServiceRequest, w => w.WriteString("ssh-userauth"));
            Expect(MessageId.ServiceAccept);
            SendUserAuthNone(user);
            Expect(MessageId.UserAuthSuccess);
        }

        return Subject.IsAuthenticated ? this : throw new PeerScriptException("The subject is not authenticated.");
    }

    /// <summary>As a client: asks to log in by <c>none</c>.</summary>
    public void SendUserAuthNone(string user = "user") => Send(MessageId.UserAuthRequest, w =>
    {
        w.WriteString(user);
        w.WriteString("ssh-connection");
        w.WriteString("none");
    });
}
