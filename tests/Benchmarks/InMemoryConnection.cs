using SshCore.Channels;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>A client and a server joined by copies between their buffers, logged in, with one session channel open.</summary>
internal sealed class InMemoryConnection : IDisposable
{
    private static readonly SshHostKey HostKey = new(SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519));

    private readonly SshClientConnection _client;
    private readonly SshServerConnection _server;
    private ChannelId _channel;

    public InMemoryConnection(SshAlgorithmPreferences algorithms)
    {
        var crypto = DefaultCrypto.Provider;
        _client = new SshClientConnection(new SshClientSettings(crypto) { Algorithms = algorithms });
        _server = new SshServerConnection(new SshServerSettings(crypto, HostKey) { Algorithms = algorithms });
        _client.Tick(default);
        _server.Tick(default);
        _client.Authenticate("bench");
        while (!_client.IsAuthenticated)
        {
            Step();
        }
    }

    public long Received { get; private set; }

    /// <summary>Drops the client alone and without a word.</summary>
    public SshServerConnection KeepServer()
    {
        _client.Dispose();
        return _server;
    }

    public void OpenChannel()
    {
        _channel = _client.OpenChannel(ChannelOpen.Session());
        while (_client.Channel(_channel).WriteRoom == 0)
        {
            Step();
        }
    }

    /// <summary>Carries messages of one size from the client to the server until that many bytes have arrived.</summary>
    public void Carry(long bytes, byte[] message)
    {
        Received = 0;
        long sent = 0;
        while (Received < bytes)
        {
            var channel = _client.Channel(_channel);
            while (sent < bytes && channel.TryReserve(message.Length, out var slot))
            {
                slot.Commit(Math.Min(slot.Span.Length, message.Length));
                sent += Math.Min(slot.Span.Length, message.Length);
                if (_client.PeekOutput().Length >= 128 * 1024)
                {
                    break;
                }
            }

            Step();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private void Step()
    {
        Move(_client, _server);
        while (_server.TryPollEvent(out var e))
        {
            OnServerEvent(e);
        }

        Move(_server, _client);
        while (_client.TryPollEvent(out var e))
        {
            OnClientEvent(e);
        }
    }

    private static void Move(SshConnection from, SshConnection to)
    {
        while (from.HasOutput && to.WantsInput)
        {
            var output = from.PeekOutput().Span;
            var room = to.GetReceiveBuffer().Span;
            int count = Math.Min(output.Length, room.Length);
            output.Slice(0, count).CopyTo(room);
            to.CommitReceived(count);
            from.AdvanceOutput(count);
            if (to.NextTimeout is not null)
            {
                break;
            }
        }
    }

    private void OnServerEvent(in SshEvent e)
    {
        if (e.Kind == SshEventKind.ChannelData)
        {
            Received += _server.BorrowData(e).Length;
            return;
        }

        switch (e.Body)
        {
            case AuthAttempt attempt:
                attempt.Accept();
                break;
            case UserPresented user:
                user.Allow("password");
                break;
            case OpenRequested open:
                open.Accept();
                break;
            case Closed closed:
                throw new InvalidOperationException("server: " + closed.Error);
            default:
                break;
        }
    }

    private static void OnClientEvent(in SshEvent e)
    {
        switch (e.Body)
        {
            case HostKeyOffered offered:
                offered.Accept();
                break;
            case AuthMethodNeeded needed:
                needed.TryPassword("secret"u8);
                break;
            case Closed closed:
                throw new InvalidOperationException("client: " + closed.Error);
            default:
                break;
        }
    }
}
