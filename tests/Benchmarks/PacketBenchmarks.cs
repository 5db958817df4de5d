using BenchmarkDotNet.Attributes;

namespace SshCore.Benchmarks;

/// <summary>Seal and open of one packet by the raw primitive, per cipher and size.</summary>
[MemoryDiagnoser]
public class PacketBenchmarks
{
    private RawPackets? _raw;

    /// <summary>The cipher; CTR ciphers run with hmac-sha2-256-etm.</summary>
    [Params("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")]
    public string Cipher { get; set; } = "";

    /// <summary>Payload bytes.</summary>
    [Params(64, 1024, 32768)]
    public int Size { get; set; }

    /// <summary>Makes the primitives.</summary>
    [GlobalSetup]
    public void Setup() => _raw = new RawPackets(Cipher, "hmac-sha2-256-etm@openssh.com", Size);

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _raw!.Dispose();

    /// <summary>One packet sealed and opened.</summary>
    [Benchmark]
    public void SealAndOpen() => _raw!.SealAndOpen();
}
