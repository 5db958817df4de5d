using System.Linq;
using SshCore.Auth;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Tests.Core.Fakes;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>A server's machine on a port of its own, fed by hand.</summary>
internal sealed class ServerRig
{
    private static readonly SshHostKey HostKey = new(AuthWire.Ecdsa);

    public ServerRig(SshLimits? limits = null, Func<SshServerSettings, SshServerSettings>? settings = null)
    {
        var made = new SshServerSettings(AuthWire.Crypto, HostKey) { Limits = limits ?? SshLimits.Default };
        Port = new FakePort(true, settings is null ? made : settings(made));
        Auth = new ServerAuth(Port);
        Auth.StartClock(Port.Now);
    }

    public FakePort Port { get; }

    public ServerAuth Auth { get; }

    public SshError? Error => Port.Error;

    public ServerRig Receive(byte[] message)
    {
        Auth.On((MessageId)message[0], message);
        if (Port.Error is not null)
        {
            Auth.Lapse();
        }

        return this;
    }

    /// <summary>Requests the service.</summary>
    public ServerRig Open()
    {
        Receive(AuthWire.ServiceRequest());
        Port.NextSent();
        return this;
    }

    /// <summary>Requests the service, asks with <c>none</c> as this user and allows these methods; nothing is left over.</summary>
    public ServerRig Present(string user, params string[] methods)
    {
        if (Port.Sent.Count == 0 && Port.Events.Count == 0)
        {
            Receive(AuthWire.ServiceRequest());
        }

        Receive(AuthWire.Request(user, "none"));
        Port.Next<UserPresented>().Allow(methods);
        Port.Sent.Clear();
        return this;
    }

    /// <summary>Lets alice in by a password.</summary>
    public ServerRig LetIn()
    {
        Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
        Port.Next<PasswordAttempt>().Accept();
        Port.Sent.Clear();
        Port.Events.Clear();
        return this;
    }

    /// <summary>The next message sent, which must be USERAUTH_FAILURE: its list and whether it was partial.</summary>
    public (string Methods, bool Partial) NextFailure()
    {
        var reader = new SshReader(Port.NextSent());
        if (reader.ReadByte() != (byte)MessageId.UserAuthFailure)
        {
            throw new InvalidOperationException("no USERAUTH_FAILURE");
        }

        return (reader.ReadText(), reader.ReadBoolean());
    }

    /// <summary>The whole of what was sent, as text to compare.</summary>
    public string TakeSent()
    {
        string all = string.Join(' ', Port.Sent.Select(Convert.ToHexString));
        Port.Sent.Clear();
        return all;
    }
}
