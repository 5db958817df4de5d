using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Tests.Native;

/// <summary>
/// A server of this process: takes whoever comes with the password "right", and does with a command what its first word says.
/// What a test wants otherwise, it answers itself.
/// </summary>
internal sealed class LoopServer : IDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _sockets = [];
    private readonly SshServerSettings _settings;
    private readonly Func<SshServerConnection, SshEvent, bool> _on;
    private bool _isDisposed;

    /// <summary><paramref name="on"/> sees every event first; true: it has dealt with it.</summary>
    public LoopServer(Func<SshServerConnection, SshEvent, bool>? on = null, Func<SshServerSettings, SshServerSettings>? change = null, IPAddress? address = null)
    {
        var key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        HostKey = key.PublicKey;
        var settings = new SshServerSettings(DefaultCrypto.Provider, [new SshHostKey(key)]);
        _settings = change?.Invoke(settings) ?? settings;
        _on = on ?? ((_, _) => false);
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, 0));
        _listener.Listen();
        Run(() =>
        {
            while (true)
            {
                var socket = _listener.Accept();
                Own(socket);
                Run(() => Serve(socket));
            }
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public SshPublicKey HostKey { get; }

    public void Dispose()
    {
        lock (_sockets)
        {
            _isDisposed = true;
            _listener.Dispose();
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
            // The test is over, or the client has gone without a word.
            Debug.WriteLine(e.Message);
        }
    })
    { IsBackground = true }.Start();

    private void Own(Socket socket)
    {
        lock (_sockets)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _sockets.Add(socket);
        }
    }

    private void Serve(Socket socket)
    {
        using var connection = new SshServerConnection(_settings);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            connection.Tick(new SshInstant(clock.Elapsed));
            while (connection.TryPollEvent(out var e))
            {
                if (!_on(connection, e))
                {
                    Answer(connection, e);
                }
            }

            while (connection.HasOutput)
            {
                connection.AdvanceOutput(socket.Send(connection.PeekOutput().Span));
            }

            if (connection.IsFinished)
            {
                socket.Close();
                return;
            }

            if (connection.WantsInput)
            {
                int count = socket.Receive(connection.GetReceiveBuffer().Span);
                connection.CommitReceived(count);
                if (count == 0)
                {
                    connection.ReceiveEnd();
                }
            }
        }
    }

    private static void Answer(SshServerConnection connection, SshEvent e)
    {
        switch (e.Body)
        {
            case UserPresented question:
                question.Deny();
                break;
            case PasswordAttempt attempt when attempt.Password.Span.SequenceEqual("right"u8):
                attempt.Accept();
                break;
            case KeyProbe or KeyProof:
                ((AuthAttempt)e.Body).Accept();
                break;
            case OpenRequested open:
                open.Accept();
                break;
            case ChannelRequested { Request: ExecRequest command } question:
                question.Accept();
                Perform(connection.Channel(e.Channel), command.Command);
                break;
            case SshDecision question:
                question.Deny();
                break;
            default:
                break;
        }
    }

    private static void Perform(SshChannel channel, string command)
    {
        switch (command)
        {
            case "hang":
                return;
            case "signal":
                channel.Request(new ExitSignalRequest("TERM"));
                break;
            case "nothing":
                break;
            default:
                channel.Write(Encoding.UTF8.GetBytes(command));
                channel.Request(new ExitStatusRequest(0));
                break;
        }

        channel.Close();
    }
}
