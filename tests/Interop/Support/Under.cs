using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>A provider under test, with a name for the test list.</summary>
internal sealed record Under(SshCryptoProvider Provider)
{
    public bool IsDefault => Provider.Name.Contains('+', StringComparison.Ordinal);

    public override string ToString() => IsDefault ? "default" : Provider.Name;
}
