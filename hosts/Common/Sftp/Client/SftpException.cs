using System.IO;
using SshCore.Errors;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// An SFTP operation failed: the server refused it, the session is gone, or a transfer does not fit what was expected.
/// Where .NET has an exception of its own for the reason it is the inner one: <see cref="FileNotFoundException"/>,
/// <see cref="UnauthorizedAccessException"/>, <see cref="NotSupportedException"/>, <see cref="EndOfStreamException"/>. The end of
/// the connection is a <see cref="SshConnectionException"/>, as everywhere.
/// </summary>
public sealed class SftpException : SshException
{
    /// <summary>A refusal by the server.</summary>
    /// <param name="status">Its status code.</param>
    /// <param name="serverMessage">Its text, which is made printable.</param>
    /// <param name="operation">What was asked for, for example <c>open</c>.</param>
    /// <param name="path">The path that it was about; empty if none.</param>
    public SftpException(SftpStatusCode status, string serverMessage, string operation, SftpPath path)
: this(status, Text.Printable(serverMessage), operation, path, null as long?)
    {
    }

    /// <summary>A failure with one sentence for a person.</summary>
    public SftpException(string message)
        : base(message) => ServerMessage = "";

    /// <summary>A failure with one sentence for a person and its cause.</summary>
    public SftpException(string message, Exception? innerException)
        : base(message, innerException) => ServerMessage = "";

    /// <summary>A failure without more to say.</summary>
    public SftpException()
        : this("The SFTP operation failed.")
    {
    }

    private SftpException(SftpStatusCode status, string serverMessage, string operation, SftpPath path, long? offset)
        : base(new SshError(KindOf(status), Sentence(status, serverMessage, operation, path, offset)), InnerOf(status, path))
    {
        Status = status;
        ServerMessage = serverMessage; // printable: the core, or the public constructor, has seen to it
        Operation = operation;
        RemotePath = path;
        Offset = offset;
    }

    private SftpException(SftpStatusCode status, string message, string operation, SftpPath path, Exception? inner)
        : base(new SshError(KindOf(status), message), inner)
    {
        Status = status;
        ServerMessage = "";
        Operation = operation;
        RemotePath = path;
    }

    /// <summary>The server's status code; <see cref="SftpStatusCode.Failure"/> for failures found on this side.</summary>
    public SftpStatusCode Status { get; } = SftpStatusCode.Failure;

    /// <summary>The server's text, made printable; empty if there is none.</summary>
    public string ServerMessage { get; }

    /// <summary>What was asked for, for example <c>open</c>.</summary>
    public string Operation { get; } = "";

    /// <summary>The path that it was about; empty if none.</summary>
    public SftpPath RemotePath { get; }

    /// <summary>Where in the file it failed, in bytes; null if that is not known or means nothing.</summary>
    public long? Offset { get; }

    internal static SftpException Refused(in SftpReply reply, string operation, SftpPath path, long? offset = null) =>
        new(reply.Code == SftpStatusCode.Ok ? SftpStatusCode.Failure : reply.Code, reply.Message, operation, path, offset);

    internal static SftpException Failed(SftpTransferFailure failure, string operation, SftpPath path) => new(
        failure.Code,
        failure.Message,
        operation,
        path,
        failure.Request is SftpRequestKind.Read or SftpRequestKind.Write ? (long)failure.Offset : null as long?);

    /// <summary>A failure found on this side; the status tells it apart from others.</summary>
    internal static SftpException Found(string message, string operation, SftpPath path, SftpStatusCode status = SftpStatusCode.Failure, Exception? inner = null) =>
        new(status, message, operation, path, inner);

    /// <summary>The server does not have what the operation needs.</summary>
    internal static SftpException Unsupported(string operation, SftpPath path, string extension) => new(
        SftpStatusCode.OperationUnsupported,
        $"Cannot {operation}{Of(path)}: the server has no {extension}.",
        operation,
        path,
        new NotSupportedException($"The server has no {extension}."));

    private static SshErrorKind KindOf(SftpStatusCode status) => status switch
    {
        SftpStatusCode.ConnectionLost or SftpStatusCode.NoConnection => SshErrorKind.ConnectionLost,
        SftpStatusCode.BadMessage => SshErrorKind.ProtocolViolation,
        _ => SshErrorKind.HostFailure,
    };

    private static string Sentence(SftpStatusCode status, string serverMessage, string operation, SftpPath path, long? offset)
    {
        string usual = SftpStatus.TextOf(status);
        string where = offset is { } at ? $" at byte {at}" : "";
        string why = serverMessage.Length == 0 || string.Equals(serverMessage.TrimEnd('.'), usual, StringComparison.OrdinalIgnoreCase) ? usual : $"{usual} ({serverMessage})";
        return $"Cannot {operation}{Of(path)}{where}: {why}.";
    }

    private static string Of(SftpPath path) => path.IsEmpty ? "" : $" '{Text.Printable(path.ToString())}'";

    private static Exception? InnerOf(SftpStatusCode status, SftpPath path) => status switch
    {
        SftpStatusCode.NoSuchFile => new FileNotFoundException($"There is no '{Text.Printable(path.ToString())}' on the server.", path.ToString()),
        SftpStatusCode.PermissionDenied => new UnauthorizedAccessException($"The server does not allow it{Of(path)}."),
        SftpStatusCode.OperationUnsupported => new NotSupportedException("The server does not have this operation."),
        SftpStatusCode.EndOfFile => new EndOfStreamException("The end of the file."),
        _ => null,
    };
}
