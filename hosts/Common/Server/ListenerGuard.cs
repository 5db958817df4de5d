using System.Net;
using Microsoft.Extensions.Logging;
using SshCore.Errors;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>A listener's gate for many threads, with what it logs and how it judges an end.</summary>
internal sealed class ListenerGuard
{
    private readonly SshListenerGate _gate;
    private readonly ILogger _log;

    public ListenerGuard(SshListenerLimits limits, ILogger log)
    {
        _gate = new(limits);
        _log = log;
    }

    /// <summary>A ticket, or null for a connection that is to be closed at once.</summary>
    public SshListenerTicket? Admit(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        SshAdmission admission;
        SshListenerTicket ticket;
        lock (_gate)
        {
            admission = _gate.Admit(address, HostClock.Now, out ticket);
        }

        if (admission == SshAdmission.Admitted)
        {
            _log.ConnectionAccepted(address.ToString());
            return ticket;
        }

        _log.ConnectionRefused(address.ToString(), admission.ToString());
        return null;
    }

    public void LoggedIn(SshListenerTicket ticket)
    {
        lock (_gate)
        {
            _gate.LoggedIn(ticket);
        }
    }

    public void Close(SshListenerTicket ticket, SshConnectionOutcome outcome)
    {
        lock (_gate)
        {
            _gate.Close(ticket, outcome, HostClock.Now);
        }
    }

    /// <summary>How a connection ended, from its error and what was seen of it.</summary>
    public static SshConnectionOutcome Judge(SshError error, bool loggedIn, int failedAttempts, bool crashed)
    {
        if (crashed)
        {
            return SshConnectionOutcome.Crashed;
        }

        if (loggedIn || error.Kind == SshErrorKind.LocalDisconnect)
        {
            return SshConnectionOutcome.Harmless;
        }

        return error.Kind == SshErrorKind.Timeout ? SshConnectionOutcome.GraceExceeded
            : failedAttempts > 0 ? SshConnectionOutcome.AuthFailed
            : SshConnectionOutcome.NoAuth;
    }
}
