using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace SshCore.Async.Driving;

/// <content>Receiving.</content>
internal sealed partial class AsyncConnection
{
    private const int ScratchSize = 4 * 1024;

    private byte[]? _scratch;
    private int _asked;
    private bool _leased;
    private bool _waitsEmpty;

    /// <summary>A receive or send under way.</summary>
    private struct ReceiveAwaiter
    {
        public ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter Awaiter;
    }

    // Receives until a receive does not complete at once; then whoever waits continues on this thread.
    private void ReceiveLoop(Next next)
    {
        try
        {
            while (true)
            {
                if (!TryPrepare(out var buffer))
                {
                    Do(next, inline: true);
                    return;
                }

#pragma warning disable CA2012 // The awaiter is used once: here or, through the field, by its continuation.
                var awaiter = _transport.ReceiveAsync(buffer).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!awaiter.IsCompleted)
                {
                    _receive.Awaiter = awaiter;
                    awaiter.UnsafeOnCompleted(_onReceived);
                    Do(next, inline: true);
                    return;
                }

                Do(next, inline: false);
                if (!Complete(awaiter, out next))
                {
                    Do(next, inline: true);
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
            ReceiveLoop(next);
        }
        else
        {
            Do(next, inline: true);
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
