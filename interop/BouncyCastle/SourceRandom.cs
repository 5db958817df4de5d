using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Crypto.Prng;
using Org.BouncyCastle.Security;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>A <see cref="RandomSource"/> in the shape BouncyCastle asks for. Seed material is ignored: the source needs none.</summary>
/// <remarks>
/// The members with spans belong to the interface in BouncyCastle's newer builds only. A program on .NET 6 to 9 gets our
/// netstandard2.0 build with such a build of BouncyCastle: there the runtime finds them because they are virtual.
/// </remarks>
[SuppressMessage("Performance", "CA1852", Justification = "A sealed class cannot have virtual members.")]
internal class SourceRandom : IRandomGenerator
{
    private readonly RandomSource _source;

    private SourceRandom(RandomSource source) => _source = source;

    public static SecureRandom Over(RandomSource source) => new(new SourceRandom(source));

    public void AddSeedMaterial(byte[] seed)
    {
    }

    public virtual void AddSeedMaterial(ReadOnlySpan<byte> seed)
    {
    }

    public void AddSeedMaterial(long seed)
    {
    }

    public void NextBytes(byte[] bytes) => _source.Fill(bytes);

    public void NextBytes(byte[] bytes, int start, int len) => _source.Fill(bytes.AsSpan(start, len));

    public virtual void NextBytes(Span<byte> bytes) => _source.Fill(bytes);
}
