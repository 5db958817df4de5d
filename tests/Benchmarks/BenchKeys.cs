using System.IO;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Benchmarks;

/// <summary>Key files as programs want them.</summary>
internal static class BenchKeys
{
    /// <summary>Writes a fresh Ed25519 key and, as NAME.pub, its public half.</summary>
    public static void Write(string folder, string name)
    {
        using var key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        string path = Path.Combine(folder, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // programs refuse others
        }

        using (var file = new FileStream(path, options))
        {
            file.Write(key.WriteOpenSsh());
        }

        File.WriteAllText(path + ".pub", key.PublicKey.ToOpenSshString() + "\n");
    }
}
