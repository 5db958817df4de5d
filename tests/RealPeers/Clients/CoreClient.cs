using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Kex;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>
/// The smallest host there is: one socket, one thread, the loop of the core. It runs one command per connection, so that
/// the algorithms of a peer are tried on the core itself.
/// </summary>
internal sealed class CoreClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly SshClientConnection _connection;
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _errors = new();
    private ChannelId _channel;
    private bool _isReady;
    private bool _isClosed;
    private int _sent;
    private bool _eofSent;

    public CoreClient(SshClientSettings settings) => _connection = new SshClientConnection(settings);

    public required int Port { get; init; }

    public required string UserName { get; init; }

    public SshPrivateKey? Key { get; init; }

    public string? SignatureAlgorithm { get; init; }

    public string? Password { get; init; }

    public Func<SshPublicKey, bool> IsHostKey { get; init; } = _ => true;

    public required string Command { get; init; }

    public ReadOnlyMemory<byte> Input { get; init; }

    public NegotiatedAlgorithms? Algorithms { get; private set; }

    public uint? ExitStatus { get; private set; }

    public int Exchanges { get; private set; }

    public byte[] Output => _output.ToArray();

    public byte[] Errors => _errors.ToArray();

    public static SshClientSettings Settings(Func<SshAlgorithmPreferences, SshAlgorithmPreferences>? choose = null)
    {
        var all = SshAlgorithmPreferences.Default.AllowLegacy([.. SshAlgorithms.LegacyNames]);
        return new SshClientSettings(DefaultCrypto.Provider) { Algorithms = choose?.Invoke(all) ?? SshAlgorithmPreferences.Default };
    }

    /// <summary>Runs to the end.</summary>
    /// <returns>Why it ended: LocalDisconnect after the command.</returns>
    public SshError Run(TimeSpan limit)
    {
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, Port));
        _connection.Tick(new SshInstant(_clock.Elapsed));
        _connection.Authenticate(UserName);
        while (!_connection.IsFinished)
        {
            if (_clock.Elapsed > limit)
            {
                throw new TimeoutException($"'{Command}' did not end within {limit}.");
            }

            Step();
        }

        return _connection.Error!;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _socket.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    private void Step()
    {
        while (_connection.TryPollEvent(out var e))
        {
            Handle(e);
        }

        WriteInput();
        while (_connection.HasOutput && _socket.Poll(0, SelectMode.SelectWrite))
        {
            int sent;
            try
            {
                sent = _socket.Send(_connection.PeekOutput().Span);
            }
            catch (SocketException e)
            {
                _connection.Abort(e.Message);
                return;
            }

            _connection.AdvanceOutput(sent);
        }

        _connection.Tick(new SshInstant(_clock.Elapsed));
        if (_connection.IsFinished || !_connection.WantsInput)
        {
            return;
        }

        if (_socket.Poll(TimeSpan.FromMilliseconds(_connection.HasOutput || _isReady ? 1 : 20), SelectMode.SelectRead))
        {
            int count = 0;
            try
            {
                count = _socket.Receive(_connection.GetReceiveBuffer().Span);
            }
            catch (SocketException)
            {
                // A reset is an end too.
            }

            _connection.CommitReceived(count);
            if (count == 0)
            {
                _connection.ReceiveEnd();
            }
        }
    }

    private void Handle(in SshEvent e)
    {
        switch (e.Kind)
        {
            case SshEventKind.HostKeyOffered:
                var offered = (HostKeyOffered)e.Body!;
                if (IsHostKey(offered.Key))
                {
                    offered.Accept();
                }
                else
                {
                    offered.Deny();
                }

                break;
            case SshEventKind.KeysChanged:
                Exchanges++;
                Algorithms ??= _connection.Algorithms;
                break;
            case SshEventKind.AuthMethodNeeded:
                LogIn((AuthMethodNeeded)e.Body!);
                break;
            case SshEventKind.AuthFailed:
                _connection.Disconnect();
                break;
            case SshEventKind.Authenticated:
                _channel = _connection.OpenChannel(ChannelOpen.Session());
                break;
            case SshEventKind.ChannelOpened:
                _connection.Channel(_channel).Request(new ExecRequest(Command));
                _isReady = true;
                break;
            case SshEventKind.ChannelRefused:
                _connection.Disconnect();
                break;
            case SshEventKind.ChannelData:
                Take(e);
                break;
            case SshEventKind.ExitStatus:
                ExitStatus = ((ExitStatus)e.Body!).Status;
                break;
            case SshEventKind.ChannelClosed:
                _isClosed = true;
                _connection.Disconnect();
                break;
            default:
                if (e.Body is SshDecision decision)
                {
                    decision.Deny();
                }

                break;
        }
    }

    private void LogIn(AuthMethodNeeded needed)
    {
        if (needed.Failed is null && Key is not null)
        {
            needed.TryPublicKey(Key, SignatureAlgorithm);
        }
        else if (needed.Failed is null or "none" && Password is not null && needed.Allowed is not null && needed.Allowed.Contains("password"))
        {
            needed.TryPassword(System.Text.Encoding.UTF8.GetBytes(Password));
        }
        else if (needed.Failed is null)
        {
            needed.TryNone();
        }
        else
        {
            needed.Deny();
        }
    }

    private void Take(in SshEvent e)
    {
        while (true)
        {
            var data = _connection.BorrowData(e);
            if (data.IsEmpty)
            {
                return;
            }

            (e.Stream == DataStream.Standard ? _output : _errors).Write(data.Span);
        }
    }

    private void WriteInput()
    {
        if (!_isReady || _isClosed || _eofSent || _connection.Error is not null)
        {
            return;
        }

        var channel = _connection.Channel(_channel);
        if (!channel.IsOpen)
        {
            return;
        }

        while (_sent < Input.Length)
        {
            int taken = channel.Write(Input.Span[_sent..]);
            if (taken == 0)
            {
                return;
            }

            _sent += taken;
        }

        channel.SendEof();
        _eofSent = true;
    }
}
