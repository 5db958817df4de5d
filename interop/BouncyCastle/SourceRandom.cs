using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>A <see cref="RandomSource"/> in the shape BouncyCastle asks for. Seed material is ignored: the source needs none.</summary>
internal sealed class SourceRandom : IRandomGenerator
{
    private readonly RandomSource _source;

    private SourceRandom(RandomSource source) => _source = source;

    public static SecureRandom Over(RandomSource source) => new(new SourceRandom(source));

    public void AddSeedMaterial(byte[] seed)
    {
    }

    [SuppressMessage("Performance", "CA1822", Justification = "An interface member in BouncyCastle's newer builds.")]
    public void AddSeedMaterial(ReadOnlySpan<byte> seed)
    {
    }

    public void AddSeedMaterial(long seed)
    {
    }

    public void NextBytes(byte[] bytes) => _source.Fill(bytes);

    public void NextBytes(byte[] bytes, int start, int len) => _source.Fill(bytes.AsSpan(start, len));

    public void NextBytes(Span<byte> bytes) => _source.Fill(bytes);
}
