using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <content>Reading.</content>
public partial class SshChannelStream
{
    /// <summary>
    /// Reads up to the buffer's length; 0 at the end of the stream. An end without EOF or CLOSE of the peer is not such an
    /// end but throws. A cancelled read loses nothing.
    /// </summary>
    /// <exception cref="SshConnectionException">The connection ended; its first error.</exception>
    /// <exception cref="ObjectDisposedException">The channel was closed on this side.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadAsync(buffer, CombineErrorStream ? null : DataStream.Standard, cancellationToken);

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(new Memory<byte>(buffer, offset, count), cancellationToken).AsTask();

    /// <summary>Reads whichever stream has data: this or <see cref="ErrorStream"/>.</summary>
    public async ValueTask<SshChannelRead> ReadAnyAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostWaiter? waiter = null;
        bool kick;
        SshChannelRead read;
        lock (Connection.Gate)
        {
            if (!TryReadLocked(buffer.Span, null, out read))
            {
                waiter = AddReaderLocked(buffer, null);
                waiter.Home = null; // its stream is read after its count
            }

            kick = Connection.NeedsKickLocked;
        }

        if (kick)
        {
            Connection.Kick();
        }

        if (waiter is null)
        {
            return read;
        }

        int count = await waiter.AsValueTask(cancellationToken).ConfigureAwait(false);
        return new(count, waiter.Stream);
    }

    /// <summary>Blocks for data of this stream; 0 at its end. See <see cref="ReadTimeout"/>.</summary>
    /// <exception cref="SshTimeoutException">Nothing came in time.</exception>
    /// <exception cref="SshConnectionException">The connection ended; its first error.</exception>
    /// <exception cref="ObjectDisposedException">The channel was closed on this side.</exception>
    public override int Read(Span<byte> buffer) => ReadBlocking(buffer, CombineErrorStream ? null : DataStream.Standard, _readTimeout).Count;

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Blocks for data of whichever stream has some: this or <see cref="ErrorStream"/>.</summary>
    /// <exception cref="SshTimeoutException">Nothing came in time.</exception>
    public SshChannelRead ReadAny(Span<byte> buffer) => ReadBlocking(buffer, null, _readTimeout);

    internal ValueTask<int> ReadAsync(Memory<byte> buffer, DataStream? stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostWaiter? waiter = null;
        bool kick;
        SshChannelRead read;
        lock (Connection.Gate)
        {
            if (!TryReadLocked(buffer.Span, stream, out read))
            {
                waiter = AddReaderLocked(buffer, stream);
            }

            kick = Connection.NeedsKickLocked;
        }

        if (kick)
        {
            Connection.Kick();
        }

        return waiter is null ? new ValueTask<int>(read.Count) : waiter.AsValueTask(cancellationToken);
    }

    internal unsafe SshChannelRead ReadBlocking(Span<byte> buffer, DataStream? stream, int timeout)
    {
        HostWaiter? waiter = null;
        bool kick;
        SshChannelRead read;
        fixed (byte* start = buffer)
        {
            lock (Connection.Gate)
            {
                if (!TryReadLocked(buffer, stream, out read))
                {
                    waiter = AddReaderLocked(default, stream);
                    waiter.MakeBlocking();
                    waiter.Destination = (waiter.Pinned ??= new PinnedSpan()).Cover(start, buffer.Length);
                }

                kick = Connection.NeedsKickLocked;
            }

            if (waiter is null)
            {
                if (kick)
                {
                    Connection.Kick();
                }

                return read;
            }

            bool woken = Connection.Block(waiter, TimeSpan.FromMilliseconds(timeout)) || Connection.TryKeep(waiter);
            waiter.Pinned!.Cover(null, 0);
            if (!woken)
            {
                waiter.Recycle();
                throw new SshTimeoutException($"Nothing came on the channel within {timeout} ms.");
            }

            var from = waiter.Stream;
            return new(waiter.TakeResult(), from);
        }
    }

    internal void OnDataLocked(DataStream stream)
    {
        var reader = (stream == DataStream.Standard ? _standardReaders : _errorReaders).First ?? _anyReaders.First;
        if (reader is not null)
        {
            FillLocked(reader, stream);
        }
        else if (Sftp is not null && stream == DataStream.Error)
        {
            // What a server of SFTP complains of must not fill the window that its replies need.
            Span<byte> scratch = stackalloc byte[512];
            while (Core.Read(scratch, stream) > 0)
            {
                continue;
            }
        }
    }

    internal void OnEofLocked()
    {
        _eof = true;
        EndReadersLocked(_standardReaders);
        EndReadersLocked(_errorReaders);
        EndReadersLocked(_anyReaders);
    }

    internal void TakeBack(HostWaiter waiter)
    {
        waiter.Home = null;
        Volatile.Write(ref _spare, waiter);
    }

    private HostWaiter RentWaiter()
    {
        var waiter = Interlocked.Exchange(ref _spare, null) ?? new HostWaiter(Connection);
        waiter.Home = this;
        return waiter;
    }

    private HostWaiter AddReaderLocked(Memory<byte> buffer, DataStream? stream)
    {
        var queue = stream switch
        {
            null => _anyReaders,
            DataStream.Standard => _standardReaders,
            _ => _errorReaders,
        };
        if (!queue.IsEmpty || (stream is null ? !_standardReaders.IsEmpty || !_errorReaders.IsEmpty : !_anyReaders.IsEmpty))
        {
            throw new SshUsageException("Another read of this stream is under way.");
        }

        var waiter = RentWaiter();
        waiter.IsWriter = false;
        waiter.Destination = buffer;
        waiter.Stream = stream ?? DataStream.Standard;
        queue.Add(waiter);
        return waiter;
    }

    private bool TryReadLocked(Span<byte> buffer, DataStream? stream, out SshChannelRead read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_readEnded)
        {
            read = default;
            return true;
        }

        if (!Connection.IsCoreGone)
        {
            var channel = Core;
            var first = stream ?? DataStream.Standard;
            int count = channel.Read(buffer, first);
            if (count == 0 && stream is null)
            {
                first = DataStream.Error;
                count = channel.Read(buffer, first);
            }

            read = new(count, first);
            if (count > 0 || (buffer.IsEmpty && channel.Available(first) > 0))
            {
                return true;
            }
        }

        read = default;
        if (_eof)
        {
            return true;
        }

        if (_failed)
        {
            throw Connection.MakeEndException();
        }

        return _closed;
    }

    // Copies straight from the packet that was just decrypted into the memory of the one who waits for it.
    private void FillLocked(HostWaiter reader, DataStream stream)
    {
        if (reader.Count > 0 && reader.Stream != stream && !CombineErrorStream)
        {
            return;
        }

        var room = reader.Destination.Span.Slice(reader.Count);
        int count = room.IsEmpty ? 0 : Core.Read(room, stream);
        if (reader.Count == 0)
        {
            if (count == 0 && !reader.Destination.IsEmpty)
            {
                return;
            }

            Connection.AddFilledLocked(reader);
        }

        reader.Stream = stream;
        reader.Count += count;
    }

    private void EndReadersLocked(WaitQueue readers)
    {
        while (readers.First is { } reader)
        {
            if (reader.Count == 0)
            {
                if (_disposed)
                {
                    reader.Error = new ObjectDisposedException(GetType().FullName);
                }
                else if (_failed && !_eof)
                {
                    reader.Error = Connection.MakeEndException();
                }
            }

            Connection.SettleLocked(reader);
        }
    }
}
