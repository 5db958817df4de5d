using System.Net.Sockets;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Blocking.Driving;

/// <content>Receiving, sending, closing.</content>
internal sealed partial class SocketConnection
{
    private const int ScratchSize = 4 * 1024;

    private readonly record struct Next(Deliveries Deliveries, ReadOnlyMemory<byte> Output, bool Finish, bool Close);

    /// <summary>
    /// Receives once, waiting at most that long, for a caller who waits at most until <paramref name="waiter"/> is settled.
    /// Returns code of the user that the caller should run, if callers do.
    /// </summary>
    private HostWork? Lead(HostWaiter? waiter, TimeSpan timeout)
    {
        try
        {
            if (_waitsEmpty)
            {
                TimeSpan wait;
                bool canEnd;
                lock (Gate)
                {
                    if (waiter is { IsSettled: true })
                    {
                        return null;
                    }

                    wait = Shorter(timeout, UntilTickLocked());
                    canEnd = waiter is not null && _readable.TryArm();
                    _polling = waiter;
                }

                _ack.BeforeWait(_socket);
                if (!_readable.Wait(wait, canEnd))
                {
                    return Settle();
                }
            }

            if (!TryPrepare(out var buffer))
            {
                return null;
            }

            int count = _socket.Receive(buffer.Span, SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock or SocketError.IOPending)
            {
                _waitsEmpty = true;
                Commit(buffer, 0, ended: false);
                return Settle();
            }

            if (error != SocketError.Success)
            {
                Commit(buffer, 0, ended: false);
                throw new SocketException((int)error);
            }

            _waitsEmpty = count < buffer.Length;
            _ack.Received();
            Commit(buffer, count, ended: count == 0);
            return Settle();
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(ex);
            return null;
        }
    }

    private bool TryPrepare(out Memory<byte> buffer)
    {
        lock (Gate)
        {
            buffer = default;
            _polling = null;
            if (_receiveEnded || (!Core.WantsInput && Core.Error is null))
            {
                return false;
            }

            // After the end all that still counts is whether the peer has closed.
            buffer = Core.Error is not null ? _scratch ??= new byte[ScratchSize] : Core.GetReceiveBuffer();
            return true;
        }
    }

    private void Commit(Memory<byte> buffer, int count, bool ended)
    {
        lock (Gate)
        {
            bool isLease = _scratch is null || !buffer.Equals(_scratch.AsMemory());
            if (isLease && !IsCoreGone)
            {
                Core.CommitReceived(count);
            }

            if (ended)
            {
                _receiveEnded = true;
                Core.ReceiveEnd();
            }
        }
    }

    private HostWork? Settle()
    {
        Next next;
        lock (Gate)
        {
            _polling = null;
            PumpLocked();
            next = NextLocked();
        }

        var work = next.Deliveries.Work;
        if (!_callersDecide || work is null)
        {
            Do(next, TimeSpan.Zero);
            return null;
        }

        // A client's decisions go to the thread that waits for their outcome; what takes long never does.
        Do(next with { Deliveries = new Deliveries(next.Deliveries.Wakes, null, next.Deliveries.Logs) }, TimeSpan.Zero);
        return work;
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

        bool finish = !_finished && (_sendFailure is null ? Core.IsFinished : Core.Error is not null);
        bool close = false;
        if (finish)
        {
            _finished = true;
            Drained.Succeed(this, true);
            _lingerEnds = HostClock.Now + LingerTime;

            // A send under way has its bytes in the output until it is done: if there are none, they were given up.
            close = _sendFailure is not null || _sending;
        }

        close |= _finished && _receiveEnded;
        close |= _lingerEnds is { } ends && HostClock.Now >= ends;
        close &= !_closed;
        _closed |= close;
        if (_closed)
        {
            _receiveEnded = true;
            if (!_sending)
            {
                TerminateLocked();
            }
        }

        if (_polling is { IsSettled: true })
        {
            // What it waits for was settled here: nothing of the peer has to come first.
            _polling = null;
            _readable.End();
        }

        OfferLeadLocked();
        return new(TakeDeliveriesLocked(), default, finish && !close, close);
    }

    private void Do(in Next next, TimeSpan timeout)
    {
        if (next.Finish)
        {
            // The peer reads our DISCONNECT before it sees the end; data of its own that is on the way must not reset that.
            Shutdown(SocketShutdown.Send);
        }

        if (next.Close)
        {
            // Ends the waits of other threads in the system.
            Shutdown(SocketShutdown.Both);
            _socket.Dispose();
        }

        Deliver(next.Deliveries, inline: false);
        if (!next.Output.IsEmpty)
        {
            SendAll(next.Output, timeout);
        }
    }

    private void SendAll(ReadOnlyMemory<byte> output, TimeSpan timeout)
    {
        bool isBounded = timeout >= TimeSpan.Zero;
        var end = HostClock.Now + (isBounded ? timeout : TimeSpan.Zero);
        try
        {
            while (!output.IsEmpty)
            {
                int count = _socket.Send(output.Span, SocketFlags.None, out var error);
                if (error == SocketError.Success)
                {
                    _ack.Sent();
                    output = CompleteSend(count);
                }
                else if (error is not (SocketError.WouldBlock or SocketError.IOPending))
                {
                    throw new SocketException((int)error);
                }
                else if (isBounded && HostClock.Now >= end)
                {
                    // The caller has no more time; somebody has to go on.
                    var rest = output;
                    HostThreads.Run(() => SendAll(rest, System.Threading.Timeout.InfiniteTimeSpan));
                    return;
                }
                else if (!_socket.Poll(isBounded ? Shorter(end - HostClock.Now, Slice) : Slice, SelectMode.SelectWrite))
                {
                    output = CompleteSend(0);
                }
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            FailSend(ex);
        }
    }

    // Returns what is to be sent next: whoever sends goes on until nothing is left.
    private ReadOnlyMemory<byte> CompleteSend(int count)
    {
        Next next;
        ReadOnlyMemory<byte> output;
        lock (Gate)
        {
            // An abort meanwhile has dropped the output.
            if (Core.HasOutput)
            {
                Core.AdvanceOutput(count);
            }

            PumpLocked();
            _sending = false;
            next = NextLocked(out output);
        }

        Do(next, TimeSpan.Zero);
        return output;
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

            SocketCopy.Detach(_socket);
            _closed = _finished = true;
            AbandonLocked();
            next = NextLocked();
        }

        _socket.Dispose();
        Do(next, TimeSpan.Zero);
    }

    private void Fail(Exception exception)
    {
        Next next;
        lock (Gate)
        {
            HasCrashed |= !IsOfTheStream(exception);
            _receiveEnded = true;
            AbortLocked(exception);
            next = NextLocked();
        }

        Do(next, TimeSpan.Zero);
    }

    private void FailSend(Exception exception)
    {
        Next next;
        lock (Gate)
        {
            // What the peer sent before it closed says more about the end than that we could not send: it is read first.
            HasCrashed |= !IsOfTheStream(exception);
            _sending = false;
            _sendFailure ??= exception;
            _lingerEnds ??= HostClock.Now + LingerTime;
            if (_receiveEnded || HasCrashed)
            {
                AbortLocked(exception);
            }

            next = NextLocked();
        }

        Do(next, TimeSpan.Zero);
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (SocketException)
        {
            _socket.Dispose(); // the peer is gone already
        }
        catch (ObjectDisposedException)
        {
            _socket.Dispose();
        }
    }
}
