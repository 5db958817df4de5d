using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Where a server takes the groups for diffie-hellman-group-exchange from, for example a moduli file.</summary>
public abstract class GexGroupSource
{
    /// <summary>
    /// Chooses a group for the client's range in bits: the nearest size at or above <paramref name="preferred"/>, else the
    /// largest at or above <paramref name="minimum"/>, never one outside the range. Both results are unsigned big-endian
    /// magnitudes; false if no group fits.
    /// </summary>
    public abstract bool TryChoose(int minimum, int preferred, int maximum, RandomSource random, out ReadOnlyMemory<byte> prime, out ReadOnlyMemory<byte> generator);
}
