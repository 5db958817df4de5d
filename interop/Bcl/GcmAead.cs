using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>AES-GCM by <see cref="AesGcm"/>, in place.</summary>
internal sealed class GcmAead(ReadOnlySpan<byte> key) : SshAead
{
    private readonly AesGcm _gcm = new(key, TagLength);

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag) =>
        _gcm.Encrypt(nonce, data, data, tag[..TagLength], associated);

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        if (tag.Length != TagLength)
        {
            return false;
        }

        try
        {
            _gcm.Decrypt(nonce, data, tag, data, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // There is no overload that answers instead; this happens once, at the end of a connection.
            return false;
        }
    }

    public override void Dispose() => _gcm.Dispose();
}
