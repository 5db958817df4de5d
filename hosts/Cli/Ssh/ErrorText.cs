using System.Net.Sockets;
using SshCore.Errors;
using SshCore.Hosts;

namespace SshCore.Cli.Ssh;

/// <summary>One line for what went wrong, in the words that ssh users know.</summary>
internal static class ErrorText
{
    internal static string ForConnecting(Exception exception, Target target)
    {
        string where = $"{target.Host} port {target.Port}";
        if (Find<SocketException>(exception) is { } socket && exception is not SshAuthenticationException)
        {
            return socket.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                ? $"sshcore: can't resolve host name {target.Host}: {Reason(socket)}"
                : $"sshcore: connect to host {where}: {Reason(socket)}";
        }

        return exception switch
        {
            SshHostKeyException refused => $"sshcore: {refused.Message}",
            SshAuthenticationException failed => $"{target.User}@{target.Host}: permission denied ({string.Join(',', failed.Allowed ?? failed.Tried)})",
            SshConnectionException ended => ForEnd(ended.Error, where),
            _ => $"sshcore: connect to host {where}: {exception.Message}",
        };
    }

    internal static string ForSession(Exception exception, Target target) => exception switch
    {
        SshConnectionException ended => ForEnd(ended.Error, $"{target.Host} port {target.Port}"),
        _ => $"sshcore: {exception.Message}",
    };

    private static string ForEnd(SshError error, string where) => error.Kind switch
    {
        SshErrorKind.LocalDisconnect => $"Connection to {where} closed",
        SshErrorKind.ConnectionLost => $"Connection to {where} closed by the remote host",
        SshErrorKind.HostFailure => $"Connection to {where} lost: {error.Message}",
        SshErrorKind.PeerDisconnected => $"Disconnected by {where}: {error.Message}",
        SshErrorKind.Timeout => $"Connection to {where} timed out: {error.Message}",
        SshErrorKind.Incompatible => $"Unable to negotiate with {where}: {error}",
        _ => $"Connection to {where} ended: {error}",
    };

    /// <summary>The reason alone; messages of the runtime may have the address in them.</summary>
    private static string Reason(SocketException exception) => new SocketException((int)exception.SocketErrorCode).Message;

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
