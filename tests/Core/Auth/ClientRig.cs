using SshCore.Auth;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Tests.Core.Fakes;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>A client's machine on a port of its own, fed by hand.</summary>
internal sealed class ClientRig
{
    public ClientRig(SshLimits? limits = null, SshClientSettings? settings = null)
    {
        settings ??= new SshClientSettings(AuthWire.Crypto);
        Port = new FakePort(false, limits is null ? settings : settings with { Limits = limits });
        Auth = new ClientAuth(Port);
    }

    public FakePort Port { get; }

    public ClientAuth Auth { get; }

    public SshError? Error => Port.Error;

    public void Receive(byte[] message)
    {
        Auth.On((MessageId)message[0], message);
        if (Port.Error is not null)
        {
            Auth.Lapse();
        }
    }

    public void Advance(TimeSpan time)
    {
        Port.Now += time;
        Auth.Tick(Port.Now);
    }

    /// <summary>Begins a log-in and accepts the service: the first choice.</summary>
    public AuthMethodNeeded LogIn(string user = "alice")
    {
        Auth.Begin(user);
        Port.NextSent();
        Receive(AuthWire.ServiceAccept());
        return Port.Next<AuthMethodNeeded>();
    }

    /// <summary>The same, and <c>none</c> was refused with this list.</summary>
    public AuthMethodNeeded LogInKnowing(string methods)
    {
        LogIn().TryNone();
        Port.NextSent();
        Receive(AuthWire.Failure(methods));
        return Port.Next<AuthMethodNeeded>();
    }
}
