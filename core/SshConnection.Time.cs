using SshCore.Errors;
using SshCore.Events;
using SshCore.Security;
using SshCore.Transport;

namespace SshCore;

// Deadlines, rekeying and keepalive: all that time decides.
public abstract partial class SshConnection
{
    private const int SmallestDecisionsKept = 16;

    private readonly TimerTable _timers = new();
    private readonly List<SshDecision> _decisions = [];
    private int _decisionsKept = SmallestDecisionsKept;
    private readonly Queue<SshInstant> _idleRekeys = new();
    private SshInstant _now;
    private SshInstant _lastReceived;
    private SshInstant _lastSent;
    private bool _clockStarted;

    /// <summary>Tells the time. Monotonic, idempotent, the only clock; late or extra ticks are harmless.</summary>
    public void Tick(SshInstant now)
    {
        if (!_clockStarted)
        {
            StartClock(now);
        }

        if (now > _now)
        {
            _now = now;
            TickSftp();
        }

        if (Error is not null)
        {
            if (_timers.TryFire(TimerKind.Close, _now))
            {
                GiveUpOutput();
            }

            ForgetSecretsIfEnded();
            return;
        }

        FireTimers();
        ExpireDecisions();
        if (Error is null)
        {
            AuthTick(_now);
        }

        if (Error is null)
        {
            _channels.Tick(_now);
        }

        ForgetSecretsIfEnded();
    }

    /// <summary>
    /// When <see cref="Tick"/> is due next, even if nothing else happens; at once while there is something to poll; null for
    /// never.
    /// </summary>
    public SshInstant? NextTimeout
    {
        get
        {
            if (HasWork)
            {
                return _now;
            }

            var next = _timers.Next;
            if (Error is null)
            {
                next = TimerTable.Earlier(next, TimerTable.Earlier(AuthNextTimeout, _channels.NextTimeout));
                foreach (var decision in _decisions)
                {
                    next = decision.IsAnswered ? next : TimerTable.Earlier(next, decision.Deadline);
                }
            }

            return next;
        }
    }

    /// <summary>
    /// How the connection is kept alive; at first that of the settings. A change holds from now: the interval starts again,
    /// and requests that are unanswered no longer count.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="SshUsageException">A value is negative.</exception>
    public KeepAlive KeepAlive
    {
        get => _keepAlive;
        set
        {
            SettingsCheck.Check(value);
            _keepAlive = value;
            if (Error is null && _kex.Done > 0)
            {
                _channels.ForgetKeepAlives();
                StartKeepAlive();
            }
        }
    }

    private void StartKeepAlive()
    {
        if (_keepAlive.Interval > TimeSpan.Zero)
        {
            _timers.Set(TimerKind.KeepAlive, _now + _keepAlive.Interval);
        }
        else
        {
            _timers.Clear(TimerKind.KeepAlive);
        }
    }

    private void StartClock(SshInstant now)
    {
        _clockStarted = true;
        _timers.Shift(now - _now); // what was set before counts from now
        _now = _lastReceived = _lastSent = now;
        OnClockStarted(now);
        foreach (var decision in _decisions)
        {
            decision.Deadline = now + _settings.Limits.DecisionTimeout;
        }

        if (Error is null)
        {
            if (PeerIdentification is null)
            {
                _timers.Set(TimerKind.Identification, now + _settings.Limits.IdentificationTimeout);
            }

            if (_kex.Done == 0)
            {
                _timers.Set(TimerKind.Handshake, now + _settings.Limits.HandshakeTimeout);
            }
        }
    }

    private void FireTimers()
    {
        if (Fires(TimerKind.Identification))
        {
            Fail(new SshError(SshErrorKind.Timeout, "The peer did not identify itself in time.", $"an identification within {_settings.Limits.IdentificationTimeout.TotalSeconds:0.###} s"));
        }

        FireExchangeTimer(TimerKind.Handshake, _settings.Limits.HandshakeTimeout, "The first key exchange was not done in time.");
        FireExchangeTimer(TimerKind.Rekey, _settings.Limits.RekeyTimeout, "A later key exchange was not done in time.");
        if (Fires(TimerKind.StalledOutput))
        {
            Fail(Flooded("The peer sends and does not read."));
        }

        if (Fires(TimerKind.RekeyAge))
        {
            StartRekey();
        }

        if (Fires(TimerKind.KeepAlive))
        {
            KeepAliveIfIdle();
        }
    }

