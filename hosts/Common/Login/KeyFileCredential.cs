using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>A private key file, read when its turn comes and forgotten after the attempt.</summary>
internal sealed class KeyFileCredential : SshCredential
{
    private const int LargestFile = 1024 * 1024;

    private readonly string _path;
    private readonly Func<string, CancellationToken, ValueTask<byte[]?>>? _passphrase;

    public KeyFileCredential(string path, Func<string, CancellationToken, ValueTask<byte[]?>>? passphrase)
        : base("publickey")
    {
        ArgumentNullException.ThrowIfNull(path);
        _path = path;
        _passphrase = passphrase;
    }

    public override string Description => _path;

    internal override bool CanTry(LoginState state, IReadOnlyList<string>? allowed) => state.Attempts == 0 && Allows(allowed, Method);

    internal override async ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken)
    {
        byte[] file = Read();
        try
        {
            if (!SshPrivateKey.TryParse(file, default, DefaultCrypto.Provider, SshLimits.Default, out var key, out var error))
            {
                if (error.Kind != SshErrorKind.PassphraseNeeded || _passphrase is null)
                {
                    throw new SshKeyException(error);
                }

                // Nobody is asked for the passphrase of a key that the server doesn't want.
                if (PublicHalf.Find(_path, file) is { } publicKey)
                {
                    return () => needed.TryPublicKey(publicKey);
                }

                key = await DecryptAsync(file, cancellationToken).ConfigureAwait(false);
                if (key is null)
                {
                    return null;
                }
            }

            state.Owned = key;
            return () => needed.TryPublicKey(key);
        }
        finally
        {
            Array.Clear(file, 0, file.Length);
        }
    }

    internal override async ValueTask<byte[]?> SignAsync(SshSignatureQuery query, CancellationToken cancellationToken)
    {
        byte[] file = Read();
        try
        {
            using var key = await DecryptAsync(file, cancellationToken).ConfigureAwait(false);
            return key is null ? null
                : key.PublicKey == query.Key ? key.Sign(query.Algorithm, query.Data.Span)
                : throw new SshKeyException(new SshError(SshErrorKind.InvalidMessage, $"{_path}.pub is not the public half of {_path}."));
        }
        finally
        {
            Array.Clear(file, 0, file.Length);
        }
    }

    private async ValueTask<SshPrivateKey?> DecryptAsync(byte[] file, CancellationToken cancellationToken)
    {
        byte[]? passphrase = _passphrase is null ? null : await _passphrase(_path, cancellationToken).ConfigureAwait(false);
        if (passphrase is null)
        {
            return null;
        }

        try
        {
            return SshPrivateKey.Parse(file, passphrase, DefaultCrypto.Provider);
        }
        finally
        {
            Array.Clear(passphrase, 0, passphrase.Length);
        }
    }

    private byte[] Read()
    {
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1); // read at once: no buffer
        if (stream.Length > LargestFile)
        {
            throw new SshKeyException(new SshError(SshErrorKind.LimitExceeded, $"The key file {_path} is too long.", $"at most {LargestFile} bytes", $"{stream.Length}"));
        }

        var bytes = new byte[stream.Length];
        int read = 0;
        while (read < bytes.Length && stream.Read(bytes, read, bytes.Length - read) is var count and > 0)
        {
            read += count;
        }

        return bytes;
    }
}
