using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Security;

namespace SshCore.Tests.Core.Pair;

/// <summary>0 bytes allocated per data packet once things are warm, in both directions, for every cipher and MAC.</summary>
[NonParallelizable]
internal sealed class AllocationTests
{
    private const int Packets = 500;

    private static IEnumerable<TestCaseData> Protections()
    {
        foreach (string cipher in SshAlgorithms.Ciphers)
        {
            if (CipherAlgorithm.Find(cipher)!.Authenticates)
            {
                yield return new TestCaseData(cipher, null);
                continue;
            }

            foreach (string mac in SshAlgorithms.Macs)
            {
                yield return new TestCaseData(cipher, mac);
            }
        }
    }

    [TestCaseSource(nameof(Protections))]
    public void DataPacketsAllocateNothing(string cipher, string? mac)
    {
        foreach (int size in (int[])[64, 32 * 1024])
        {
            foreach (bool toServer in (bool[])[true, false])
            {
                Assert.That(Measure(cipher, mac, size, toServer), Is.Zero, $"{size} bytes {(toServer ? "to the server" : "to the client")}");
            }
        }
    }

    private static long Measure(string cipher, string? mac, int size, bool toServer)
    {
        var plan = new PairPlan { Cipher = cipher, Mac = mac, KeyExchange = "curve25519-sha256" };
        using var client = plan.Client();
        using var server = plan.Server();
        client.Authenticate("user");
        var line = new Line(client, server);
        line.OpenChannel();
        var data = new byte[size];

        // Warm: buffers rented and grown, windows grown to their end, tiers compiled.
        line.Carry(data, 2 * Packets, toServer);
        // The collector trims the shared pool now and then: what is rented anew after that is not a cost of packets, which
        // would be there every time.
        long least = long.MaxValue;
        for (int i = 0; i < 3 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            line.Carry(data, Packets, toServer);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The leanest host there can be: peek, lease, commit, poll, borrow.</summary>
    private sealed class Line(SshClientConnection client, SshServerConnection server)
    {
        private ChannelId _ofClient;
        private ChannelId _ofServer;
        private int _received;

        public void OpenChannel()
        {
            client.Tick(default);
            server.Tick(default);
            bool asked = false;
            while (_ofClient.IsNone || _ofServer.IsNone)
            {
                Pump(client);
                Pump(server);
                Move(client, server);
                Move(server, client);
                if (client.IsAuthenticated && !asked)
                {
                    asked = true;
                    client.OpenChannel(ChannelOpen.Session());
                }
            }
        }

        public void Carry(byte[] data, int packets, bool toServer)
        {
            SshConnection from = toServer ? client : server;
            SshConnection to = toServer ? server : client;
            var channel = from.Channel(toServer ? _ofClient : _ofServer);
            _received = 0;
            for (int i = 0; i < packets; i++)
            {
                int written = 0;
                while (written < data.Length)
                {
                    written += channel.Write(data.AsSpan(written));
                    Move(from, to);
                    Pump(to);
                    Move(to, from);
                    Pump(from);
                }
            }

            if (_received != packets * data.Length)
            {
                throw new AssertionException($"{_received} bytes of {packets * data.Length} came.");
            }
        }

        private static void Move(SshConnection from, SshConnection to)
        {
            while (from.HasOutput)
            {
                var output = from.PeekOutput().Span;
                var room = to.GetReceiveBuffer().Span;
                int count = Math.Min(output.Length, room.Length);
                output[..count].CopyTo(room);
                to.CommitReceived(count);
                from.AdvanceOutput(count);
            }
        }

        private void Pump(SshConnection connection)
        {
            while (connection.TryPollEvent(out var e))
            {
                if (e.Kind == SshEventKind.ChannelData)
                {
                    _received += connection.BorrowData(e).Length;
                    continue;
                }

                if (e.Body is OpenRequested open)
                {
                    _ofServer = open.Id;
                }
                else if (e.Kind == SshEventKind.ChannelOpened)
                {
                    _ofClient = e.Channel;
                }

                AcceptAll.Answer(e);
            }
        }
    }
}
