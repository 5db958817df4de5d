using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Cli.Unix;
using SshCore.Hosts;

namespace SshCore.Cli.Serve;

/// <summary>Moves bytes between a session and its process. Buffers are rented only while there are bytes to move.</summary>
internal static class SessionPump
{
    private const int BufferSize = 128 * 1024;

    /// <summary>
    /// From the process to the client, until the process has no more to say, or the client says that it reads no more
    /// (<paramref name="isUnread"/>): then the pipe is closed, and who writes to it gets SIGPIPE as on one machine.
    /// </summary>
    internal static async Task OutAsync(DescriptorStream source, Stream target, Func<bool>? isUnread, CancellationToken cancellation)
    {
        bool more = true;
        while (more)
        {
            await source.WaitReadableAsync(cancellation).ConfigureAwait(false);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                int count;
                do
                {
                    more = source.TryFill(buffer, out count);
                    if (count > 0)
                    {
                        await target.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                    }

                    if (isUnread?.Invoke() == true)
                    {
                        source.Dispose();
                        return;
                    }
                }
                while (more && count == buffer.Length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>
    /// From the client to the process, until either ends. What a process doesn't read is thrown away, so that its channel
    /// doesn't stand still. Never fails: the session's end is told by its outputs.
    /// </summary>
    internal static async Task InAsync(SshServerSession source, DescriptorStream target, bool closeAtEnd, CancellationToken cancellation)
    {
        bool isRead = true;
        try
        {
            while (true)
            {
                if (source.Available == 0)
                {
                    await source.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
                }

                byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    int count = await source.ReadAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false);
                    if (count == 0)
                    {
                        break;
                    }

                    if (isRead && !await TryWriteAsync(target, buffer.AsMemory(0, count), cancellation).ConfigureAwait(false))
                    {
                        isRead = false;
                        source.SendEndOfWrite();
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception e) when (e is SshException or OperationCanceledException or ObjectDisposedException)
        {
            // The channel has ended; so has its input.
            isRead = false;
        }
        finally
        {
            if (closeAtEnd)
            {
                target.Dispose();
            }
        }
    }

    private static async ValueTask<bool> TryWriteAsync(DescriptorStream target, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await target.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (UnixException)
        {
            return false;
        }
    }
}