    private void FireExchangeTimer(TimerKind kind, TimeSpan timeout, string message)
    {
        if (!Fires(kind))
        {
            return;
        }

        // Time that our host takes, for a prompt or an HSM, is not the peer's: such a decision has its own deadline.
        if (_kex.IsPaused)
        {
            _timers.Set(kind, _now + timeout);
        }
        else
        {
            Fail(new SshError(SshErrorKind.Timeout, message, $"NEWKEYS within {timeout.TotalSeconds:0.###} s"));
        }
    }

    private void ExpireDecisions()
    {
        for (int i = _decisions.Count - 1; i >= 0 && i < _decisions.Count; i--)
        {
            var decision = _decisions[i];
            if (decision.IsAnswered)
            {
                _decisions.RemoveAt(i);
            }
            else if (decision.Deadline <= _now)
            {
                _decisions.RemoveAt(i);
                if (Traces(SshTraceAreas.Timers))
                {
                    Trace(SshTraceAreas.Timers, $"{decision.GetType().Name} was not answered in time");
                }

                decision.Expire();
            }
        }
    }

    private void StartExchangeTimers()
    {
        if (_kex.Done > 0 && Error is null)
        {
            _timers.Set(TimerKind.Rekey, _now + _settings.Limits.RekeyTimeout);
            _timers.Clear(TimerKind.RekeyAge);
        }
    }

    private void StopExchangeTimers(bool wasFirst)
    {
        _timers.Clear(TimerKind.Handshake);
        _timers.Clear(TimerKind.Rekey);
        if (_settings.Rekey.Age is { } age)
        {
            _timers.Set(TimerKind.RekeyAge, _now + age);
        }

        if (wasFirst)
        {
            StartKeepAlive();
        }
    }

    /// <summary>Starts a key exchange once either direction has used its keys up.</summary>
    private void RekeyIfDue()
    {
        if (_kex.Done == 0 || !_kex.IsIdle || Error is not null || !AuthSucceeded)
        {
            return;
        }

        var policy = _settings.Rekey;
        long packets = Math.Min(policy.Packets, PacketProtection.PacketLimit);
        if (_writer.Packets >= packets || _reader.Packets >= packets
            || _writer.Bytes >= Math.Min(policy.Bytes, _writer.Protection.ByteLimit)
            || _reader.Bytes >= Math.Min(policy.Bytes, _reader.Protection.ByteLimit))
        {
            _kex.Start();
        }
    }

    // An exchange that traffic justifies may come at any time; idle ones in a row are a way to burn our CPU.
    private bool IsPeerRekeyAllowed()
    {
        var limits = _settings.Limits;
        if (_kex.Done == 0 || !_kex.IsIdle)
        {
            return true;
        }

        if (!AuthSucceeded && _kex.Done >= limits.ExchangesBeforeAuth)
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "Too many key exchanges came before authentication.", $"at most {limits.ExchangesBeforeAuth}"));
            return false;
        }

        if (_reader.Bytes + _writer.Bytes >= limits.RekeyTrafficBytes)
        {
            return true;
        }

        while (_idleRekeys.Count > 0 && _now - _idleRekeys.Peek() >= TimeSpan.FromMinutes(1))
        {
            _idleRekeys.Dequeue();
        }

        if (_idleRekeys.Count >= limits.PeerRekeysPerMinute)
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "The peer starts key exchanges without need.", $"at most {limits.PeerRekeysPerMinute} a minute"));
            return false;
        }

        _idleRekeys.Enqueue(_now);
        return true;
    }

    private void KeepAliveIfIdle()
    {
        var keepAlive = _keepAlive;
        var heard = keepAlive.MaxUnanswered == 0 ? (_lastSent > _lastReceived ? _lastSent : _lastReceived) : _lastReceived;
        var due = heard + keepAlive.Interval;
        if (due > _now)
        {
            _channels.ForgetKeepAlives();
            _timers.Set(TimerKind.KeepAlive, due);
            return;
        }

        _timers.Set(TimerKind.KeepAlive, _now + keepAlive.Interval);
        if (!_kex.IsIdle)
        {
            // Nothing of this may leave during an exchange, so nothing can be answered: the exchange's own deadline watches
            // the peer.
            return;
        }

        if (keepAlive.MaxUnanswered == 0 || !AuthSucceeded)
        {
            SendIgnoreNow(16);
            return;
        }

        if (_channels.UnansweredKeepAlives >= keepAlive.MaxUnanswered)
        {
            Fail(new SshError(SshErrorKind.Timeout, "The peer does not answer keepalives: it counts as dead.", $"an answer to one of {keepAlive.MaxUnanswered} requests"));
            return;
        }

        _channels.SendKeepAlive();
    }
}
