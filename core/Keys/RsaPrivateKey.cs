using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>The private half of an <c>ssh-rsa</c> key.</summary>
public sealed class RsaPrivateKey : SshPrivateKey
{
    private readonly RsaPrivateParameters _parameters;

    private RsaPrivateKey(SshCryptoProvider crypto, RsaPublicKey publicKey, RsaPrivateParameters parameters, string comment)
        : base(crypto, publicKey, comment) => _parameters = parameters;

    internal static RsaPrivateKey Generate(SshCryptoProvider crypto, int bits, RandomSource random, string comment)
    {
        if (bits < SshLimits.Default.SmallestRsaBits || bits > SshLimits.Default.LargestRsaBits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(bits), bits, $"An RSA key has {SshLimits.Default.SmallestRsaBits} to {SshLimits.Default.LargestRsaBits} bits.");
        }

        var parameters = crypto.GenerateRsa(bits, random);
        return Create(crypto, parameters, SshLimits.Default, comment, out var error)
            ?? throw new SshUsageException($"The provider '{crypto.Name}' made an RSA key that is not acceptable: {error}");
    }

    /// <summary>Takes over <paramref name="parameters"/>, which are disposed if the public half is refused.</summary>
    internal static RsaPrivateKey? Create(
        SshCryptoProvider crypto, RsaPrivateParameters parameters, SshLimits limits, string comment, out SshError? error)
    {
        var publicKey = RsaPublicKey.Create(parameters.Exponent, parameters.Modulus, limits, out error);
        if (publicKey is null)
        {
            parameters.Dispose();
            return null;
        }

        return new RsaPrivateKey(crypto, publicKey, parameters, comment);
    }

    private protected override SshSigner CreateSigner() => Crypto.CreateRsaSigner(_parameters);

    private protected override void ZeroSecret() => _parameters.Dispose();
}
