using System.Diagnostics;
using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Tests.Native;

/// <summary>What going through the exports costs.</summary>
public sealed class CostTests
{
    private const long Bytes = 64L << 20;

    [TestCase(false)]
    [TestCase(true)]
    public void ChannelDataAllocatesNothing(bool inPlace)
    {
        using var pair = new ExportedPair();
        byte[] message = new byte[32 * 1024];
        pair.Carry(Bytes, message, inPlace);
        long before = GC.GetAllocatedBytesForCurrentThread();
        pair.Carry(Bytes, message, inPlace);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine($"{allocated} bytes for {Bytes / message.Length} packets of 32 KiB");

        // Nothing per packet; a buffer of a pool that another thread has emptied may be made anew.
        Assert.That(allocated / (Bytes / message.Length), Is.Zero);
    }

    // The times are for whoever reads the output: no test fails for them.
    [Test]
    public void ExportsCarryWhatThePairOfCoreCarries()
    {
        using var exported = new ExportedPair();
        using var managed = new ManagedPair();
        byte[] message = new byte[32 * 1024];
        var ratios = new List<double>();
        double best = double.MaxValue, bestManaged = double.MaxValue;
        for (int round = 0; round < 13; round++)
        {
            double through = Measure(() => exported.Carry(Bytes, message));
            double direct = Measure(() => managed.Carry(Bytes, message));
            if (round >= 4)
            {
                ratios.Add(through / direct);
                best = Math.Min(best, through);
                bestManaged = Math.Min(bestManaged, direct);
            }
        }

        double median = ratios.Order().ElementAt(ratios.Count / 2);
        TestContext.Out.WriteLine($"exports / core: median {median:0.000}, best {best / bestManaged:0.000}; {Bytes / best / (1 << 20):0} MiB/s");
        Assert.That(exported.Received, Is.EqualTo(managed.Received));
    }

    private static double Measure(Action body)
    {
        long start = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The same pair and the same loop on core itself.</summary>
    private sealed class ManagedPair : IDisposable
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
}
