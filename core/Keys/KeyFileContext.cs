using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>What reading a key file takes besides its bytes.</summary>
internal readonly ref struct KeyFileContext
{
    public KeyFileContext(SshCryptoProvider crypto, SshLimits limits, ReadOnlySpan<byte> passphrase)
    {
        Crypto = crypto;
        Limits = limits;
        Passphrase = passphrase;
    }

    public SshCryptoProvider Crypto { get; }

    public SshLimits Limits { get; }

    /// <summary>Empty if none was given; an encrypted file never has an empty one.</summary>
    public ReadOnlySpan<byte> Passphrase { get; }

    public static SshError PassphraseNeeded { get; } =
        new(SshErrorKind.PassphraseNeeded, "The private key is encrypted and no passphrase was given.");

    public static SshError PassphraseWrong { get; } =
        new(SshErrorKind.PassphraseWrong, "The passphrase of the private key is wrong, or the file is damaged.");

    /// <summary>An error if the provider lacks one of the primitives.</summary>
    public SshError? Require(params Primitive[] primitives)
    {
        foreach (var primitive in primitives)
        {
            if (!Crypto.Supports(primitive))
            {
                return new SshError(SshErrorKind.UnsupportedKey, $"The crypto provider '{Crypto.Name}' cannot read this key: it has no {primitive}.");
            }
        }

        return null;
    }
}
