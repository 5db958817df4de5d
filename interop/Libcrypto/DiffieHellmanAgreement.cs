using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>Finite-field Diffie-Hellman (RFC 4253 §8) by libcrypto's constant-time exponentiation.</summary>
internal sealed unsafe class DiffieHellmanAgreement : SshKeyAgreement
{
    private const int ConstantTime = 0x04;

    private readonly NativeObject _exponent;
    private readonly NativeObject _prime;
    private readonly int _primeLength;
    private readonly byte[] _public;

    public DiffieHellmanAgreement(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random)
    {
        _prime = NativeObject.Number(prime);
        int bits = Native.BN_num_bits(_prime.Pointer);
        if (privateBits < 2 || privateBits > bits - 1 || Native.BN_is_bit_set(_prime.Pointer, 0) == 0)
        {
            _prime.Dispose();
            throw new ArgumentOutOfRangeException(nameof(privateBits), privateBits, "The exponent must be shorter than the odd prime.");
        }

        // The top bit is set: an exponent has exactly the asked length, so it is above 1 and below (p-1)/2.
        _primeLength = (bits + 7) / 8;
        byte[] bytes = new byte[(privateBits + 7) / 8];
        random.Fill(bytes);
        bytes[0] &= (byte)(0xff >> ((8 * bytes.Length) - privateBits));
        bytes[0] |= (byte)(1 << ((privateBits - 1) % 8));
        _exponent = NativeObject.Number(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        Native.BN_set_flags(_exponent.Pointer, ConstantTime);

        using var g = NativeObject.Number(generator);
        byte[] padded = Power(g);
        _public = padded.AsSpan().TrimStart((byte)0).ToArray();
    }

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        // A longer value is outside the range, and not worth a number as long.
        peerPublic = peerPublic.TrimStart((byte)0);
        if (peerPublic.Length > _primeLength)
        {
            return false;
        }

        using var peer = NativeObject.Number(peerPublic);
        if (!IsInRange(peer))
        {
            return false;
        }

        byte[] padded = Power(peer);
        secret.Set(padded.AsSpan().TrimStart((byte)0));
        CryptographicOperations.ZeroMemory(padded);
        return true;
    }

    public override void Dispose()
    {
        _exponent.Dispose();
        _prime.Dispose();
    }

    // RFC 4253 §8: "Values of 'e' or 'f' that are not in the range [1, p-1] MUST NOT be sent or accepted"; 1 and p-1 are
    // refused too, because they fix the secret.
    private bool IsInRange(NativeObject value)
    {
        using var highest = NativeObject.Number();
        LibcryptoException.Require(Native.BN_rshift(highest.Pointer, _prime.Pointer, 0));
        LibcryptoException.Require(Native.BN_sub_word(highest.Pointer, 2));
        return Native.BN_num_bits(value.Pointer) >= 2 && Native.BN_cmp(value.Pointer, highest.Pointer) <= 0;
    }

    private byte[] Power(NativeObject number)
    {
        using var context = NativeObject.NumberContext();
        using var result = NativeObject.Number();
        LibcryptoException.Require(Native.BN_mod_exp_mont_consttime(
            result.Pointer, number.Pointer, _exponent.Pointer, _prime.Pointer, context.Pointer, 0));
        byte[] bytes = new byte[_primeLength];
        fixed (byte* p = bytes)
        {
            if (Native.BN_bn2binpad(result.Pointer, p, bytes.Length) != bytes.Length)
            {
                throw LibcryptoException.Now();
            }
        }

        return bytes;
    }
}
