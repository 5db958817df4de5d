using System.Linq;
using SshCore.Security;

namespace SshCore.Tests.Core.Pair;

/// <summary>
/// Which MACs and host keys go with a key exchange and a cipher here, where BouncyCastle alone does the maths: two of each,
/// so chosen that every key exchange and every cipher meets every MAC and every host key.
/// </summary>
internal static class MatrixChoice
{
    public static IEnumerable<(string? Mac, string HostKey)> Rest(string keyExchange, string cipher)
    {
        int method = Index(SshAlgorithms.KeyExchanges, keyExchange);
        int place = Index(SshAlgorithms.Ciphers, cipher);
        bool authenticates = CipherAlgorithm.Find(cipher)!.Authenticates;
        for (int i = 0; i < 2; i++)
        {
            string mac = SshAlgorithms.Macs[(method + (2 * place) + i) % SshAlgorithms.Macs.Count];
            yield return (authenticates ? null : mac, SshAlgorithms.Signatures[(method + place + i) % SshAlgorithms.Signatures.Count]);
        }
    }

    private static int Index(IReadOnlyList<string> names, string name) => names.TakeWhile(n => n != name).Count();
}
