using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Fuzz.Targets;

/// <summary>A private key file: it is a key, or there is one error; a key that was read is written and read again.</summary>
public abstract class KeyFileTarget : FuzzTarget
{
    private protected static readonly SshCryptoProvider Crypto = new NullProvider(5);

    // Few rounds: what is fuzzed is the parser, not the derivation.
    private static readonly SshLimits Limits = SshLimits.Default with { BcryptRounds = 32, Pbkdf2Iterations = 1000 };

    private protected static ReadOnlySpan<byte> Passphrase => "passphrase"u8;

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (SshPrivateKey.TryParse(input, Passphrase, Crypto, Limits, out var key, out var error))
        {
            using (key)
            {
                Rewrite(key);
            }
        }
        else if (error is null)
        {
            throw new FuzzFindingException("The file is no key, and no error says why.");
        }
    }

    private static void Rewrite(SshPrivateKey key)
    {
        byte[] written = key.WriteOpenSsh(random: new SeededRandom(1));
        if (!SshPrivateKey.TryParse(written, default, Crypto, Limits, out var again, out var error))
        {
            throw new FuzzFindingException($"A key that was read and written cannot be read again: {error}");
        }

        using (again)
        {
            if (again.PublicKey != key.PublicKey)
            {
                throw new FuzzFindingException("A key that was read and written is another key.");
            }
        }
    }
}
