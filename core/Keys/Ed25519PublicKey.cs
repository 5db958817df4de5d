using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>An <c>ssh-ed25519</c> key (RFC 8709 §4).</summary>
public sealed class Ed25519PublicKey : SshPublicKey
{
    internal const int KeyLength = 32;
    internal const int SignatureLength = 64;

    private readonly byte[] _point;

    private Ed25519PublicKey(byte[] point, byte[] blob)
        : base(SignatureAlgorithm.Ed25519.KeyType, blob) => _point = point;

    /// <summary>The 32-byte public key of RFC 8032 §5.1.5.</summary>
    public ReadOnlyMemory<byte> Point => _point;

    /// <summary>256.</summary>
    public override int Bits => 256;

    internal static Ed25519PublicKey Create(ReadOnlySpan<byte> point)
    {
        using var writer = new SshWriter();
        writer.WriteString(SignatureAlgorithm.Ed25519.KeyType);
        writer.WriteString(point);
        return new Ed25519PublicKey(point.ToArray(), writer.ToArray());
    }

    internal static Ed25519PublicKey? Read(ref SshReader reader, ReadOnlySpan<byte> blob, out SshError? error)
    {
        var point = reader.ReadString();
        error = null;
        if (!reader.Failed && point.Length == KeyLength)
        {
            return new Ed25519PublicKey(point.ToArray(), blob.ToArray());
        }

        error = KeyErrors.Damaged("ssh-ed25519 public key", "32 bytes");
        return null;
    }

    private protected override bool VerifyValue(
        SshCryptoProvider crypto, SignatureAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value) =>
        value.Length == SignatureLength && crypto.VerifyEd25519(_point, data, value);
}
