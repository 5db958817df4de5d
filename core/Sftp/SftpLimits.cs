namespace SshCore.Sftp;

/// <summary>Bounds on what an SFTP peer can make this side hold or do. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SftpLimits
{
    /// <summary>The defaults.</summary>
    public static SftpLimits Default { get; } = new();

    /// <summary>Largest message taken, its length field not counted; announced by limits@openssh.com.</summary>
    public int MessageLength { get; init; } = 256 * 1024;
    /// <summary>Most data of one READ that is answered, and of one WRITE that is taken; announced by limits@openssh.com.</summary>
    public int DataLength { get; init; } = 255 * 1024;
    /// <summary>Bytes of one path.</summary>
    public int PathLength { get; init; } = 16 * 1024;
    /// <summary>Open handles of one client on a server.</summary>
    public int Handles { get; init; } = 256;
    /// <summary>Requests that a server works on at once; further ones stay unread.</summary>
    public int RequestsInFlight { get; init; } = 64;
    /// <summary>Requests of a client that wait for their replies.</summary>
    public int PendingRequests { get; init; } = 16 * 1024;
    /// <summary>Bytes that transfers of a client keep in flight at most; also what a download in order holds at most.</summary>
    public long TransferWindow { get; init; } = 64 * 1024 * 1024;
    /// <summary>
    /// Receive window of a server's channel from the first file on that was opened for writing, where windows may grow; without
    /// a channel it has no meaning. 0: it grows only as data is taken.
    /// </summary>
    public long UploadWindow { get; init; } = 16 * 1024 * 1024;
    /// <summary>Unsent bytes at which nothing more is taken in.</summary>
    public int QueuedOutput { get; init; } = 1024 * 1024;
    /// <summary>Names in one NAME reply that a client takes.</summary>
    public int NamesPerReply { get; init; } = 16 * 1024;
    /// <summary>Extended pairs in one ATTRS.</summary>
    public int ExtendedAttributes { get; init; } = 32;
    /// <summary>Extensions in a VERSION or INIT.</summary>
    public int Extensions { get; init; } = 64;
}
