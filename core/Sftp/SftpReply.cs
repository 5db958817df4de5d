namespace SshCore.Sftp;

/// <summary>
/// One reply of the server, or news of the session. It can be stored; what
/// <see cref="SftpClientMachine.BorrowData"/> gives for it cannot. Properties that a kind does not have are empty.
/// </summary>
public readonly struct SftpReply
{
    private readonly object? _body;

    internal SftpReply(SftpReplyKind kind, in SftpPending request, object? body = null, int length = 0, SftpStatusCode code = SftpStatusCode.Ok)
    {
        Kind = kind;
        Request = request.Kind;
        Id = request.Id;
        State = request.State;
        Offset = request.Offset;
        Length = length;
        Code = code;
        _body = body;
    }

    /// <summary>What came.</summary>
    public SftpReplyKind Kind { get; }

    /// <summary>What had been asked; None for news of the session.</summary>
    public SftpRequestKind Request { get; }

    /// <summary>The request that is answered.</summary>
    public SftpRequestId Id { get; }

    /// <summary>What the host gave with the request.</summary>
    public object? State { get; }

    /// <summary>Where in the file, for the data of a transfer and for the answers to READ and WRITE.</summary>
    public ulong Offset { get; }

    /// <summary>The transfer that the reply is of; null for others.</summary>
    public SftpTransfer? Transfer => _body as SftpTransfer;

    /// <summary>Number of bytes that can be borrowed.</summary>
    public int Length { get; }

    /// <summary>The status; Ok for replies that are none. A server may send codes that version 3 does not have.</summary>
    public SftpStatusCode Code { get; }

    /// <summary>True for a status other than Ok, and for a request without an answer.</summary>
    public bool IsError => Kind == SftpReplyKind.Abandoned || (Kind == SftpReplyKind.Status && Code != SftpStatusCode.Ok);

    /// <summary>The server's words for an error, made printable; empty with Ok.</summary>
    public string Message => (_body as StatusText)?.Message ?? "";

    /// <summary>The language tag of <see cref="Message"/>; mostly empty.</summary>
    public string Language => (_body as StatusText)?.Language ?? "";

    /// <summary>The handle that OPEN and OPENDIR gave.</summary>
    public SftpHandle? Handle => _body as SftpHandle;

    /// <summary>The attributes that were asked for.</summary>
    public SftpAttributes Attributes => _body is SftpAttributes attributes ? attributes : default;

    /// <summary>The names that came; exactly one where a single path was asked for.</summary>
    public IReadOnlyList<SftpFileName> Names => _body as IReadOnlyList<SftpFileName> ?? [];

    /// <summary>The path that REALPATH, READLINK, expand-path or home-directory gave.</summary>
    public SftpPath Path => _body is SftpFileName[] { Length: > 0 } names ? names[0].Name : default;

    /// <summary>The figures of the file system.</summary>
    public SftpStatVfs FileSystem => _body is SftpStatVfs info ? info : default;

    /// <summary>The hash algorithm that the server used.</summary>
    public string Algorithm => _body as string ?? "";

    /// <summary>User names in the order of the request; empty for those unknown to the server.</summary>
    public IReadOnlyList<string> Users => (_body as NamesById)?.Users ?? [];

    /// <summary>Group names in the order of the request; empty for those unknown to the server.</summary>
    public IReadOnlyList<string> Groups => (_body as NamesById)?.Groups ?? [];

    /// <summary>Kind, request and status.</summary>
    public override string ToString() => Kind == SftpReplyKind.Status ? $"{Request}: {Code} {Message}" : $"{Request}: {Kind}";

    internal sealed record StatusText(string Message, string Language);

    internal sealed record NamesById(string[] Users, string[] Groups);
}

/// <summary>A request that waits for its reply.</summary>
internal struct SftpPending
{
    public SftpRequestId Id;
    public SftpRequestKind Kind;
    public object? State;

    /// <summary>The transfer that made it; null for the host's own.</summary>
    public SftpTransfer? Owner;

    /// <summary>When it was made.</summary>
    public SshInstant MadeAt;

    /// <summary>Where in the file.</summary>
    public ulong Offset;

    /// <summary>Most bytes, or the number of users, that the reply may have.</summary>
    public int Length;

    /// <summary>The number of groups that the reply may have; for a transfer's READ not 0 if it reaches behind the expected end.</summary>
    public int Second;
}
