using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Sftp;

/// <summary>The subsystem <c>sftp</c> of a server: each session that asks for it is served a file system of its own.</summary>
public sealed class SftpSubsystem : SshSubsystem
{
    private readonly Func<SshServerSession, ISftpFileSystem> _fileSystem;
    private readonly SftpServerOptions _options;

    /// <summary>A subsystem whose file systems are made for each session; <see cref="SshServerSession.Context"/> tells who it is.</summary>
    public SftpSubsystem(Func<SshServerSession, ISftpFileSystem> fileSystem, SftpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        _fileSystem = fileSystem;
        _options = options ?? SftpServerOptions.Default;
    }

    /// <inheritdoc/>
    public override void Run(SshServerSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        new SftpServer(_fileSystem(session), _options).Run(session);
        session.SendExitStatus(0);
    }

    /// <inheritdoc/>
    public override async ValueTask RunAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await new SftpServer(_fileSystem(session), _options).RunAsync(session, cancellationToken).ConfigureAwait(false);
        session.SendExitStatus(0);
    }
}
