using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>A provider under test, with a name for the test list.</summary>
internal sealed record Under(SshCryptoProvider Provider)
{
    public override string ToString() => Provider.Name.Contains('+', StringComparison.Ordinal) ? "default" : Provider.Name;
}
