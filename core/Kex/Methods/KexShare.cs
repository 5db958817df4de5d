using SshCore.Buffers;
using SshCore.Wire;

namespace SshCore.Kex;

/// <summary>
/// The values of one exchange on one side, without messages: what goes into them, and the secret that comes out. A client
/// begins and agrees; a server responds.
/// </summary>
internal abstract class KexShare : IDisposable
{
    /// <summary>Whether values travel, and are hashed, as mpints; otherwise as strings.</summary>
    public abstract bool IsMpint { get; }

    /// <summary>Client: makes the value to send.</summary>
    public abstract byte[] Begin();

    /// <summary>Client: takes the server's value. False for every value that must be refused.</summary>
    public abstract bool TryAgree(ReadOnlySpan<byte> serverValue, SecretBytes encodedSecret);

    /// <summary>Server: takes the client's value and makes the answer. False for every value that must be refused.</summary>
    public abstract bool TryRespond(ReadOnlySpan<byte> clientValue, out byte[] serverValue, SecretBytes encodedSecret);

    public abstract void Dispose();

    /// <summary>Encodes a raw secret as an mpint: "K … MUST be encoded as mpint" (RFC 4253 §8, RFC 8731 §3.1).</summary>
    protected static void EncodeMpint(SecretBytes raw, SecretBytes encoded)
    {
        using var writer = new SshWriter(raw.Length + 8);
        writer.WriteMpint(raw.Span);
        encoded.Set(writer.WrittenSpan);
    }

    /// <summary>Encodes a hybrid's secret as a string.</summary>
    protected static void EncodeString(ReadOnlySpan<byte> raw, SecretBytes encoded)
    {
        using var writer = new SshWriter(raw.Length + 8);
        writer.WriteString(raw);
        encoded.Set(writer.WrittenSpan);
    }
}
