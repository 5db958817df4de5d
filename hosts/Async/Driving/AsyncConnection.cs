using Microsoft.Extensions.Logging;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Async.Driving;

/// <summary>
/// Moves the bytes of one connection without a thread of its own. There is one receive under way at a time and one send at
/// most; whoever gives a command starts to send when nobody else is sending. Code of the user continues on the thread that
/// received for it, while the loop that receives is parked; when that code waits for more it takes the loop along, so that
/// bulk data needs no other thread. Should it block instead, a watch takes the loop away from it after a moment.
/// </summary>
#pragma warning disable CA1001 // The timers are disposed when the connection has ended.
internal sealed partial class AsyncConnection : HostConnection
#pragma warning restore CA1001
{
    private readonly AsyncTransport _transport;
    private readonly Action _onReceived;
    private readonly Action _onSent;
    private readonly ConnectionTimer _timer;
    private readonly ConnectionTimer _watch;
    private ReceiveAwaiter _receive;
    private ReceiveAwaiter _send;
    private SshInstant? _lingerEnds;
    private Exception? _sendFailure;
    private bool _sending;
    private bool _receivePaused;
    private bool _receiveEnded;
    private bool _finished;
    private bool _closed;

    public AsyncConnection(SshConnection core, DecisionMaker decisions, ILogger logger, AsyncTransport transport)
        : base(core, decisions, logger)
    {
        _transport = transport;
        _onReceived = OnReceived;
        _onSent = OnSent;
        _timer = new(this, OnTimer);
        _watch = new(this, OnWatch);
    }

    public override bool NeedsKickLocked => HasDeliveriesLocked || (!_sending && Core.HasOutput) || (_receivePaused && Core.WantsInput);

    /// <summary>Sends our identification and starts to receive.</summary>
    public void Run()
    {
        Kick();
        ReceiveLoop(default, mayInline: false);
    }

    public override void Kick()
    {
        Next next;
        lock (Gate)
        {
            PumpLocked();
            next = NextLocked();
        }

        Do(next, inline: false);
    }

    protected override void Start(HostWork work) => SocketCalls.Queue(static w => Forget(w), work);

    private static async void Forget(HostWork work) => await work.RunAsync(sync: false).ConfigureAwait(false);

    /// <summary>What follows from a change of state, found under the gate and done after it was left.</summary>
    private readonly record struct Next
    {
        public Deliveries Deliveries { get; init; }

        public ReadOnlyMemory<byte> Output { get; init; }

        public bool Resume { get; init; }

        public bool Finish { get; init; }

        public bool Close { get; init; }
    }

    private Next NextLocked()
    {
        var next = NextLocked(out var output);
        return output.IsEmpty ? next : next with { Output = output };
    }

    private Next NextLocked(out ReadOnlyMemory<byte> output)
    {
        output = default;
        if (!_sending && !_closed && _sendFailure is null)
        {
            output = Core.PeekOutput();
            _sending = !output.IsEmpty;
        }

        if (_sendFailure is not null && HostClock.Now >= _lingerEnds)
        {
            AbortLocked(_sendFailure);
        }

        bool resume = _receivePaused && (Core.WantsInput || Core.Error is not null);
        _receivePaused &= !resume;
        bool finish = !_finished && (_sendFailure is null ? Core.IsFinished : Core.Error is not null);
        bool close = false;
        if (finish)
        {
            _finished = true;
            Drained.Succeed(this, true);
            _lingerEnds = HostClock.Now + LingerTime;

            // A send under way has its bytes in the output until it is done: if there are none, they were given up.
            close = _receiveEnded || _sendFailure is not null || _sending;
        }

        close |= _lingerEnds is { } ends && HostClock.Now >= ends;
        close &= !_closed;
        _closed |= close;
        _timer.ArmLocked(_closed ? null : ConnectionTimer.Earlier(Core.NextTimeout, _lingerEnds));
        if (_closed && _receiveEnded && !_sending)
        {
            _timer.Dispose();
            _watch.Dispose();
            TerminateLocked();
        }

        return new Next { Deliveries = TakeDeliveriesLocked(), Resume = resume, Finish = finish && !close, Close = close };
    }

    private void Do(in Next next, bool inline)
    {
        if (next.Finish)
        {
            // The peer reads our DISCONNECT before it sees the end; data of its own that is on the way must not reset that.
            _transport.ShutdownSend();
        }

        if (next.Close)
        {
            _transport.Close();
        }

        if (!inline)
        {
            Deliver(next.Deliveries, inline: false);
        }

        if (next.Resume)
        {
            SocketCalls.Queue(static c => c.ReceiveLoop(default, mayInline: true), this);
        }

        if (!next.Output.IsEmpty)
        {
            SendLoop(next.Output);
        }

        // Last, as it may take as long as the user's code likes.
        if (inline)
        {
            DeliverHere(next.Deliveries);
        }
    }

    private void DeliverHere(in Deliveries deliveries)
    {
        if (deliveries is { Wakes: null, Logs: null, Work: { IsLong: false, Next: null } only })
        {
            Forget(only);
        }
        else
        {
            Deliver(deliveries, inline: true);
        }
    }

    public override void Abandon()
    {
        Next next;
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            _transport.Detach();
            _closed = _finished = true;
            AbandonLocked();
            next = NextLocked();
        }

        _transport.Close();
        Do(next, inline: false);
    }

    private void Crash(Exception exception)
    {
        Next next;
        lock (Gate)
        {
            HasCrashed = true;
            _receiveEnded = true;
            _closed = true;
            _sending = false;
            AbortLocked(exception);
            next = NextLocked();
        }

        _transport.Close();
        Do(next, inline: false);
    }

    // How long the peer may take to close its side after we have closed ours.
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    private void OnTimer()
    {
        try
        {
            Kick();
        }
#pragma warning disable CA1031 // An exception on a timer's thread would end the process.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Crash(ex);
        }
    }
}
