using SshCore.Security;

namespace SshCore.Interop;

/// <summary>
/// The provider for those who have no reason to choose: per primitive the fastest one that this machine has.
/// <see cref="SshCryptoProvider.Serving"/> says which one that is.
/// </summary>
public static class DefaultCrypto
{
    private static readonly Lazy<SshCryptoProvider> Shared = new(Create);

    /// <summary>A shared instance; providers are thread-safe.</summary>
    public static SshCryptoProvider Provider => Shared.Value;

    /// <summary>A new composition over fresh providers.</summary>
    public static SshCryptoProvider Create()
    {
        var all = AvailableProviders.Create();
        return new ComposedProvider(all, primitive => AvailableProviders.InOrder(primitive, all));
    }
}
