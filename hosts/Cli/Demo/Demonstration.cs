using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Cli.Arguments;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Kex;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Cli.Demo;

/// <summary><c>sshcore demo</c>: client and server in one process, over a real socket.</summary>
internal static class Demonstration
{
    private const string Command = "echo Hello from $(uname -s -m), as process $$";
    private const int ChunkSize = 256 * 1024;

    /// <summary>Runs it.</summary>
    /// <returns>0 if what came back is what was sent.</returns>
    internal static async Task<int> RunAsync(int megabytes, CancellationToken cancellation)
    {
        if (megabytes is < 1 or > 100_000)
        {
            throw new UsageException("--size wants 1 to 100000");
        }

        long start = Stopwatch.GetTimestamp();
        using SshPrivateKey hostKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        using SshPrivateKey userKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        await using var server = new SshServer(new SshServerOptions(new DemoPolicy(userKey.PublicKey), hostKey));
        IPEndPoint at = server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        Say("server", $"{at}, host key {hostKey.PublicKey.KeyType} {hostKey.PublicKey.Fingerprint(DefaultCrypto.Provider)}");

        long connecting = Stopwatch.GetTimestamp();
        await using SshClient client = await SshClient.ConnectAsync(
            new SshClientOptions(IPAddress.Loopback.ToString(), at.Port)
            {
                UserName = "demo",
                Credentials = [SshCredential.Key(userKey)],
                HostKeyPolicy = SshHostKeyPolicy.Pinned(hostKey.PublicKey),
            },
            cancellation).ConfigureAwait(false);
        Say("connected", $"and logged in as {client.UserName} by publickey in {Since(connecting)}");
        SayAlgorithms(client.Algorithms!);

        long running = Stopwatch.GetTimestamp();
        SshCommandResult result = await client.RunAsync(Command, cancellation).ConfigureAwait(false);
        Say("command", $"{Command}");
        Say("", $"{result.OutputText.TrimEnd()} ({result.Exit}, {Since(running)})");

        bool isEqual = await TransferAsync(client, (long)megabytes << 20, cancellation).ConfigureAwait(false);
        Say(isEqual && result.IsSuccess ? "done" : "FAILED", "in " + Since(start));
        return isEqual && result.IsSuccess ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<bool> TransferAsync(SshClient client, long size, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        using SshSession session = await client.OpenSessionAsync(cancellation).ConfigureAwait(false);
        await session.ExecAsync(DemoPolicy.Echo, cancellation).ConfigureAwait(false);
        Task<(byte[] Digest, TimeSpan Rekey)> sending = SendAsync(client, session, size, cancellation);
        byte[] received = await ReceiveAsync(session, size, cancellation).ConfigureAwait(false);
        (byte[] sent, TimeSpan rekey) = await sending.ConfigureAwait(false);
        SshExit exit = await session.ExitAsync(cancellation).ConfigureAwait(false);

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        bool isEqual = sent.AsSpan().SequenceEqual(received) && exit.IsSuccess;
        double rate = size / time.TotalSeconds / (1 << 20);
        Say("transfer", string.Create(CultureInfo.InvariantCulture, $"{size >> 20} MiB there and back in {Text(time)}, {rate:F0} MiB/s each way; keys changed in the middle in {Text(rekey)}"));
        Say("sent", "SHA-256 " + Convert.ToHexStringLower(sent));
        Say("received", "SHA-256 " + Convert.ToHexStringLower(received) + (isEqual ? ", equal" : ", DIFFERENT"));
        return isEqual;
    }

    private static async Task<(byte[] Digest, TimeSpan Rekey)> SendAsync(SshClient client, SshSession session, long size, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = RandomNumberGenerator.GetBytes(ChunkSize);
        Task<TimeSpan>? rekey = null;
        for (long sent = 0; sent < size; sent += chunk.Length)
        {
            // Each chunk differs, so that none can take another's place.
            BitConverter.TryWriteBytes(chunk, sent);
            int count = (int)Math.Min(chunk.Length, size - sent);
            digest.AppendData(chunk, 0, count);
            await session.WriteAsync(chunk.AsMemory(0, count), cancellation).ConfigureAwait(false);
            if (rekey is null && sent + count >= size / 2)
            {
                rekey = RekeyAsync(client, cancellation);
            }
        }

        session.SendEof();
        return (digest.GetHashAndReset(), await rekey!.ConfigureAwait(false));
    }

    private static async Task<TimeSpan> RekeyAsync(SshClient client, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        await client.RekeyAsync(cancellation).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<byte[]> ReceiveAsync(SshSession session, long size, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bar = new ProgressBar(size);
        byte[] buffer = new byte[ChunkSize];
        long received = 0;
        int count;
        while ((count = await session.ReadAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false)) > 0)
        {
            digest.AppendData(buffer, 0, count);
            received += count;
            bar.Show(received);
        }

        bar.Clear();
        return digest.GetHashAndReset();
    }

    private static void SayAlgorithms(NegotiatedAlgorithms algorithms)
    {
        Say("", $"key exchange {algorithms.KeyExchange}{(algorithms.StrictKex ? ", strict" : "")}");
        Say("", $"host key     {algorithms.HostKey}");
        Say("", $"cipher       {algorithms.CipherOut}{By(algorithms.CipherOut)}");
        Say("", $"MAC          {(algorithms.MacOut.Length > 0 ? algorithms.MacOut : "the cipher's own")}");
    }

    /// <summary>Which library does a cipher's maths here.</summary>
    private static string By(string cipher) =>
        CipherAlgorithm.Find(cipher) is { } found && DefaultCrypto.Provider.Serving(found.Primitive) is { } provider ? $", by {provider.Name}" : "";

    private static void Say(string what, string text) => Console.WriteLine($"{what,-10} {text}");

    private static string Since(long start) => Text(Stopwatch.GetElapsedTime(start));

    private static string Text(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F2} s");
}
