using System.Net;
using System.Net.Sockets;

namespace SshCore.Hosts;

/// <summary>How a connection that a listener had admitted ended.</summary>
public enum SshConnectionOutcome
{
    /// <summary>It had logged in, or nobody is to blame.</summary>
    Harmless,
    /// <summary>It left without an attempt to log in.</summary>
    NoAuth,
    /// <summary>Its log-ins failed.</summary>
    AuthFailed,
    /// <summary>It did not log in within the time.</summary>
    GraceExceeded,
    /// <summary>It made this side fail.</summary>
    Crashed,
}

/// <summary>Whether a listener takes a connection, and if not, why.</summary>
public enum SshAdmission
{
    /// <summary>Taken.</summary>
    Admitted,
    /// <summary>Too many connections have not logged in yet.</summary>
    TooManyHalfOpen,
    /// <summary>Too many connections of this source have not logged in yet.</summary>
    TooManyOfSource,
    /// <summary>Too many connections.</summary>
    TooManyConnections,
    /// <summary>The source has misbehaved.</summary>
    Penalised,
}

/// <summary>
/// Counts connections before log-in and penalties per source. Pure arithmetic over the time it is told; used by one
/// thread at a time.
/// </summary>
public sealed class SshListenerGate
{
    private readonly SshListenerLimits _limits;
    private readonly Dictionary<Source, int> _halfOpen = [];
    private readonly Dictionary<Source, Penalty> _penalties = [];
    private readonly Queue<KeyValuePair<Source, SshInstant>> _order = new();
    private int _connections;

    /// <summary>An empty gate.</summary>
    public SshListenerGate(SshListenerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
    }

    /// <summary>Connections before log-in now.</summary>
    public int HalfOpen { get; private set; }

    /// <summary>Connections now.</summary>
    public int Connections => _connections;

    /// <summary>Sources that are remembered for a penalty.</summary>
    public int PenalisedSources => _penalties.Count;

    /// <summary>A connection comes. If it is admitted, <see cref="Close"/> has to follow, and <see cref="LoggedIn"/> may before it.</summary>
    public SshAdmission Admit(IPAddress address, SshInstant now, out SshListenerTicket ticket)
    {
        var source = SourceOf(address);
        ticket = new(source);
        if (_penalties.TryGetValue(source, out var penalty) && penalty.Blocks && penalty.Ends > now)
        {
            return SshAdmission.Penalised;
        }

        _halfOpen.TryGetValue(source, out int ofSource);
        if (_limits.Connections > 0 && _connections >= _limits.Connections)
        {
            return SshAdmission.TooManyConnections;
        }

        if (HalfOpen >= _limits.HalfOpen)
        {
            return SshAdmission.TooManyHalfOpen;
        }

        if (ofSource >= _limits.HalfOpenPerSource)
        {
            return SshAdmission.TooManyOfSource;
        }

        _halfOpen[source] = ofSource + 1;
        HalfOpen++;
        _connections++;
        ticket.IsHalfOpen = ticket.IsCounted = true;
        return SshAdmission.Admitted;
    }

    /// <summary>The connection has logged in: it is half-open no longer.</summary>
    public void LoggedIn(SshListenerTicket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        if (!ticket.IsHalfOpen)
        {
            return;
        }

        ticket.IsHalfOpen = false;
        HalfOpen--;
        int left = _halfOpen[ticket.Source] - 1;
        if (left == 0)
        {
            _halfOpen.Remove(ticket.Source);
        }
        else
        {
            _halfOpen[ticket.Source] = left;
        }
    }

    /// <summary>The connection has ended, in this way.</summary>
    public void Close(SshListenerTicket ticket, SshConnectionOutcome outcome, SshInstant now)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        LoggedIn(ticket);
        if (ticket.IsCounted)
        {
            ticket.IsCounted = false;
            _connections--;
            Penalise(ticket.Source, outcome, now);
        }
    }

    private void Penalise(Source source, SshConnectionOutcome outcome, SshInstant now)
    {
        var time = outcome switch
        {
            SshConnectionOutcome.NoAuth => _limits.NoAuthPenalty,
            SshConnectionOutcome.AuthFailed => _limits.AuthPenalty,
            SshConnectionOutcome.GraceExceeded => _limits.GracePenalty,
            SshConnectionOutcome.Crashed => _limits.CrashPenalty,
            _ => TimeSpan.Zero,
        };
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        Forget(now);
        _penalties.TryGetValue(source, out var before);
        bool runs = before.Ends > now;
        var sum = (runs ? before.Ends - now : TimeSpan.Zero) + time;
        sum = sum > _limits.LargestPenalty ? _limits.LargestPenalty : sum;
        var ends = now + sum;

        // Below the threshold nothing happens yet; once reached, it holds until all of it has passed.
        _penalties[source] = new(ends, (runs && before.Blocks) || sum >= _limits.PenaltyThreshold);
        _order.Enqueue(new(source, ends));
        while (_penalties.Count > _limits.PenalisedSources || _order.Count > 4L * _limits.PenalisedSources)
        {
            DropOldest();
        }
    }

    // What has ended goes first; a source whose penalty was extended stands in the queue again further back.
    private void Forget(SshInstant now)
    {
        while (_order.Count > 0 && _order.Peek() is var first && (first.Value <= now || !IsCurrent(first)))
        {
            DropOldest();
        }
    }

    private void DropOldest()
    {
        var oldest = _order.Dequeue();
        if (IsCurrent(oldest))
        {
            _penalties.Remove(oldest.Key);
        }
    }

    private bool IsCurrent(KeyValuePair<Source, SshInstant> entry) => _penalties.TryGetValue(entry.Key, out var penalty) && penalty.Ends == entry.Value;

    private Source SourceOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bool is6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        ulong high = 0;
        ulong low = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i < 8)
            {
                high = (high << 8) | bytes[i];
            }
            else
            {
                low = (low << 8) | bytes[i];
            }
        }

        if (!is6)
        {
            high <<= 32;
        }

        int bits = is6 ? _limits.SourceBits6 : _limits.SourceBits4;
        high = Keep(high, bits);
        low = Keep(low, bits - 64);
        return new(is6, high, low);
    }

    private static ulong Keep(ulong value, int bits) => bits <= 0 ? 0 : bits >= 64 ? value : value & (ulong.MaxValue << (64 - bits));

    internal readonly record struct Source(bool Is6, ulong High, ulong Low);

    private readonly record struct Penalty(SshInstant Ends, bool Blocks);
}

/// <summary>What a gate remembers of a connection that it has admitted.</summary>
public sealed class SshListenerTicket
{
    internal SshListenerTicket(SshListenerGate.Source source) => Source = source;

    internal SshListenerGate.Source Source { get; }

    internal bool IsHalfOpen { get; set; }

    internal bool IsCounted { get; set; }
}
