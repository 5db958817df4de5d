using SshCore.Security;

namespace SshCore.Tests.Core.Pair;

/// <summary>Which MACs and host keys go with a key exchange and a cipher: all of them.</summary>
internal static class MatrixChoice
{
    public static IEnumerable<(string? Mac, string HostKey)> Rest(string keyExchange, string cipher)
    {
        IReadOnlyList<string?> macs = CipherAlgorithm.Find(cipher)!.Authenticates ? [null] : [.. SshAlgorithms.Macs];
        foreach (string? mac in macs)
        {
            foreach (string hostKey in SshAlgorithms.Signatures)
            {
                yield return (mac, hostKey);
            }
        }
    }
}
