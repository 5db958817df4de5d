using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Memory;

/// <summary>What <see cref="System.IO.Stream"/> has since it knows spans; netstandard2.0 has no such members to override.</summary>
public sealed partial class MemoryDuplexStream
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReadWhenThereAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        WriteWhenRoomAsync(buffer, cancellationToken);
}
