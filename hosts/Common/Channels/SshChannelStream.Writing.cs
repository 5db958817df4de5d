using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <content>Writing, and the end.</content>
public partial class SshChannelStream
{
    /// <summary>
    /// Writes all of the buffer; completes when all was taken into the connection's output, which is sent as fast as the
    /// peer takes it. Cancelling throws <see cref="SshWriteCanceledException"/>, which says how many bytes had been taken:
    /// those are sent, the rest is not.
    /// </summary>
    /// <exception cref="SshConnectionException">The connection ended; its first error.</exception>
    /// <exception cref="SshException">The peer closed the channel.</exception>
    /// <exception cref="SshUsageException">EOF was sent already.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WriteAsync(buffer, DataStream.Standard, cancellationToken);

    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(new ReadOnlyMemory<byte>(buffer, offset, count), cancellationToken).AsTask();

    /// <summary>
    /// Blocks until all of the buffer was taken into the connection's output. See <see cref="WriteTimeout"/>.
    /// </summary>
    /// <exception cref="SshTimeoutException">The peer's window stayed full; it says how many bytes were taken.</exception>
    /// <exception cref="SshConnectionException">The connection ended; its first error.</exception>
    public override void Write(ReadOnlySpan<byte> buffer) => WriteBlocking(buffer, DataStream.Standard, _writeTimeout);

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Sends what can be sent at once, without waiting.</summary>
    /// <returns>Bytes taken, from 0 to all.</returns>
    public int TryWrite(ReadOnlySpan<byte> buffer)
    {
        int taken;
        lock (Connection.Gate)
        {
            ThrowIfNotWritableLocked();
            taken = _writers.IsEmpty ? TakeLocked(buffer, DataStream.Standard) : 0;
        }

        Connection.Kick();
        return taken;
    }

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, DataStream stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostWaiter? waiter = null;
        lock (Connection.Gate)
        {
            ThrowIfNotWritableLocked();
            int taken = _writers.IsEmpty ? TakeLocked(buffer.Span, stream) : 0;
            if (taken < buffer.Length)
            {
                waiter = AddWriterLocked(taken, stream);
                waiter.Source = buffer.Slice(taken);
            }
        }

        Connection.Kick();
        return waiter is null ? default : waiter.AsPlainValueTask(cancellationToken);
    }

    internal unsafe void WriteBlocking(ReadOnlySpan<byte> buffer, DataStream stream, int timeout)
    {
        HostWaiter waiter;
        fixed (byte* start = buffer)
        {
            lock (Connection.Gate)
            {
                ThrowIfNotWritableLocked();
                int taken = _writers.IsEmpty ? TakeLocked(buffer, stream) : 0;
                if (taken == buffer.Length)
                {
                    waiter = null!;
                }
                else
                {
                    waiter = AddWriterLocked(taken, stream);
                    waiter.MakeBlocking();
                    waiter.Source = (waiter.Pinned ??= new PinnedSpan()).Cover(start + taken, buffer.Length - taken);
                }
            }

            if (waiter is null)
            {
                Connection.KickWriter(TimeSpan.FromMilliseconds(timeout));
                return;
            }

            bool woken = Connection.Block(waiter, TimeSpan.FromMilliseconds(timeout)) || Connection.TryKeep(waiter);
            waiter.Pinned!.Cover(null, 0);
            if (!woken)
            {
                int taken = waiter.Count;
                waiter.Recycle();
                throw new SshTimeoutException($"The peer took {taken} of {buffer.Length} bytes within {timeout} ms.") { BytesTaken = taken };
            }

            waiter.TakeResult();
        }
    }

    internal void OnWritableLocked()
    {
        while (_writers.First is { } writer)
        {
            int taken = TakeLocked(writer.Source.Span, writer.Stream);
            writer.Count += taken;
            writer.Source = writer.Source.Slice(taken);
            if (!writer.Source.IsEmpty)
            {
                return;
            }

            Connection.SettleLocked(writer);
        }

        if (_eofSent && !_closed && !_disposed)
        {
            Core.SendEof();
        }
    }

    internal void OnEndOfWriteLocked() => PeerStoppedReading = true;

    internal void OnExitLocked(SshExit exit) => Exit.Succeed(Connection, exit);

    internal void OnClosedLocked()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _failed = Connection.Core.Error is not null;
        EndWaitersLocked();
        Sftp?.OnGoneLocked("The channel of the SFTP session is closed.");
        if (_failed)
        {
            Exit.Fail(Connection, Connection.MakeEndException);
        }
        else
        {
            Exit.Succeed(Connection, null);
        }

        Closed.Succeed(Connection, true);
        OnEndLocked();
    }

    /// <summary>Closed by the peer or with the connection.</summary>
    internal bool HasEnded
    {
        get
        {
            lock (Connection.Gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>The channel has ended, for either reason.</summary>
    private protected virtual void OnEndLocked()
    {
    }

    private void ThrowIfNotWritableLocked()
    {
        Connection.ThrowIfEndedLocked();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_eofSent)
        {
            throw new SshUsageException("EOF was sent on this channel already.");
        }

        ThrowIfUnusableLocked();
    }

    private HostWaiter AddWriterLocked(int taken, DataStream stream)
    {
        var waiter = RentWaiter();
        waiter.IsWriter = true;
        waiter.Stream = stream;
        waiter.Count = taken;
        _writers.Add(waiter);
        return waiter;
    }

    private int TakeLocked(ReadOnlySpan<byte> data, DataStream stream)
    {
        var channel = Core;
        int taken = 0;
        while (taken < data.Length && channel.Write(data.Slice(taken), stream) is var count and > 0)
        {
            taken += count;
        }

        return taken;
    }

    private void EndWaitersLocked()
    {
        EndReadersLocked(_standardReaders);
        EndReadersLocked(_errorReaders);
        EndReadersLocked(_anyReaders);
        while (_writers.First is { } writer)
        {
            writer.Error = _disposed ? new ObjectDisposedException(GetType().FullName)
                : Connection.Core.Error is not null ? Connection.MakeEndException()
                : new SshException(new SshError(SshErrorKind.PeerDisconnected, $"The peer closed the channel after {writer.Count} bytes of the write."));
            Connection.SettleLocked(writer);
        }
    }
}
