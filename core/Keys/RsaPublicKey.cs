using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>An <c>ssh-rsa</c> key (RFC 4253 §6.6); it signs with <c>rsa-sha2-512</c>, <c>rsa-sha2-256</c> or, on request, <c>ssh-rsa</c>.</summary>
public sealed class RsaPublicKey : SshPublicKey
{
    private readonly byte[] _modulus;
    private readonly byte[] _exponent;

    private RsaPublicKey(byte[] exponent, byte[] modulus, byte[] blob)
        : base(SignatureAlgorithm.RsaSha1Legacy.KeyType, blob)
    {
        _exponent = exponent;
        _modulus = modulus;
        Bits = BitLength(modulus);
    }

    /// <summary>The modulus n, unsigned, big-endian, without leading zeros.</summary>
    public ReadOnlyMemory<byte> Modulus => _modulus;

    /// <summary>The exponent e, unsigned, big-endian, without leading zeros.</summary>
    public ReadOnlyMemory<byte> Exponent => _exponent;

    /// <summary>Bits of the modulus.</summary>
    public override int Bits { get; }

    /// <summary>Checks the numbers as if they came in a blob.</summary>
    internal static RsaPublicKey? Create(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus, SshLimits limits, out SshError? error)
    {
        using var writer = new SshWriter();
        writer.WriteString(SignatureAlgorithm.RsaSha1Legacy.KeyType);
        writer.WriteMpint(exponent);
        writer.WriteMpint(modulus);
        var reader = new SshReader(writer.WrittenSpan);
        reader.ReadString();
        return Read(ref reader, writer.WrittenSpan, limits, out error);
    }

    internal static RsaPublicKey? Read(ref SshReader reader, ReadOnlySpan<byte> blob, SshLimits limits, out SshError? error)
    {
        error = null;
        var exponent = reader.ReadMpint();
        var modulus = reader.ReadMpint();
        if (reader.Failed || exponent.IsEmpty || modulus.IsEmpty)
        {
            error = KeyErrors.Damaged("ssh-rsa public key", "two positive numbers");
            return null;
        }

        int bits = BitLength(modulus);
        if (bits < limits.SmallestRsaBits || bits > limits.LargestRsaBits)
        {
            error = new SshError(
                SshErrorKind.LimitExceeded, "The RSA key has an unacceptable size", $"{limits.SmallestRsaBits} to {limits.LargestRsaBits} bits", $"{bits}");
            return null;
        }

        bool odd = (exponent[exponent.Length - 1] & modulus[modulus.Length - 1] & 1) == 1;
        if (!odd || exponent.Length > 4 || (exponent.Length == 1 && exponent[0] < 3))
        {
            error = KeyErrors.Damaged("ssh-rsa public key", "an odd modulus and an odd exponent from 3 to 2³²-1");
            return null;
        }

        return new RsaPublicKey(exponent.ToArray(), modulus.ToArray(), blob.ToArray());
    }

    private protected override bool VerifyValue(
        SshCryptoProvider crypto, SignatureAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value) =>
        value.Length == _modulus.Length && crypto.VerifyRsa(_modulus, _exponent, algorithm.Hash, data, value);

    private static int BitLength(ReadOnlySpan<byte> magnitude)
    {
        int bits = magnitude.Length * 8;
        for (int mask = 0x80; mask > 0 && (magnitude[0] & mask) == 0; mask >>= 1)
        {
            bits--;
        }

        return bits;
    }
}
