using System.Threading;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// What the SFTP clients of all hosts have in common. Any number of callers can use one client at once; their requests share
/// the session. Paths are bytes; text becomes UTF-8.
/// </summary>
public abstract partial class SftpClientBase
{
    private SftpPath? _workingDirectory;

    private protected SftpClientBase(SftpSession session, SshChannelStream? channel, SftpClientOptions options)
    {
        Session = session;
        Channel = channel;
        Options = options;
        OperationTimeout = options.OperationTimeout;
    }

    /// <summary>The options it was made with.</summary>
    public SftpClientOptions Options { get; }

    /// <summary>The channel that carries the session; null over streams that are none.</summary>
    public SshChannelStream? Channel { get; }

    /// <summary>
    /// How long one request may take, and how long a transfer may stand still; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; }

    /// <summary>True until the session has ended.</summary>
    public bool IsOpen
    {
        get
        {
            lock (Session.Driver.Gate)
            {
                return !Session.IsClosed && Session.Machine.Error is null;
            }
        }
    }

    /// <summary>The extensions that the server announced.</summary>
    public IReadOnlyList<SftpExtension> Extensions => Session.Machine.Extensions;

    /// <summary>The server's limits, if it tells them; else what every server allows.</summary>
    public SftpServerLimits ServerLimits
    {
        get
        {
            lock (Session.Driver.Gate)
            {
                return Session.Machine.ServerLimits;
            }
        }
    }

    /// <summary>
    /// Where relative paths begin, as set by changing the directory; null while that was not done: then it is the server's
    /// matter, mostly the user's home. The protocol has no such thing, so it is a matter of this client alone.
    /// </summary>
    public SftpPath? WorkingDirectory
    {
        get
        {
            lock (Session.Driver.Gate)
            {
                return _workingDirectory;
            }
        }
    }

    internal SftpSession Session { get; }

    /// <summary>Whether the server announced an extension.</summary>
    public bool Supports(string extension)
    {
        lock (Session.Driver.Gate)
        {
            return Session.Machine.Supports(extension);
        }
    }

    /// <summary>Closes the session and its channel; whatever is under way ends with <see cref="ObjectDisposedException"/>.</summary>
    private protected void CloseSession()
    {
        lock (Session.Driver.Gate)
        {
            if (Session.IsClosed)
            {
                return;
            }

            Session.IsClosed = true;
            Session.OnGoneLocked("The SFTP session was closed.");
        }

        if (Session.Driver is SftpStreamDriver streams)
        {
            streams.Close();
        }
        else
        {
            Channel!.Dispose();
        }

        Session.Driver.Kick();
    }

    private protected SftpCall BlockingCall => SftpCall.Blocking(OperationTimeout);

    private protected SftpCall AsyncCall(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return SftpCall.Async(OperationTimeout, cancellationToken);
    }

    /// <summary>A path as it is sent: behind the working directory if it is relative.</summary>
    internal SftpPath Resolve(SftpPath path) =>
        WorkingDirectory is { } directory && !path.IsAbsolute ? path.IsEmpty ? directory : directory.Combine(path) : path;

    private HostOperation<bool> BeginStatus(string operation, SftpPath path, Action<SftpClientMachine, object> send) =>
        Session.Begin<bool>(operation, path, send, static (SftpSession _, in SftpReply _) => true);

    private HostOperation<SftpPath> BeginPath(string operation, SftpPath path, Action<SftpClientMachine, object> send) =>
        Session.Begin(operation, path, send, static (SftpSession _, in SftpReply reply) => reply.Path);

    private HostOperation<SftpAttributes> BeginAttributes(string operation, SftpPath path, Action<SftpClientMachine, object> send) =>
        Session.Begin(operation, path, send, static (SftpSession _, in SftpReply reply) => reply.Attributes);

    private void Need(string operation, SftpPath path, string extension)
    {
        if (!Supports(extension))
        {
            throw SftpException.Unsupported(operation, path, extension);
        }
    }
}
