using System.Threading.Tasks;

namespace SshCore.Async.Driving;

/// <summary>A stream of bytes both ways; one receive and one send at a time, and closing at any moment.</summary>
internal abstract class AsyncTransport
{
    /// <summary>Whether a receive into an empty buffer waits until there is something to receive.</summary>
    public abstract bool CanWaitEmpty { get; }

    /// <summary>Receives at least one byte; 0 at the end.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends at least one byte and tells how many.</summary>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Tells the peer that no more comes, if the stream can.</summary>
    public abstract void ShutdownSend();

    /// <summary>From now on <see cref="Close"/> lets go of it without ending it for others who have it.</summary>
    public abstract void Detach();

    /// <summary>Ends it; receives and sends under way fail.</summary>
    public abstract void Close();
}
