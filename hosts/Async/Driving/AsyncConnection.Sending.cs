using System.Runtime.CompilerServices;
using SshCore.Hosts;

namespace SshCore.Async.Driving;

/// <content>Sending.</content>
internal sealed partial class AsyncConnection
{
    // After so many sends in a row a caller has done enough for the others who write meanwhile.
    private const int SendsPerTurn = 32;

    private ReadOnlyMemory<byte> _rest;

    private void SendLoop(ReadOnlyMemory<byte> output)
    {
        try
        {
            for (int sends = 0; sends < SendsPerTurn; sends++)
            {
#pragma warning disable CA2012 // The awaiter is used once: here or, through the field, by its continuation.
                var awaiter = _transport.SendAsync(output).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!awaiter.IsCompleted)
                {
                    _send.Awaiter = awaiter;
                    awaiter.UnsafeOnCompleted(_onSent);
                    return;
                }

                output = CompleteSend(awaiter);
                if (output.IsEmpty)
                {
                    return;
                }
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            OnSendFailed(ex);
            return;
        }

        _rest = output;
        SocketCalls.Queue(static c => c.SendLoop(c._rest), this);
    }

    private void OnSent()
    {
        ReadOnlyMemory<byte> output;
        try
        {
            output = CompleteSend(_send.Awaiter);
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            OnSendFailed(ex);
            return;
        }

        if (!output.IsEmpty)
        {
            SendLoop(output);
        }
    }

    // Returns what is to be sent next: whoever sends goes on until nothing is left.
    private ReadOnlyMemory<byte> CompleteSend(ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter)
    {
        int count = awaiter.GetResult();
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

        Do(next, inline: false);
        return output;
    }

    private void OnSendFailed(Exception exception)
    {
        Next next;
        lock (Gate)
        {
            // What the peer sent before it closed says more about the end than that we could not send: it is read first.
            _sending = false;
            _sendFailure ??= exception;
            _lingerEnds ??= HostClock.Now + LingerTime;
            if (_receiveEnded)
            {
                AbortLocked(exception);
            }

            next = NextLocked();
        }

        Do(next, inline: false);
    }
}
