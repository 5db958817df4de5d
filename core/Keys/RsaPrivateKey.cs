using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>The private half of an <c>ssh-rsa</c> key.</summary>
public sealed class RsaPrivateKey : SshPrivateKey
{
    private readonly RsaPrivateParameters _parameters;

    private RsaPrivateKey(SshCryptoProvider crypto, RsaPublicKey publicKey, RsaPrivateParameters parameters, string comment)
        : base(crypto, publicKey, comment) => _parameters = parameters;

    internal static RsaPrivateKey Generate(SshCryptoProvider crypto, int bits, RandomSource random, string comment)
    {
        var limits = SshLimits.Default;
        if (bits < limits.SmallestRsaBits || bits > limits.LargestRsaBits)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, $"An RSA key has {limits.SmallestRsaBits} to {limits.LargestRsaBits} bits.");
        }

        var parameters = crypto.GenerateRsa(bits, random);
        var publicKey = RsaPublicKey.Create(parameters.Exponent, parameters.Modulus, limits, out var error)
            ?? throw new SshUsageException($"The provider '{crypto.Name}' made an RSA key that is not acceptable: {error}");
        return new RsaPrivateKey(crypto, publicKey, parameters, comment);
    }

    /// <summary>From the numbers of a file, taken over: they are zeroed if they are refused.</summary>
    internal static RsaPrivateKey? Read(RsaPrivateParameters parameters, in KeyFileContext context, out SshError? error)
    {
        error = context.Require(Primitive.Rsa);
        var publicKey = error is null ? RsaPublicKey.Create(parameters.Exponent, parameters.Modulus, context.Limits, out error) : null;
        if (publicKey is not null && !RsaConsistency.Check(parameters))
        {
            error = KeyErrors.Damaged("RSA private key", "p, q, d and q⁻¹ that belong to n and e");
        }

        if (publicKey is null || error is not null)
        {
            parameters.Dispose();
            return null;
        }

        return new RsaPrivateKey(context.Crypto, publicKey, parameters, "");
    }

    internal override void WriteOpenSshFields(SshWriter writer)
    {
        writer.WriteMpint(_parameters.Modulus);
        writer.WriteMpint(_parameters.Exponent);
        writer.WriteMpint(_parameters.D);
        writer.WriteMpint(_parameters.InverseQ);
        writer.WriteMpint(_parameters.P);
        writer.WriteMpint(_parameters.Q);
    }

    private protected override string WriteLegacyBody(DerWriter writer)
    {
        Pkcs1Key.Write(writer, _parameters);
        return Pkcs1Key.Label;
    }

    private protected override void WritePkcs8Body(DerWriter writer) =>
        Pkcs8Key.Write(writer, Oid.Rsa, null, inner => Pkcs1Key.Write(inner, _parameters));

    private protected override SshSigner CreateSigner() => Crypto.CreateRsaSigner(_parameters);

    private protected override void ZeroSecret() => _parameters.Dispose();
}
