using SshCore.Config;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Takes a server's groups from a moduli file.</summary>
public sealed class ModuliGroupSource : GexGroupSource
{
    private readonly ModuliFile _file;

    /// <summary>Chooses from <paramref name="file"/>.</summary>
    /// <exception cref="ArgumentException">The file has no group: such a server does not offer group exchange.</exception>
    public ModuliGroupSource(ModuliFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _file = file.Count > 0 ? file : throw new ArgumentException("The moduli file has no usable group.", nameof(file));
    }

    /// <inheritdoc/>
    public override bool TryChoose(int minimum, int preferred, int maximum, RandomSource random, out ReadOnlyMemory<byte> prime, out ReadOnlyMemory<byte> generator) =>
        _file.TryChoose(minimum, preferred, maximum, random, out prime, out generator);
}
