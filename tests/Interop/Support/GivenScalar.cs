using SshCore.Interop.Bcl;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>A key pair with a published scalar.</summary>
internal static class GivenScalar
{
    // The in-box key pairs take no random source, so the scalar goes in by an inner door.
    public static SshKeyAgreement Create(SshCryptoProvider provider, Primitive primitive, byte[] scalar) =>
        provider.Serving(primitive) is BclProvider
            ? new EcdhAgreement(primitive, scalar)
            : provider.CreateKeyAgreement(primitive, new ScriptedRandom(scalar));
}
