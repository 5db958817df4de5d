using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Serves a file system to one client over a channel, over standard input and output or over any pair of streams. One object serves one
/// session. Requests of a client are handled in its order; those that cannot disturb each other overlap when the file system
/// does not complete them at once.
/// </summary>
public sealed class SftpServer
{
    private readonly ISftpFileSystem _fileSystem;
    private readonly SftpServerOptions _options;
    private int _hasRun;

    /// <summary>A server of this file system.</summary>
    public SftpServer(ISftpFileSystem fileSystem, SftpServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        _fileSystem = fileSystem;
        _options = options ?? SftpServerOptions.Default;
    }

    /// <summary>Serves over one stream of both directions to its end, blocking. See <see cref="Run(Stream, Stream)"/>.</summary>
    public void Run(Stream stream) => Run(stream, stream);

    /// <summary>Serves to the end of the input, blocking; what the file system does not complete at once is waited for.</summary>
    /// <exception cref="SshException">The client broke the protocol, or the input ended inside a message.</exception>
    /// <exception cref="IOException">A stream failed.</exception>
    public void Run(Stream input, Stream output) => Begin(input, output, sync: true).RunAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Serves over one stream of both directions to its end. See <see cref="RunAsync(Stream, Stream, CancellationToken)"/>.</summary>
    public ValueTask RunAsync(Stream stream, CancellationToken cancellationToken = default) => RunAsync(stream, stream, cancellationToken);

    /// <summary>Serves to the end of the input. Returns when the client has closed it; open files are closed by then.</summary>
    /// <exception cref="SshException">The client broke the protocol, or the input ended inside a message.</exception>
    /// <exception cref="IOException">A stream failed.</exception>
    public ValueTask RunAsync(Stream input, Stream output, CancellationToken cancellationToken = default) =>
        Begin(input, output, sync: false).RunAsync(cancellationToken);

    private SftpServerSession Begin(Stream input, Stream output, bool sync)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (Interlocked.Exchange(ref _hasRun, 1) != 0)
        {
            throw new Errors.SshUsageException("An SftpServer serves one session.");
        }

        return new SftpServerSession(_fileSystem, _options, input, output, sync);
    }
}
