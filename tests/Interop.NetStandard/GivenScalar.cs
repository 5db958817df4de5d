using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>A key pair with a published scalar.</summary>
internal static class GivenScalar
{
    public static SshKeyAgreement Create(SshCryptoProvider provider, Primitive primitive, byte[] scalar) =>
        provider.CreateKeyAgreement(primitive, new ScriptedRandom(scalar));
}
