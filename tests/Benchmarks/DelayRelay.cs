using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SshCore.Benchmarks;

/// <summary>
/// A path of its own to a port of 127.0.0.1 on which every byte needs a fixed time each way, at any rate. What is read
/// gets the moment at which it may go on, and waits for it in a queue; its length is bounded by the peers' windows.
/// </summary>
internal sealed class DelayRelay : IDisposable
{
    private const int ChunkLength = 256 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _target;
    private readonly long _delay;

    /// <param name="target">The port.</param>
    /// <param name="oneWay">The time that a byte needs.</param>
    public DelayRelay(int target, TimeSpan oneWay)
    {
        _target = target;
        _delay = (long)(oneWay.TotalSeconds * Stopwatch.Frequency);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        Start(Accept);
    }

    /// <summary>Where it takes connections.</summary>
    public int Port { get; }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static void Start(Action run) => new Thread(() => EndWithSockets(run)) { IsBackground = true }.Start();

    // A peer that goes, or the end of this object, ends the thread.
    private static void EndWithSockets(Action run)
    {
        try
        {
            run();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Debug.WriteLine(e.Message);
        }
    }

    private void Accept()
    {
        while (true)
        {
            var client = _listener.Accept();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(client);
            _sockets.Add(server);
            server.Connect(IPAddress.Loopback, _target);
            client.NoDelay = server.NoDelay = true;
            Join(client, server);
            Join(server, client);
        }
    }

    private void Join(Socket from, Socket to)
    {
        var queue = new BlockingCollection<Chunk>();
        Start(() => Read(from, queue));
        Start(() => Write(queue, to));
    }

    private void Read(Socket from, BlockingCollection<Chunk> queue)
    {
        try
        {
            while (true)
            {
                var bytes = System.Buffers.ArrayPool<byte>.Shared.Rent(ChunkLength);
                int count = from.Receive(bytes);
                queue.Add(new Chunk(bytes, count, Stopwatch.GetTimestamp() + _delay));
                if (count == 0)
                {
                    return;
                }
            }
        }
        finally
        {
            queue.CompleteAdding();
        }
    }

    private static void Write(BlockingCollection<Chunk> queue, Socket to)
    {
        foreach (var chunk in queue.GetConsumingEnumerable())
        {
            // Only the first of those that are under way waits: the others are due when it has gone.
            for (long rest; (rest = chunk.Due - Stopwatch.GetTimestamp()) > 0;)
            {
                Thread.Sleep(Math.Max(1, (int)(rest * 1000 / Stopwatch.Frequency)));
            }

            if (chunk.Count == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (int sent = 0; sent < chunk.Count;)
            {
                sent += to.Send(chunk.Bytes, sent, chunk.Count - sent, SocketFlags.None);
            }

            System.Buffers.ArrayPool<byte>.Shared.Return(chunk.Bytes);
        }
    }

    private readonly record struct Chunk(byte[] Bytes, int Count, long Due);
}
