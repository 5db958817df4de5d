using System.Net.Sockets;
using System.Threading;
using Microsoft.Extensions.Logging;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Blocking.Driving;

/// <summary>
/// A connection over a socket. Of the threads that wait for something, one leads: it receives, and what it receives for
/// itself needs no other thread; what is for others wakes them. Only while nobody waits does a background thread lead, so
/// that keepalives, rekeys and the peer's requests are served. Whoever has something to send sends it, unless somebody
/// else is sending: then that one does.
/// </summary>
#pragma warning disable CA1001 // The wait is disposed when the connection has ended.
internal sealed partial class SocketConnection : BlockingConnection
#pragma warning restore CA1001
{
    // While callers come back within this time, the background thread leaves the lead to them.
    private static readonly TimeSpan DozeTime = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly ReadableWait _readable;
    private readonly bool _callersDecide;
    private readonly List<HostWaiter> _followers = [];
    private readonly object _background = new();
    private HostWaiter? _polling; // of the caller who waits in the system
    private SshInstant _lastLed;
    private SshInstant? _lingerEnds;
    private Exception? _sendFailure;
    private byte[]? _scratch;
    private PromptAck _ack; // whoever leads; a send of somebody else at the same time costs at worst one acknowledgement
    private bool _backgroundParked;
    private bool _backgroundPulsed;
    private bool _hasLead;
    private bool _sending;
    private bool _waitsEmpty;
    private bool _receiveEnded;
    private bool _finished;
    private bool _closed;

    /// <param name="core">The engine.</param>
    /// <param name="decisions">Answers decisions.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="socket">A connected socket.</param>
    /// <param name="callersDecide">
    /// Decisions are taken on the thread that waits, as a client's callbacks are expected to be; otherwise on threads of
    /// their own.
    /// </param>
    public SocketConnection(SshConnection core, DecisionMaker decisions, ILogger logger, Socket socket, bool callersDecide)
        : base(core, decisions, logger)
    {
        _socket = socket;
        _readable = new(socket);
        _callersDecide = callersDecide;
    }

    public override bool NeedsKickLocked => HasDeliveriesLocked || (!_sending && Core.HasOutput);

    public override void Run()
    {
        try
        {
            _socket.Blocking = false;
        }
        catch (ObjectDisposedException ex)
        {
            // Closed by somebody else before we began: whoever waits learns it as of any later moment.
            Fail(ex);
        }

        // A client's first caller comes at once; on a server nobody does.
        _lastLed = _callersDecide ? HostClock.Now : default;
        HostThreads.Run(Background);
        Kick();
    }

    public override void Kick() => KickWriter(TimeSpan.Zero);

    public override void KickWriter(TimeSpan timeout)
    {
        Next next;
        lock (Gate)
        {
            PumpLocked();
            next = NextLocked();
        }

        Do(next, timeout);
    }

    public override void OnAwaited(HostWaiter waiter)
    {
        lock (Gate)
        {
            // Nobody comes back to lead: the background thread does, at once.
            _lastLed = default;
            if (!_hasLead)
            {
                PulseBackground();
            }
        }
    }

    public override bool Block(HostWaiter waiter, TimeSpan timeout)
    {
        bool isBounded = timeout >= TimeSpan.Zero;
        var end = HostClock.Now + (isBounded ? timeout : TimeSpan.Zero);
        KickWriter(waiter.IsWriter ? timeout : TimeSpan.Zero);
        bool leads = false;
        try
        {
            while (true)
            {
                lock (Gate)
                {
                    if (waiter.IsSettled)
                    {
                        break;
                    }

                    // A writer waits for whoever sends; nothing the peer sends can help it before.
                    bool may = (leads || !_hasLead) && MayReceiveLocked && !(waiter.IsWriter && _sending);
                    if (may)
                    {
                        _hasLead = leads = true;
                    }
                    else
                    {
                        leads = leads && LeaveLeadLocked();
                        if (!_followers.Contains(waiter))
                        {
                            _followers.Add(waiter);
                        }
                    }
                }

                var left = isBounded ? end - HostClock.Now : Slice;
                if (left <= TimeSpan.Zero)
                {
                    return false;
                }

                if (!leads)
                {
                    waiter.WaitForNudge(Shorter(left, Slice));
                }
                else if (Lead(waiter, left) is { } work)
                {
                    lock (Gate)
                    {
                        leads = LeaveLeadLocked();
                    }

                    RunHere(work);
                }
            }
        }
        finally
        {
            lock (Gate)
            {
                _followers.Remove(waiter);
                if (leads)
                {
                    LeaveLeadLocked();
                }

                OfferLeadLocked();
            }
        }

        // Settled, but perhaps by another thread, which has yet to let go of the waiter.
        return waiter.WaitForPulse(Timeout.InfiniteTimeSpan);
    }

    private bool MayReceiveLocked => !_receiveEnded && (Core.WantsInput || Core.Error is not null);

    // Always false, for the variable that remembers the lead.
    private bool LeaveLeadLocked()
    {
        _hasLead = false;
        _lastLed = HostClock.Now;
        OfferLeadLocked();
        return false;
    }

    private void OfferLeadLocked()
    {
        if (_hasLead)
        {
            return;
        }

        foreach (var follower in _followers)
        {
            if (MayReceiveLocked && !follower.IsSettled && !(follower.IsWriter && _sending))
            {
                follower.Nudge();
                return;
            }
        }

        if (_backgroundParked || _receiveEnded || _finished)
        {
            _backgroundParked = false;
            PulseBackground();
        }
    }

    private void PulseBackground()
    {
        lock (_background)
        {
            _backgroundPulsed = true;
            Monitor.Pulse(_background);
        }
    }

    /// <summary>Receives when nobody waits, and sees the connection to its end.</summary>
    private void Background()
    {
        try
        {
            BackgroundLoop();
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(ex);
        }

        lock (Gate)
        {
            _readable.Dispose();
        }

        if (TerminatedHandler is { } handler)
        {
            Guarded("end", handler);
        }
    }

    private void BackgroundLoop()
    {
        while (true)
        {
            bool leads;
            TimeSpan pause;
            lock (Gate)
            {
                if (Terminated.IsDone)
                {
                    break;
                }

                bool free = !_hasLead && MayReceiveLocked;
                leads = free && (_finished || (!AnyFollowerLocked && HostClock.Now - _lastLed >= DozeTime));
                _hasLead |= leads;

                // Somebody leads: nothing to do until that one leaves. Otherwise look again soon.
                _backgroundParked = !leads && _hasLead && !_receiveEnded;
                pause = _backgroundParked ? Timeout.InfiniteTimeSpan : _receiveEnded ? UntilTickLocked() : DozeTime;
            }

            if (leads)
            {
                LeadInBackground();
                continue;
            }

            lock (_background)
            {
                if (!_backgroundPulsed)
                {
                    Monitor.Wait(_background, pause);
                }

                _backgroundPulsed = false;
            }

            Kick();
        }
    }

    private bool AnyFollowerLocked
    {
        get
        {
            foreach (var follower in _followers)
            {
                if (!follower.IsSettled && !(follower.IsWriter && _sending))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private void LeadInBackground()
    {
        bool goesOn = true;
        while (goesOn)
        {
            if (Lead(null, Slice) is { } work)
            {
                StartAll(new Deliveries(null, work, null));
            }

            lock (Gate)
            {
                goesOn = MayReceiveLocked && !Terminated.IsDone && (_finished || !AnyFollowerLocked);
                if (!goesOn)
                {
                    LeaveLeadLocked();
                    _lastLed = default;
                }
            }
        }
    }

    private static void RunHere(HostWork work)
    {
        for (HostWork? one = work; one is not null;)
        {
            var next = one.Next;
            one.Next = null;
            RunNow(one);
            one = next;
        }
    }
}
