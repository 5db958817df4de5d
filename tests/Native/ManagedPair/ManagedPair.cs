using SshCore;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Tests.Native;

/// <summary>The pair and the loop of Programs/pair.h on core itself.</summary>
internal sealed class ManagedPair : IDisposable
{
    private readonly SshClientConnection _client;
    private readonly SshServerConnection _server;
    private readonly ChannelId _channel;
    private bool _isOpen;

    public long Received { get; private set; }

    public ManagedPair()
    {
        var algorithms = SshAlgorithmPreferences.Default with { Ciphers = ["aes256-gcm@openssh.com"], KeyExchanges = ["curve25519-sha256"] };
        _client = new SshClientConnection(new SshClientSettings(DefaultCrypto.Provider) { Algorithms = algorithms });
        _server = new SshServerConnection(new SshServerSettings(DefaultCrypto.Provider, new SshHostKey(SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519))) { Algorithms = algorithms });
        _client.Authenticate("joe");
        while (!_client.IsAuthenticated)
        {
            Step();
        }

        _channel = _client.OpenChannel(ChannelOpen.Session());
        while (!_isOpen)
        {
            Step();
        }
    }

    public void Carry(long bytes, byte[] message)
    {
        long goal = Received + bytes, sent = 0;
        while (Received < goal)
        {
            long queued = 0;
            int written = 1;
            while (sent < bytes && written > 0 && queued < 128 * 1024)
            {
                written = _client.Channel(_channel).Write(message);
                sent += written;
                queued += written;
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
            if (e.Kind == SshEventKind.ChannelData)
            {
                Received += _server.BorrowData(e).Length;
                continue;
            }

            switch (e.Body)
            {
                case AuthAttempt attempt:
                    attempt.Accept();
                    break;
                case OpenRequested open:
                    open.Accept();
                    break;
                case SshDecision other:
                    other.Deny();
                    break;
                default:
                    break;
            }
        }

        Move(_server, _client);
        while (_client.TryPollEvent(out var e))
        {
            _isOpen |= e.Kind == SshEventKind.ChannelOpened;
            switch (e.Body)
            {
                case HostKeyOffered key:
                    key.Accept();
                    break;
                case AuthMethodNeeded method:
                    method.TryPassword("x"u8);
                    break;
                default:
                    break;
            }
        }

        _ = _client.NextTimeout;
        _client.Tick(default);
    }

    private static void Move(SshConnection from, SshConnection to)
    {
        while (from.HasOutput && to.WantsInput)
        {
            var data = from.PeekOutput().Span;
            var room = to.GetReceiveBuffer().Span;
            int length = Math.Min(data.Length, room.Length);
            data.Slice(0, length).CopyTo(room);
            to.CommitReceived(length);
            from.AdvanceOutput(length);
            if (length >= 128 * 1024)
            {
                return;
            }
        }
    }
}
