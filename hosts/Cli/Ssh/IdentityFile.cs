using System.IO;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Cli.Ssh;

/// <summary>
/// Identity files as credentials. The passphrase of an encrypted one is asked for only once the server has said that its
/// key would do; its public half comes from the .pub file beside it or from its own clear part.
/// </summary>
internal sealed class IdentityFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _path;
    private readonly UserPrompt _prompt;
    private readonly Diagnostics _output;
    private readonly int _tries;

    internal IdentityFile(string path, UserPrompt prompt, Diagnostics output, int tries)
    {
        _path = path;
        _prompt = prompt;
        _output = output;
        _tries = tries;
    }

    /// <summary>The credential; null if the file can't be used, which is told unless it is a default one that isn't there.</summary>
    internal SshCredential? Load(bool isDefault)
    {
        byte[] bytes;
        try
        {
            if (!File.Exists(_path))
            {
                return isDefault ? null : Complain("there is no such file");
            }

            UnixFileMode mode = File.GetUnixFileMode(_path);
            if ((mode & Others) != 0)
            {
                return Complain($"its permissions {Convert.ToString((int)mode, 8).PadLeft(4, '0')} let others at it, so it isn't used (chmod 600)");
            }

            bytes = File.ReadAllBytes(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Complain(e.Message);
        }

        try
        {
            if (SshPrivateKey.TryParse(bytes, default, DefaultCrypto.Provider, SshLimits.Default, out SshPrivateKey? key, out SshError? error))
            {
                return SshCredential.Key(key);
            }

            if (error.Kind != SshErrorKind.PassphraseNeeded)
            {
                return Complain(error.Message);
            }

            return PublicHalf.Find(_path, bytes) is { } publicKey
                ? SshCredential.Signer(publicKey, Sign)
                : SshCredential.KeyFile(_path, _ => Ask());
        }
        finally
        {
            bytes.AsSpan().Clear();
        }
    }

    private byte[]? Sign(SshSignatureQuery query)
    {
        byte[] bytes = File.ReadAllBytes(_path);
        try
        {
            for (int i = 0; i < _tries; i++)
            {
                byte[]? passphrase = Ask();
                if (passphrase is null || passphrase.Length == 0)
                {
                    return null;
                }

                bool isRight = SshPrivateKey.TryParse(bytes, passphrase, DefaultCrypto.Provider, SshLimits.Default, out SshPrivateKey? key, out SshError? error);
                passphrase.AsSpan().Clear();
                if (isRight)
                {
                    using (key)
                    {
                        // The .pub file may be another key's.
                        return key!.PublicKey == query.Key ? key.Sign(query.Algorithm, query.Data.Span) : null;
                    }
                }

                if (error!.Kind != SshErrorKind.PassphraseWrong)
                {
                    Complain(error.Message);
                    return null;
                }
            }

            return null;
        }
        finally
        {
            bytes.AsSpan().Clear();
        }
    }

    private byte[]? Ask() => _prompt.Ask($"Passphrase for key {_path}: ", hidden: true);

    private SshCredential? Complain(string why)
    {
        _output.WriteLine($"sshcore: identity file {_path}: {why}");
        return null;
    }
}
