using System.Runtime.CompilerServices;
using System.Threading;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Async.Driving;

/// <content>Receiving.</content>
internal sealed partial class AsyncConnection
{
    private const int ScratchSize = 4 * 1024;
    private const int RoundsPerTurn = 64;
    private const int ParksAfterBlocking = 64;

    // How long code of the user may take before it counts as blocking.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(4);

    private byte[]? _scratch;
    private int _asked;
    private bool _leased;
    private bool _waitsEmpty;
    private bool _parked;
    private SshInstant _parkedAt;
    private int _parksToSkip;

    /// <summary>A receive or send under way.</summary>
    private struct ReceiveAwaiter
    {
        public ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter Awaiter;
    }

    // Whoever runs it owns the loop: nobody else receives. Ends when a receive is under way, or somebody else has the loop.
    private void ReceiveLoop(Next next, bool mayInline)
    {
        try
        {
            while (true)
            {
                if (next.Deliveries.IsEmpty || !mayInline || !TryPark())
                {
                    Do(next, inline: false);
                }
                else
                {
                    Do(next, inline: true);
                    if (!TryClaim())
                    {
                        return;
                    }
                }

                if (!TryReceive(out next, out bool goesOn))
                {
                    return;
                }

                if (!goesOn)
                {
                    Do(next, inline: false);
                    return;
                }
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            OnReceiveFailed(ex);
        }
    }

    public override void OnAwaited(HostWaiter waiter)
    {
        if (!Volatile.Read(ref _parked) || !TryClaim())
        {
            return;
        }

        // The loop was parked for code that now waits for more: it goes on here, until this waiter has what it wants.
        try
        {
            for (int round = 0; round < RoundsPerTurn; round++)
            {
                if (!TryReceive(out var next, out bool goesOn))
                {
                    return;
                }

                bool parks = goesOn && waiter.IsSettled && TryPark();
                Do(next, inline: false);
                if (parks || !goesOn)
                {
                    return;
                }
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            OnReceiveFailed(ex);
            return;
        }

        SocketCalls.Queue(static c => c.ReceiveLoop(default, mayInline: true), this);
    }

    // False if a receive is under way now, or nothing can be received: then the loop has ended.
    private bool TryReceive(out Next next, out bool goesOn)
    {
        next = default;
        goesOn = false;
        if (!TryPrepare(out var buffer))
        {
            return false;
        }

#pragma warning disable CA2012 // The awaiter is used once: here or, through the field, by its continuation.
        var awaiter = _transport.ReceiveAsync(buffer).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        if (!awaiter.IsCompleted)
        {
            _receive.Awaiter = awaiter;
            awaiter.UnsafeOnCompleted(_onReceived);
            return false;
        }

        goesOn = Complete(awaiter, out next);
        return true;
    }

    private bool TryPark()
    {
        lock (Gate)
        {
            if (_parksToSkip > 0)
            {
                _parksToSkip--;
                return false;
            }

            _parked = true;
            _parkedAt = HostClock.Now;
            _watch.ArmLocked(_parkedAt + Moment);
            return true;
        }
    }

    private bool TryClaim()
    {
        lock (Gate)
        {
            bool was = _parked;
            _parked = false;
            if (was)
            {
                _watch.DisarmLocked();
            }

            return was;
        }
    }

    private void OnWatch()
    {
        lock (Gate)
        {
            if (!_parked)
            {
                return;
            }

            if (HostClock.Now < _parkedAt + Moment)
            {
                _watch.ArmLocked(_parkedAt + Moment);
                return;
            }

            // Code that blocks once does it again: for a while it gets threads of its own.
            _parked = false;
            _parksToSkip = ParksAfterBlocking;
        }

        ReceiveLoop(default, mayInline: false);
    }

    private void OnReceived()
    {
        Next next;
        bool more;
        try
        {
            more = Complete(_receive.Awaiter, out next);
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            OnReceiveFailed(ex);
            return;
        }

        if (more)
        {
            ReceiveLoop(next, mayInline: true);
        }
        else
        {
            Do(next, inline: false);
        }
    }

    // Where to receive to; false while there is no room or no more to come.
    private bool TryPrepare(out Memory<byte> buffer)
    {
        lock (Gate)
        {
            buffer = default;
            if (_receiveEnded)
            {
                return false;
            }

            if (Core.Error is not null)
            {
                // All that still counts is whether the peer has closed.
                buffer = _scratch ??= new byte[ScratchSize];
            }
            else if (!Core.WantsInput)
            {
                _receivePaused = true;
                return false;
            }
            else if (!_waitsEmpty)
            {
                buffer = Core.GetReceiveBuffer();
                _leased = true;
            }

            _asked = buffer.Length;
            return true;
        }
    }

    private bool Complete(ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter, out Next next)
    {
        int count = awaiter.GetResult();
        lock (Gate)
        {
            bool wasWait = _asked == 0;
            if (_leased)
            {
                _leased = false;
                if (!IsCoreGone)
                {
                    Core.CommitReceived(count);
                }
            }

            if (wasWait)
            {
                _waitsEmpty = false;
            }
            else if (count == 0)
            {
                _receiveEnded = true;
                Core.ReceiveEnd();
            }
            else
            {
                // A short read has emptied the socket: wait without memory. A full one has not.
                _waitsEmpty = count < _asked && _transport.CanWaitEmpty;
            }

            PumpLocked();
            next = NextLocked();
            return !_receiveEnded;
        }
    }

    private void OnReceiveFailed(Exception exception)
    {
        bool ours = exception is not (System.IO.IOException or System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException);
        if (ours)
        {
            Crash(exception);
            return;
        }

        Next next;
        lock (Gate)
        {
            if (_leased)
            {
                _leased = false;
                if (!IsCoreGone)
                {
                    Core.CommitReceived(0);
                }
            }

            _receiveEnded = true;
            _closed = true;
            AbortLocked(exception);
            next = NextLocked();
        }

        _transport.Close();
        Do(next, inline: false);
    }
}
