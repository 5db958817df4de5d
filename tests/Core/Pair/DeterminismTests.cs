using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using SshCore.Interop.BouncyCastle;
using SshCore.Memory;
using SshCore.Security;

namespace SshCore.Tests.Core.Pair;

/// <summary>Bytes, ticks, commands and random numbers in: the same bytes out, today and tomorrow.</summary>
internal sealed class DeterminismTests
{
    // Set to a folder, it gets the present hashes to be put in the golden file's place.
    private const string UpdateVariable = "SSHCORE_UPDATE_GOLDEN";

    // Portable and seedable: all it does follows from the random source it is given.
    private static readonly BouncyCastleProvider Crypto = new();

    [Test]
    public void TwoRunsWithOneSeedGiveEqualBytes([Values] MemoryChunking chunking)
    {
        var plan = new PairPlan { Crypto = Crypto, Bytes = 32 * 1024, Options = new() { Chunking = chunking, Seed = 5, LatencyToServer = TimeSpan.FromMilliseconds(3) } };
        Assert.That(Run(plan), Is.EqualTo(Run(plan)));
    }

    [Test]
    public void AnotherSeedGivesOtherBytes()
    {
        var plan = new PairPlan { Crypto = Crypto, Bytes = 1024 };
        Assert.That(Run(plan with { Seed = 2 }).ToServer, Is.Not.EqualTo(Run(plan).ToServer));
    }

    /// <summary>Handshake, log-in, a rekey from each side and 32 KiB both ways, per key exchange, down to the byte.</summary>
    [Test]
    public void TranscriptsAreTheGoldenOnes()
    {
        var text = new StringBuilder();
        foreach (string keyExchange in SshAlgorithms.KeyExchanges)
        {
            var (toServer, toClient) = Run(new PairPlan { Crypto = Crypto, KeyExchange = keyExchange, Bytes = 32 * 1024 });
            byte[] hash = SHA256.HashData([.. toServer, .. toClient]);
            text.Append(keyExchange).Append(' ').Append(toServer.Length).Append(' ').Append(toClient.Length).Append(' ').Append(Convert.ToHexStringLower(hash)).Append('\n');
        }

        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "Transcripts.txt"), text.ToString());
        }

        Assert.That(text.ToString().Split('\n'), Is.EqualTo(Fixture.Text("Transcripts.txt").Split('\n')));
    }

    [Test]
    public void RecordingReplaysByteExact([Values] Role role)
    {
        var plan = new PairPlan { Bytes = 64 * 1024, Crypto = Crypto, KeyExchange = "curve25519-sha256" };
        var recorder = new ConnectionRecorder();
        using (var world = new PairWorld(plan))
        {
            if (role == Role.Client)
            {
                world.Pair.ClientRecorder = recorder;
            }
            else
            {
                world.Pair.ServerRecorder = recorder;
            }

            world.RunToTheEnd();
            recorder.Command("ignore", role == Role.Client ? world.Pair.Client : world.Pair.Server, c => c.SendIgnore(3));
            world.Pair.Run();
        }

        var recording = ConnectionRecording.Load(recorder.ToRecording().Save());
        Assert.That(recording.Output(), Is.Not.Empty);
        var commands = new Dictionary<string, Action<SshConnection>> { ["ignore"] = c => c.SendIgnore(3) };
        Assert.That(Replay(recording, plan, role, commands), Is.Null);
        commands["ignore"] = c => c.SendIgnore(4);
        Assert.That(Replay(recording, plan, role, commands), Does.Contain("output"));
        commands.Clear();
        Assert.That(Replay(recording, plan, role, commands), Does.Contain("no command 'ignore'"));
        Assert.That(Replay(recording, plan with { Seed = 9 }, role, commands), Does.Contain("output"));
    }

    [Test]
    public void DamagedRecordingIsRefused()
    {
        var recorder = new ConnectionRecorder();
        recorder.Ticked(default);
        byte[] saved = recorder.ToRecording().Save();
        Assert.Throws<FormatException>(() => ConnectionRecording.Load(saved.AsSpan(0, saved.Length - 1)));
        saved[0] = 99;
        Assert.Throws<FormatException>(() => ConnectionRecording.Load(saved));
    }

    private static string? Replay(ConnectionRecording recording, PairPlan plan, Role role, Dictionary<string, Action<SshConnection>> commands)
    {
        SshConnection connection = role == Role.Client ? plan.Client() : plan.Server();
        using (connection)
        {
            (connection as SshClientConnection)?.Authenticate("user");
            return ConnectionReplayer.Replay(recording, connection, new PairSide(connection, plan).On, commands);
        }
    }

    private static (byte[] ToServer, byte[] ToClient) Run(PairPlan plan)
    {
        var toServer = new List<byte>();
        var toClient = new List<byte>();
        using var world = new PairWorld(plan);
        world.Pair.ToServer.Tap = (_, bytes) => Add(toServer, bytes);
        world.Pair.ToClient.Tap = (_, bytes) => Add(toClient, bytes);
        world.RunToTheEnd();
        return ([.. toServer], [.. toClient]);
    }

    private static ReadOnlyMemory<byte> Add(List<byte> all, ReadOnlyMemory<byte> bytes)
    {
        all.AddRange(bytes.ToArray());
        return bytes;
    }
}
