using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace SshCore.Tests.Native;

/// <summary>What happens to a connection.</summary>
public enum Fault
{
    /// <summary>It is closed as if nothing were wrong.</summary>
    Close,
    /// <summary>It is reset.</summary>
    Reset,
    /// <summary>Nothing passes any more.</summary>
    Stall,
}

/// <summary>A way to a server on this machine that breaks after so many bytes, whichever way they went.</summary>
internal sealed class Relay : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _sockets = [];
    private readonly Lock _gate = new();
    private long _left = long.MaxValue;
    private Fault _fault;

    public Relay(int port)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Run(() =>
        {
            var client = _listener.Accept();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.Connect(IPAddress.Loopback, port);
            lock (_gate)
            {
                _sockets.AddRange([client, server]);
            }

            Run(() => Carry(client, server));
            Run(() => Carry(server, client));
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Breaks it once so many more bytes have passed; 0: now.</summary>
    public void Break(Fault fault, long after)
    {
        lock (_gate)
        {
            _fault = fault;
            _left = after;
            BreakIfDue();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        lock (_gate)
        {
            _sockets.ForEach(s => s.Dispose());
        }
    }

    private static void Run(Action body) => new Thread(() =>
    {
        try
        {
            body();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is broken, or the test is over.
            Debug.WriteLine(e.Message);
        }
    })
    { IsBackground = true }.Start();

    private void Carry(Socket from, Socket to)
    {
        byte[] buffer = new byte[32 * 1024];
        int count;
        while ((count = from.Receive(buffer)) > 0)
        {
            lock (_gate)
            {
                int passes = (int)Math.Min(count, _left);
                _left -= _left == long.MaxValue ? 0 : passes;
                count = passes;
            }

            to.Send(buffer.AsSpan(0, count));
            lock (_gate)
            {
                BreakIfDue();
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private void BreakIfDue()
    {
        if (_left == 0 && _fault != Fault.Stall)
        {
            foreach (var socket in _sockets)
            {
                if (_fault == Fault.Reset)
                {
                    socket.Close(0);
                }

                socket.Dispose();
            }
        }
    }
}
