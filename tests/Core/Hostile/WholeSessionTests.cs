using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>
/// An honest session from the first byte to a rekey after log-in, written down and fed again to fresh connections with the
/// same seeds: cut at every byte, with every byte damaged, in pieces of every size.
/// </summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class WholeSessionTests(Role role)
{
    [Test]
    public void TruncationAtEveryByteIsALoss()
    {
        var crypto = new NullProvider();
        byte[] session = Record(crypto, out _, out _);
        for (int length = 0; length < session.Length; length++)
        {
            using var connection = Subjects.Connection(role, crypto: crypto);
            var events = Feed(connection, session.AsSpan(0, length), end: true);
            Assert.That(events.FindAll(e => e.Kind == SshEventKind.Closed), Has.Count.EqualTo(1), $"cut after {length}");
            Assert.That(connection.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost), $"cut after {length}");
            Assert.That(connection.IsFinished);
        }
    }

    [Test]
    public void DamageOfAnyByteNeverGoesThrough()
    {
        var crypto = Subjects.Crypto;
        byte[] session = Record(crypto, out var plainPadding, out byte[] output);
        for (int i = 0; i < session.Length; i++)
        {
            byte[] damaged = (byte[])session.Clone();
            damaged[i] ^= (byte)(1 << (i % 8));
            using var connection = Subjects.Connection(role, crypto: crypto);
            var sent = new List<byte>();
            var events = Feed(connection, damaged, end: true, sent: sent);
            Assert.That(events.FindAll(e => e.Kind == SshEventKind.Closed), Has.Count.EqualTo(1), $"byte {i}");

            // Before keys nothing authenticates the padding; everything else is in the exchange hash or under a MAC.
            bool harmless = plainPadding.Contains(i);
            Assert.That(sent.Count == output.Length && sent.ToArray().AsSpan().SequenceEqual(output), Is.EqualTo(harmless), $"byte {i}: {connection.Error}");
        }
    }

    [Test]
    public void PiecesOfAnySizeGiveTheSame([Values(1, 2, 3, 7, 16, 63, 1000)] int size)
    {
        var crypto = Subjects.Crypto;
        byte[] session = Record(crypto, out _, out byte[] output);
        using var connection = Subjects.Connection(role, crypto: crypto);
        var sent = new List<byte>();
        var events = Feed(connection, session, end: false, size, sent);
        Assert.That(sent, Is.EqualTo(output));
        Assert.That(events.FindAll(e => e.Kind == SshEventKind.KeysChanged), Has.Count.EqualTo(2));
    }

    [Test]
    public void GarbageAfterAnyPrefixEndsInOneError()
    {
        var crypto = Subjects.Crypto;
        byte[] session = Record(crypto, out _, out _);
        var random = new SeededRandom(9);
        for (int length = 0; length < session.Length; length += 1 + random.Next(25))
        {
            var garbage = new byte[300 * 1024];
            random.Fill(garbage);
            using var connection = Subjects.Connection(role, crypto: crypto);
            var events = Feed(connection, [.. session[..length], .. garbage], end: true, size: 10_000);
            Assert.That(events.FindAll(e => e.Kind == SshEventKind.Closed), Has.Count.EqualTo(1), $"after {length}");
            Assert.That(connection.Error!.Kind, Is.Not.AnyOf(SshErrorKind.ConnectionLost, SshErrorKind.LocalDisconnect, SshErrorKind.HostFailure), $"after {length}");
        }
    }

    private byte[] Record(SshCryptoProvider crypto, out HashSet<int> plainPadding, out byte[] output)
    {
        var offer = new ScriptKexInit { KeyExchanges = "curve25519-sha256" };
        using var script = Subjects.Start(role, script: o => o with { KexInit = offer }, crypto: crypto);
        var sent = new List<byte>();
        var padding = new HashSet<int>();
        script.OnSend = bytes =>
        {
            int start = sent.Count;
            sent.AddRange(bytes);
            if (script.TagLength == 0 && bytes[0] == 0)
            {
                for (int i = bytes.Length - bytes[4]; i < bytes.Length; i++)
                {
                    padding.Add(start + i);
                }
            }
        };
        script.LogIn();
        script.Send(MessageId.Ping, w => w.WriteString("ping"u8));
        script.Expect(MessageId.Pong);
        script.Rekey();
        script.Send(MessageId.Ping, w => w.WriteString("pong"u8));
        script.Expect(MessageId.Pong);
        plainPadding = padding;
        output = script.Output(0);
        return [.. sent];
    }

    // The application does the same at the same events as in the recording: a client logs in once keys are there.
    private static List<SshEvent> Feed(SshConnection connection, ReadOnlySpan<byte> bytes, bool end, int size = int.MaxValue, List<byte>? sent = null)
    {
        var events = new List<SshEvent>();
        connection.Tick(default);
        Poll();
        while (!bytes.IsEmpty && connection.WantsInput)
        {
            int taken = connection.Receive(bytes[..Math.Min(size, bytes.Length)]);
            bytes = bytes[taken..];
            Poll();
        }

        if (end)
        {
            connection.ReceiveEnd();
            Poll();
        }

        return events;

        void Poll()
        {
            bool progress = true;
            while (progress)
            {
                progress = false;
                while (connection.TryPollEvent(out var e))
                {
                    progress = true;
                    events.Add(e);
                    AcceptAll.Answer(e);
                    if (e.Kind == SshEventKind.KeysChanged && connection is SshClientConnection client && client.UserName is null && ((KeysChanged)e.Body!).Exchange == 1)
                    {
                        client.Authenticate("user");
                    }
                }

                while (connection.HasOutput)
                {
                    progress = true;
                    var output = connection.PeekOutput();
                    sent?.AddRange(output.ToArray());
                    connection.AdvanceOutput(output.Length);
                }
            }
        }
    }
}
