using Microsoft.Extensions.Logging;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>What an SFTP server logs: files at the level of information, other requests below it.</summary>
internal static partial class SftpServerLog
{
    [LoggerMessage(100, LogLevel.Debug, "SFTP version {Version} of the client")]
    public static partial void Started(this ILogger logger, uint version);

    [LoggerMessage(101, LogLevel.Information, "open \"{Path}\" flags {Flags}")]
    public static partial void Opened(this ILogger logger, string path, SftpOpenFlags flags);

    [LoggerMessage(102, LogLevel.Information, "close \"{Path}\" bytes read {Read} written {Written}")]
    public static partial void Closed(this ILogger logger, string path, long read, long written);

    [LoggerMessage(103, LogLevel.Information, "opendir \"{Path}\"")]
    public static partial void OpenedDirectory(this ILogger logger, string path);

    [LoggerMessage(104, LogLevel.Information, "{Request} \"{Path}\"")]
    public static partial void Changing(this ILogger logger, SftpRequestKind request, string path);

    [LoggerMessage(105, LogLevel.Information, "{Request} \"{Path}\" \"{Other}\"")]
    public static partial void ChangingTwo(this ILogger logger, SftpRequestKind request, string path, string other);

    [LoggerMessage(106, LogLevel.Debug, "{Request} \"{Path}\"")]
    public static partial void Asking(this ILogger logger, SftpRequestKind request, string path);

    [LoggerMessage(107, LogLevel.Information, "sent status {Status}")]
    public static partial void Refused(this ILogger logger, string status);

    [LoggerMessage(108, LogLevel.Warning, "The file system failed on {Request}")]
    public static partial void Failed(this ILogger logger, SftpRequestKind request, Exception exception);

    [LoggerMessage(109, LogLevel.Warning, "The file system failed at the end of the session")]
    public static partial void EndFailed(this ILogger logger, Exception exception);

    [LoggerMessage(110, LogLevel.Information, "forced close \"{Path}\" bytes read {Read} written {Written}")]
    public static partial void ForcedClosed(this ILogger logger, string path, long read, long written);
}
