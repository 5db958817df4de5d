using System.IO;
using SshCore.Cli.Arguments;
using SshCore.Errors;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Cli.Serve;

/// <summary>The host keys that a server has, from files or made for this run.</summary>
internal static class ServerKeys
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads private keys without a passphrase.</summary>
    /// <exception cref="UsageException">A file can't be read, is open to others, or holds no such key.</exception>
    internal static IReadOnlyList<SshPrivateKey> Load(IReadOnlyList<string> paths)
    {
        var keys = new List<SshPrivateKey>();
        foreach (string path in paths)
        {
            keys.Add(Load(path));
        }

        return keys;
    }

    /// <summary>Keys that are gone with this process: clients will see others next time.</summary>
    internal static IReadOnlyList<SshPrivateKey> Generate() =>
    [
        SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519),
        SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.EcdsaP256),
    ];

    private static SshPrivateKey Load(string path)
    {
        byte[] bytes;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                throw new UsageException($"host key {path}: its permissions let others at it (chmod 600)");
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"host key {path}: {e.Message}", e);
        }

        bool isKey = SshPrivateKey.TryParse(bytes, default, DefaultCrypto.Provider, SshLimits.Default, out SshPrivateKey? key, out SshError? error);
        bytes.AsSpan().Clear();
        return isKey ? key! : throw new UsageException($"host key {path}: {error!.Message}");
    }
}
