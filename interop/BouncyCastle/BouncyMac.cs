using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>HMAC (RFC 2104); BouncyCastle keeps the state after the inner pad.</summary>
internal sealed class BouncyMac : SshMac
{
    private readonly HMac _mac;

    public BouncyMac(Primitive mac, ReadOnlySpan<byte> key)
    {
        _mac = new HMac(Digests.CreateForMac(mac));
        byte[] copy = key.ToArray();
        _mac.Init(new KeyParameter(copy));
        CryptographicOperations.ZeroMemory(copy);
    }

    public override int Length => _mac.GetMacSize();

    public override void Append(ReadOnlySpan<byte> data) => _mac.BlockUpdate(data);

    public override void Finish(Span<byte> destination) => _mac.DoFinal(destination.Slice(0, Length));

    // The pads are inside BouncyCastle; another key over them is the way to be rid of them.
    public override void Dispose() => _mac.Init(new KeyParameter(new byte[1]));
}
