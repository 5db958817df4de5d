using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Sntrup;

/// <summary>An ephemeral key pair; its private key lies where the collector does not move it, and is zeroed.</summary>
internal sealed class SntrupKeyPair : SshKemKeyPair
{
    private readonly byte[] _private = GC.AllocateArray<byte>(Kem.PrivateKeyLength, pinned: true);
    private readonly byte[] _public = new byte[Kem.PublicKeyLength];
    private bool _disposed;

    public SntrupKeyPair(RandomSource random) => Kem.GenerateKeyPair(random, _public, _private);

    public override ReadOnlySpan<byte> PublicKey => _public;

    /// <summary>For published vectors.</summary>
    internal ReadOnlySpan<byte> PrivateKey => _private;

    public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, SecretBytes secret)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (ciphertext.Length != Kem.CiphertextLength)
        {
            return false;
        }

        Kem.Decapsulate(ciphertext, _private, secret.Reset(Kem.SecretLength));
        return true;
    }

    public override void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_private);
    }
}
