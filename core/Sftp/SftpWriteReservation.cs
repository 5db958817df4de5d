using SshCore.Errors;

namespace SshCore.Sftp;

/// <summary>
/// Room for the data of one WRITE inside the output of a client. It may be kept, but the next call on the machine has to be its
/// commit, and the connection that the machine is attached to must not be polled meanwhile.
/// </summary>
public readonly struct SftpWriteReservation
{
    private readonly SftpClientMachine? _machine;

    internal SftpWriteReservation(SftpClientMachine machine, Memory<byte> memory)
    {
        _machine = machine;
        Memory = memory;
    }

    /// <summary>The room; fill it from the start.</summary>
    public Memory<byte> Memory { get; }

    /// <summary>The room; fill it from the start.</summary>
    public Span<byte> Span => Memory.Span;

    /// <summary>Sends the first <paramref name="count"/> bytes; 0 abandons the reservation.</summary>
    /// <returns>The request; the default one if nothing was sent.</returns>
    /// <exception cref="SshUsageException">It was committed already, or the machine was used since it was made.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More than there is room for; it may be committed again.</exception>
    public SftpRequestId Commit(int count) => (_machine ?? throw new SshUsageException("Nothing is reserved.")).CommitWrite(count);
}
