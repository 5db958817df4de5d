using System.IO;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>How a session begins. Written once for both hosts.</content>
public abstract partial class SftpClientBase
{
    /// <summary>A session with the channel that carries it, if one does.</summary>
    internal readonly record struct Opened(SftpSession Session, SshChannelStream? Channel);

    /// <summary>Opens a channel and asks for the subsystem; INIT goes along with the request.</summary>
    internal static async ValueTask<Opened> OpenCore(SftpCall call, HostConnection connection, PendingOpen open, SftpClientOptions options)
    {
        var channel = await ChannelCore(call, connection, open).ConfigureAwait(false);
        try
        {
            ChannelRequest request = options.ServerCommand is { } command ? new ExecRequest(command) : new SubsystemRequest(options.Subsystem);
            var started = connection.BeginRequest(channel, request);
            var session = Attach(channel, options);
            if (!await call.For(connection, started, "Starting SFTP").ConfigureAwait(false))
            {
                throw SshChannelRequestException.Refused(request.Type);
            }

            await call.For(connection, session.Ready, "The start of SFTP").ConfigureAwait(false);
            return new(session, channel);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Over a channel on which a server for SFTP runs already.</summary>
    internal static async ValueTask<Opened> StartCore(SftpCall call, SshChannelStream channel, SftpClientOptions options)
    {
        var session = Attach(channel, options);
        await call.For(channel.Connection, session.Ready, "The start of SFTP").ConfigureAwait(false);
        return new(session, channel);
    }

    /// <summary>Over streams that are no channel.</summary>
    internal static async ValueTask<Opened> StartCore(SftpCall call, Stream input, Stream output, bool leaveOpen, SftpClientOptions options)
    {
        var driver = new SftpStreamDriver(input, output, leaveOpen, new SftpClientMachine(options.Limits), call.IsBlocking);
        try
        {
            driver.Run();
            await call.For(driver, driver.Session.Ready, "The start of SFTP").ConfigureAwait(false);
            return new(driver.Session, null);
        }
        catch
        {
            driver.Close();
            throw;
        }
    }

    private static SftpSession Attach(SshChannelStream channel, SftpClientOptions options)
    {
        var connection = channel.Connection;
        var session = new SftpSession(connection, new SftpClientMachine(options.Limits));
        lock (connection.Gate)
        {
            channel.ThrowIfUnusableLocked();
            connection.Core.AttachSftp(channel.Id, session.Machine);
            channel.Sftp = session;
        }

        connection.Kick();
        return session;
    }

    private static async ValueTask<SshChannelStream> ChannelCore(SftpCall call, HostConnection connection, PendingOpen open)
    {
        try
        {
            return await call.For(connection, open.Operation, "Opening a channel").ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is OperationCanceledException or SshTimeoutException)
        {
            SshChannelStream? late;
            lock (connection.Gate)
            {
                open.Operation.IsAbandoned = true;
                open.Operation.TryGetResult(out late);
            }

            late?.Dispose();
            throw;
        }
    }
}
