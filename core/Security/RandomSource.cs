namespace SshCore.Security;

/// <summary>Where keys, nonces, cookies and padding come from. The core has no source of its own.</summary>
public abstract class RandomSource
{
    /// <summary>Fills all of <paramref name="destination"/> with unpredictable bytes.</summary>
    public abstract void Fill(Span<byte> destination);
}
