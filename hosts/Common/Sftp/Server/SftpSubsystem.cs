using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// The subsystem <c>sftp</c> of a server. Each session that asks for it is served a file system of its own, which the subsystem owns
/// and disposes of when the session has ended, or one that all share, which stays its maker's.
/// </summary>
public sealed class SftpSubsystem : SshSubsystem
{
    private readonly Func<SshServerSession, ISftpFileSystem> _fileSystem;
    private readonly SftpServerOptions _options;
    private readonly bool _owns;

    /// <summary>
    /// A subsystem whose file systems are made for each session; <see cref="SshServerSession.Context"/> tells who it is. What is
    /// made is disposed of after its session, if it is <see cref="IDisposable"/>: it must not be given out twice.
    /// </summary>
    public SftpSubsystem(Func<SshServerSession, ISftpFileSystem> fileSystem, SftpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        _fileSystem = fileSystem;
        _options = options ?? SftpServerOptions.Default;
        _owns = true;
    }

    /// <summary>A subsystem of one file system for all sessions, also at the same time. It is never disposed of here.</summary>
    public SftpSubsystem(ISftpFileSystem shared, SftpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(shared);
        _fileSystem = _ => shared;
        _options = options ?? SftpServerOptions.Default;
    }

    /// <inheritdoc/>
    public override void Run(SshServerSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var files = _fileSystem(session);
        using (_owns ? files as IDisposable : null)
        {
            new SftpServer(files, _options).Run(session);
        }

        session.SendExitStatus(0);
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var files = _fileSystem(session);
        using (_owns ? files as IDisposable : null)
        {
            await new SftpServer(files, _options).RunAsync(session, cancellationToken).ConfigureAwait(false);
        }

        session.SendExitStatus(0);
    }
}
