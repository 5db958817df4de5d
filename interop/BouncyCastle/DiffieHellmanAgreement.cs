using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>
/// Finite-field Diffie-Hellman (RFC 4253 §8). The exponent serves one agreement; it is an immutable number and cannot be
/// zeroed, and BouncyCastle's exponentiation is not constant-time: other providers go first.
/// </summary>
internal sealed class DiffieHellmanAgreement : SshKeyAgreement
{
    private readonly BigInteger _prime;
    private readonly byte[] _public;
    private BigInteger? _private;

    public DiffieHellmanAgreement(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random)
    {
        _prime = new BigInteger(1, prime.ToArray());
        var g = new BigInteger(1, generator.ToArray());
        if (privateBits < 2 || privateBits > _prime.BitLength - 1 || !_prime.TestBit(0))
        {
            throw new ArgumentOutOfRangeException(nameof(privateBits), privateBits, "The exponent must be shorter than the odd prime.");
        }

        // The top bit is set: an exponent has exactly the asked length, so it is above 1 and below (p-1)/2.
        byte[] bytes = new byte[(privateBits + 7) / 8];
        random.Fill(bytes);
        bytes[0] &= (byte)(0xff >> ((8 * bytes.Length) - privateBits));
        bytes[0] |= (byte)(1 << ((privateBits - 1) % 8));
        _private = new BigInteger(1, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        _public = g.ModPow(_private, _prime).ToByteArrayUnsigned();
    }

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        var own = _private ?? throw new ObjectDisposedException(nameof(SshKeyAgreement));

        // RFC 4253 §8: "Values of 'e' or 'f' that are not in the range [1, p-1] MUST NOT be sent or accepted"; 1 and p-1
        // are refused too, because they fix the secret.
        var peer = new BigInteger(1, peerPublic.ToArray());
        if (peer.CompareTo(BigInteger.Two) < 0 || peer.CompareTo(_prime.Subtract(BigInteger.Two)) > 0)
        {
            return false;
        }

        byte[] shared = peer.ModPow(own, _prime).ToByteArrayUnsigned();
        secret.Set(shared);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }

    public override void Dispose() => _private = null;
}
