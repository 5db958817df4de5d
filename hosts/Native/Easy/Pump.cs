using System.Runtime.InteropServices;
using SshCore.Native.Boundary;

namespace SshCore.Native.Easy;

/// <summary>Moves a connection's bytes through a file descriptor, waiting at most once.</summary>
internal static unsafe class Pump
{
    /// <summary>
    /// Sends what waits, then waits until something can be done or is due, and does it. Afterwards there may be events to
    /// poll. Timeout, if <paramref name="until"/> came first.
    /// </summary>
    public static Result Step(SshConnection connection, int fd, SshInstant? until)
    {
        if (!Libc.IsAvailable)
        {
            return Result.Unsupported;
        }

        var now = Clock.Now;
        connection.Tick(now);
        Send(connection, fd);
        if (connection.NextTimeout <= now || connection.IsFinished)
        {
            return Result.Ok;
        }

        var entry = new Libc.PollEntry { Fd = fd };
        entry.Events |= connection.WantsInput ? Libc.PollIn : (short)0;
        entry.Events |= connection.HasOutput ? Libc.PollOut : (short)0;
        var due = connection.NextTimeout;
        bool ours = until is not { } end || (due is { } at && at <= end);
        int ready = Libc.Poll(&entry, 1, Milliseconds(now, ours ? due : until));
        int error = Marshal.GetLastPInvokeError();
        if (ready < 0 && error != Libc.Interrupted)
        {
            throw new NativeException(Result.Io, $"poll: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        if (ready > 0)
        {
            if ((entry.Got & Libc.PollInvalid) != 0)
            {
                throw NoDescriptor(fd);
            }

            if ((entry.Events & Libc.PollIn) != 0 && (entry.Got & ~Libc.PollOut) != 0)
            {
                _ = Receive(connection, fd);
            }
            else if ((entry.Got & ~(Libc.PollIn | Libc.PollOut)) != 0 && !connection.HasOutput)
            {
                connection.ReceiveEnd(); // the descriptor reports an error, and nothing else would notice
            }

            Send(connection, fd);
        }

        connection.Tick(Clock.Now);
        return ready == 0 && !ours ? Result.Timeout : Result.Ok;
    }

    /// <summary>Sends what can be sent without waiting. Errors of the stream end the connection.</summary>
    public static void Flush(SshConnection connection, int fd) => Send(connection, fd);

    private static void Send(SshConnection connection, int fd)
    {
        while (connection.HasOutput)
        {
            var output = connection.PeekOutput();
            nint sent;
            fixed (byte* p = output.Span)
            {
                sent = Libc.Send(fd, p, (nuint)output.Length, Libc.DontWait | Libc.NoSignal);
                if (sent < 0 && Marshal.GetLastPInvokeError() == Libc.NotASocket)
                {
                    sent = SilentPipe.Write(fd, p, (nuint)output.Length);
                }
            }

            if (sent < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.Interrupted)
                {
                    continue;
                }

                if (error == Libc.BadDescriptor)
                {
                    throw NoDescriptor(fd);
                }

                if (error != Libc.WouldBlock)
                {
                    OnSendFailed(connection, fd, error);
                }

                return;
            }

            connection.AdvanceOutput((int)sent);
        }
    }

    // A peer that has closed may have said why: its last words still wait to be read.
    private static void OnSendFailed(SshConnection connection, int fd, int error)
    {
        if (connection.Error is null && connection.WantsInput && (error == Libc.BrokenPipe || error == Libc.Reset))
        {
            var got = Received.Bytes;
            while (got == Received.Bytes && connection.WantsInput)
            {
                got = Receive(connection, fd);
            }

            if (got != Received.Nothing)
            {
                return; // what may be left is read once events were polled
            }
        }

        connection.Abort("Sending failed: " + Marshal.GetPInvokeErrorMessage(error));
    }

    private enum Received
    {
        Nothing,
        Bytes,
        End,
    }

    private static Received Receive(SshConnection connection, int fd)
    {
        var room = connection.GetReceiveBuffer();
        nint count;
        int error;
        fixed (byte* p = room.Span)
        {
            count = Libc.Receive(fd, p, (nuint)room.Length, Libc.DontWait);
            error = Marshal.GetLastPInvokeError();
            if (count < 0 && error == Libc.NotASocket)
            {
                count = Libc.Read(fd, p, (nuint)room.Length);
                error = Marshal.GetLastPInvokeError();
            }
        }

        connection.CommitReceived(count > 0 ? (int)count : 0);
        if (count > 0)
        {
            return Received.Bytes;
        }

        if (count == 0 || error == Libc.Reset)
        {
            connection.ReceiveEnd();
            return Received.End;
        }

        if (error != Libc.WouldBlock && error != Libc.Interrupted)
        {
            connection.Abort("Receiving failed: " + Marshal.GetPInvokeErrorMessage(error));
            return Received.End;
        }

        return Received.Nothing;
    }

    // The stream may be well: it is the number that is wrong.
    private static NativeException NoDescriptor(int fd) => new(Result.Io, $"{fd} is no open descriptor.");

    private static int Milliseconds(SshInstant now, SshInstant? at) => at is not { } then ? -1
        : (int)Math.Clamp(Math.Ceiling((then - now).TotalMilliseconds), 0, int.MaxValue);
}
