using System.Diagnostics;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>Whole runs on one thread in one process, each against the raw primitive in turn, so that ratios hold on a noisy machine.</summary>
internal static class WholeRuns
{
    private const int Rounds = 7;
    private const string Mac = "hmac-sha2-256-etm@openssh.com";

    public static void Run()
    {
        Console.WriteLine("In-memory channel data, client to server, one thread; median of " + Rounds + " rounds.");
        Console.WriteLine($"{"cipher",-32} {"MiB/s",8} {"raw MiB/s",10} {"share",6} {"B/packet",9}   {"64 B µs",8}");
        foreach (string cipher in SshAlgorithms.Ciphers)
        {
            Throughput(cipher);
        }

        Console.WriteLine();
        IdleConnections();
        Console.WriteLine();
        Console.WriteLine("Handshake with log-in, both ends on one thread.");
        Console.WriteLine($"{"key exchange",-42} {"per second",10} {"ms",8}");
        foreach (string kex in SshAlgorithms.KeyExchanges)
        {
            if (kex.IndexOf("group-exchange", StringComparison.Ordinal) < 0 && kex.IndexOf("group18", StringComparison.Ordinal) < 0)
            {
                Handshakes(kex);
            }
        }
    }

    public static void IdleConnections()
    {
        Console.WriteLine("Managed memory that one idle connection keeps, logged in, buffers included.");
        Console.WriteLine($"{"cipher",-32} {"channel",8} {"pair KiB",10} {"server KiB",12}");
        foreach (string cipher in (string[])["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr"])
        {
            Idle(cipher, channel: false);
            Idle(cipher, channel: true);
        }
    }

    private static void Throughput(string cipher)
    {
        const long Bytes = 64L << 20;
        var message = new byte[32 * 1024];
        var small = new byte[64];
        var algorithms = SshAlgorithmPreferences.Default with { KeyExchanges = ["curve25519-sha256"], Ciphers = [cipher], Macs = [Mac] };
        using var connection = new InMemoryConnection(algorithms);
        using var raw = new RawPackets(cipher, Mac, message.Length + 16);
        connection.OpenChannel();
        connection.Carry(Bytes, message);
        connection.Carry(1 << 20, small);
        for (int i = 0; i < 200; i++)
        {
            raw.SealAndOpen();
        }

        var ours = new List<double>();
        var raws = new List<double>();
        var ratios = new List<double>();
        var smalls = new List<double>();
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            double own = Measure(() => connection.Carry(Bytes, message));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            double floor = Measure(() =>
            {
                for (long done = 0; done < Bytes; done += message.Length)
                {
                    raw.SealAndOpen();
                }
            });
            ours.Add(Bytes / own);
            raws.Add(Bytes / floor);
            ratios.Add(floor / own);
            smalls.Add(Measure(() => connection.Carry(4 << 20, small)) / ((4 << 20) / small.Length));
        }

        Console.WriteLine($"{cipher,-32} {Median(ours) / (1 << 20),8:0} {Median(raws) / (1 << 20),10:0} {Median(ratios),6:0.00} {allocated / (Bytes / message.Length),9} {Median(smalls) * 1e6,10:0.00}");
    }

    private static void Handshakes(string kex)
    {
        var algorithms = SshAlgorithmPreferences.Default with { KeyExchanges = [kex] };
        for (int i = 0; i < 20; i++)
        {
            new InMemoryConnection(algorithms).Dispose();
        }

        var times = new List<double>();
        for (int i = 0; i < 40; i++)
        {
            times.Add(Measure(() => new InMemoryConnection(algorithms).Dispose()));
        }

        Console.WriteLine($"{kex,-42} {1 / Median(times),10:0} {Median(times) * 1e3,8:0.00}");
    }

    private static void Idle(string cipher, bool channel)
    {
        const int Connections = 400;
        var algorithms = SshAlgorithmPreferences.Default with { KeyExchanges = ["curve25519-sha256"], Ciphers = [cipher], Macs = [Mac] };
        InMemoryConnection Connect()
        {
            var connection = new InMemoryConnection(algorithms);
            if (channel)
            {
                connection.OpenChannel();
            }

            return connection;
        }

        for (int i = 0; i < 50; i++)
        {
            Connect().Dispose();
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        var pairs = new InMemoryConnection[Connections];
        for (int i = 0; i < Connections; i++)
        {
            pairs[i] = Connect();
        }

        long both = GC.GetTotalMemory(forceFullCollection: true) - before;
        var servers = Array.ConvertAll(pairs, static pair => pair.KeepServer());
        Array.Clear(pairs);
        long alone = GC.GetTotalMemory(forceFullCollection: true) - before;
        foreach (var server in servers)
        {
            server.Dispose();
        }

        Console.WriteLine($"{cipher,-32} {(channel ? "yes" : "no"),8} {both / 1024.0 / Connections,10:0.0} {alone / 1024.0 / Connections,12:0.0}");
    }

    private static double Measure(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
