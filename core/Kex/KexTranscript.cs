using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Kex;

/// <summary>What both sides hash in front of a method's own values (RFC 4253 §8): V_C, V_S, I_C, I_S.</summary>
internal sealed class KexTranscript
{
    public required string ClientIdentification { get; init; }
    public required string ServerIdentification { get; init; }
    public required byte[] ClientInit { get; init; }
    public required byte[] ServerInit { get; init; }

    /// <summary>
    /// H = HASH(V_C ‖ V_S ‖ I_C ‖ I_S ‖ K_S ‖ values ‖ K), where values are encoded by the method and K comes encoded.
    /// </summary>
    public byte[] Hash(SshCryptoProvider crypto, Primitive hash, ReadOnlySpan<byte> hostKey, ReadOnlySpan<byte> values, ReadOnlySpan<byte> encodedSecret)
    {
        using var head = new SshWriter(1024);
        head.WriteString(ClientIdentification);
        head.WriteString(ServerIdentification);
        head.WriteString(ClientInit);
        head.WriteString(ServerInit);
        head.WriteString(hostKey);
        head.WriteBytes(values);
        using var h = crypto.CreateHash(hash);
        h.Append(head.WrittenSpan);
        h.Append(encodedSecret);
        var digest = new byte[h.Length];
        h.Finish(digest);
        return digest;
    }
}
