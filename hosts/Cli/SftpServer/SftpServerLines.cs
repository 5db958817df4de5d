using Microsoft.Extensions.Logging;

namespace SshCore.Cli.SftpServers;

/// <summary>What the program itself logs.</summary>
internal static partial class SftpServerLines
{
    [LoggerMessage(200, LogLevel.Information, "session opened for local user {User} from [{Address}]")]
    public static partial void SessionOpened(this ILogger logger, string user, string address);

    [LoggerMessage(201, LogLevel.Information, "session closed for local user {User} from [{Address}]")]
    public static partial void SessionClosed(this ILogger logger, string user, string address);

    [LoggerMessage(202, LogLevel.Error, "session failed: {Reason}")]
    public static partial void SessionFailed(this ILogger logger, string reason);
}
