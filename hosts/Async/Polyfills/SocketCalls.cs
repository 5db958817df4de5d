using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Async.Driving;

/// <summary>The calls whose best form differs between the frameworks.</summary>
internal static class SocketCalls
{
#if NETSTANDARD2_0
    public static bool CanWaitEmpty => false;

    public static ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer) =>
        new(socket.ReceiveAsync(Segment(buffer), SocketFlags.None));

    public static ValueTask<int> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes) =>
        new(socket.SendAsync(Segment(bytes), SocketFlags.None));

    public static ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer)
    {
        var segment = Segment(buffer);
        return new(stream.ReadAsync(segment.Array, segment.Offset, segment.Count));
    }

    public static ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> bytes)
    {
        var segment = Segment(bytes);
        return new(stream.WriteAsync(segment.Array, segment.Offset, segment.Count));
    }

    public static async ValueTask ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        using (cancellationToken.Register(static s => ((Socket)s).Dispose(), socket))
        {
            try
            {
                await socket.ConnectAsync(endPoint).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    public static async ValueTask<Socket> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        using (cancellationToken.Register(static s => ((Socket)s).Dispose(), listener))
        {
            return await listener.AcceptAsync().ConfigureAwait(false);
        }
    }

    public static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var resolving = Dns.GetHostAddressesAsync(host);
        var cancelled = new TaskCompletionSource<bool>();
        using (cancellationToken.Register(static s => ((TaskCompletionSource<bool>)s).TrySetResult(true), cancelled))
        {
            await Task.WhenAny(resolving, cancelled.Task).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return await resolving.ConfigureAwait(false);
    }

    public static void Queue<T>(Action<T> work, T state)
        where T : class => ThreadPool.UnsafeQueueUserWorkItem(s => work((T)s), state);

    // Nearly all memory is an array; the rest is copied, which only sending can do.
    private static ArraySegment<byte> Segment(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment) ? segment : new ArraySegment<byte>(memory.ToArray());

    private static ArraySegment<byte> Segment(Memory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray((ReadOnlyMemory<byte>)memory, out var segment)
            ? segment : throw new NotSupportedException("Only memory of an array can be read into.");
#else
    public static bool CanWaitEmpty => true;

    public static ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public static ValueTask<int> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes) => socket.SendAsync(bytes, SocketFlags.None);

    public static ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer) => stream.ReadAsync(buffer);

    public static ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    public static ValueTask ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken) =>
        socket.ConnectAsync(endPoint, cancellationToken);

    public static ValueTask<Socket> AcceptAsync(Socket listener, CancellationToken cancellationToken) => listener.AcceptAsync(cancellationToken);

    public static async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

    public static void Queue<T>(Action<T> work, T state)
        where T : class => ThreadPool.UnsafeQueueUserWorkItem(work, state, preferLocal: false);
#endif
}
