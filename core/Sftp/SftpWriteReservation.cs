namespace SshCore.Sftp;

/// <summary>Room for the data of one WRITE inside the output of a client.</summary>
public readonly ref struct SftpWriteReservation
{
    private readonly SftpClientMachine _machine;

    internal SftpWriteReservation(SftpClientMachine machine, Span<byte> span)
    {
        _machine = machine;
        Span = span;
    }

    /// <summary>The room; fill it from the start.</summary>
    public Span<byte> Span { get; }

    /// <summary>Sends the first <paramref name="count"/> bytes; 0 abandons the reservation.</summary>
    /// <returns>The request; the default one if nothing was sent.</returns>
    public SftpRequestId Commit(int count) => _machine.CommitWrite(count);
}
