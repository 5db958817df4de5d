using System.Buffers.Binary;

namespace SshCore.Security;

/// <summary>A keyed MAC with its key already set. Single-threaded; <see cref="Finish"/> starts it anew under the same key.</summary>
public abstract class SshMac : IDisposable
{
    /// <summary>Full tag length in bytes.</summary>
    public abstract int Length { get; }

    /// <summary>Adds bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> data);

    /// <summary>Writes the tag to the first <see cref="Length"/> bytes and resets.</summary>
    public abstract void Finish(Span<byte> destination);

    /// <summary>
    /// The packet MAC of RFC 4253 §6.4: over the sequence number and <paramref name="packet"/>. Providers override it
    /// where one call is cheaper than three.
    /// </summary>
    public virtual void ComputePacket(uint sequence, ReadOnlySpan<byte> packet, Span<byte> destination)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sequence);
        Append(number);
        Append(packet);
        Finish(destination);
    }

    /// <summary>Frees native state and zeroes the key.</summary>
    public abstract void Dispose();
}
