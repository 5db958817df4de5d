using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using SshCore.Channels;
using SshCore.Cli.Unix;
using SshCore.Hosts;

namespace SshCore.Cli.Ssh;

/// <summary>
/// The remote command's output to ours, in the order in which it came, on the thread that asks for it. Our descriptors
/// block, for others share them; so when a write has to wait for its reader, the other output gets somebody of its own
/// from then on.
/// </summary>
internal sealed class SessionOutput : IDisposable
{
    private const int BufferSize = 256 * 1024;

    // How long a write may take before its reader counts as slow.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    private readonly SshSession _session;
    private readonly SafeFileHandle _standard = Descriptor.Borrow(1);
    private readonly SafeFileHandle _error = Descriptor.Borrow(2);
    private readonly object _lock = new();
    private readonly Timer _watch;
    private DataStream? _writing;
    private DataStream _kept;
    private Task? _other;
    private bool _isStandardRead = true;
    private bool _isErrorRead = true;

    internal SessionOutput(SshSession session)
    {
        _session = session;
        _watch = new Timer(static o => ((SessionOutput)o!).OnWatch(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Moves all of it; returns after the end of both outputs.</summary>
    /// <exception cref="SshException">The connection ended first.</exception>
    internal void Run()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        while (Read(buffer) is { Count: > 0 } read)
        {
            lock (_lock)
            {
                _writing = read.Stream;
            }

            _watch.Change(Moment, Timeout.InfiniteTimeSpan);
            Write(read.Stream, buffer.AsSpan(0, read.Count));
            lock (_lock)
            {
                _writing = null;
            }

            _watch.Change(Timeout.Infinite, Timeout.Infinite);
        }

        _other?.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _watch.Dispose();
        _standard.Dispose();
        _error.Dispose();
    }

    // What another thread does begins while this one writes, so never while it reads.
    private SshChannelRead Read(byte[] buffer) =>
        _other is null ? _session.ReadAny(buffer) : new SshChannelRead(Source(_kept).Read(buffer), _kept);

    private void OnWatch()
    {
        lock (_lock)
        {
            if (_other is null && _writing is { } slow)
            {
                _kept = slow;
                _other = Task.Run(() => MoveAsync(slow == DataStream.Standard ? DataStream.Error : DataStream.Standard));
            }
        }
    }

    private async Task MoveAsync(DataStream stream)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        int count;
        while ((count = await Source(stream).ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            Write(stream, buffer.AsSpan(0, count));
        }
    }

    private Stream Source(DataStream stream) => stream == DataStream.Standard ? _session : _session.ErrorStream;

    private void Write(DataStream stream, ReadOnlySpan<byte> bytes)
    {
        if (stream == DataStream.Error)
        {
            _isErrorRead = _isErrorRead && TryWrite(_error, bytes);
            return;
        }

        bool wasRead = _isStandardRead;
        _isStandardRead = _isStandardRead && TryWrite(_standard, bytes);
        if (wasRead && !_isStandardRead)
        {
            // A server that knows it closes the command's output, so that the command ends as it would here.
            _ = _session.Request(new EndOfWriteRequest());
        }
    }

    private static bool TryWrite(SafeFileHandle target, ReadOnlySpan<byte> bytes)
    {
        try
        {
            BlockingDescriptor.Write(target, bytes);
            return true;
        }
        catch (UnixException)
        {
            // Nobody reads it any more: the rest is thrown away, and the command's status still counts.
            return false;
        }
    }
}
