using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Async;

/// <summary>
/// An SFTP client that blocks no thread. Any number of callers can use one at once. Made by
/// <see cref="SshClient.OpenSftpAsync"/>, over a channel, or over the streams of a program.
/// </summary>
public sealed class SftpClient : SftpClientBase, IAsyncDisposable
{
    internal SftpClient(Opened opened, SftpClientOptions options)
        : base(opened.Session, opened.Channel, options)
    {
    }

    /// <summary>Over a channel on which a server for SFTP runs already; it belongs to the client from now on.</summary>
    /// <exception cref="SftpException">The peer does not speak SFTP.</exception>
    public static async ValueTask<SftpClient> CreateAsync(SshChannelStream channel, SftpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= SftpClientOptions.Default;
        return new(await StartCore(SftpCall.Async(options.OperationTimeout, cancellationToken), channel, options).ConfigureAwait(false), options);
    }

    /// <summary>
    /// Over streams that are no channel, for example a server program's: its output is <paramref name="input"/>, its input
    /// <paramref name="output"/>; both can be the same. Closing them must end what is under way.
    /// </summary>
    /// <exception cref="SftpException">The peer does not speak SFTP.</exception>
    public static async ValueTask<SftpClient> CreateAsync(Stream input, Stream output, SftpClientOptions? options = null, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        options ??= SftpClientOptions.Default;
        return new(await StartCore(SftpCall.Async(options.OperationTimeout, cancellationToken), input, output, leaveOpen, options).ConfigureAwait(false), options);
    }

    /// <summary>Closes the session and its channel; whatever is under way ends with <see cref="ObjectDisposedException"/>.</summary>
    public ValueTask DisposeAsync()
    {
        CloseSession();
        return default;
    }

    /// <summary>Attributes of what the path leads to; links are followed.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpAttributes> StatAsync(SftpPath path, CancellationToken cancellationToken = default) => StatCore(AsyncCall(cancellationToken), path);

    /// <summary>Attributes of the path itself; a link is not followed.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpAttributes> LStatAsync(SftpPath path, CancellationToken cancellationToken = default) => LStatCore(AsyncCall(cancellationToken), path);

    /// <summary>Whether the path leads to something. A link to nothing does not.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<bool> ExistsAsync(SftpPath path, CancellationToken cancellationToken = default) => ExistsCore(AsyncCall(cancellationToken), path);

    /// <summary>Sets the attributes that are there; links are followed.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask SetStatAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken = default) =>
        await SetStatCore(AsyncCall(cancellationToken), path, attributes, "setstat").ConfigureAwait(false);

    /// <summary>Sets attributes of a link itself (lsetstat@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask LSetStatAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken = default) =>
        await LSetStatCore(AsyncCall(cancellationToken), path, attributes).ConfigureAwait(false);

    /// <summary>Sets the permission bits, for example <c>0b110_100_100</c> for rw-r--r--.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask ChmodAsync(SftpPath path, uint mode, CancellationToken cancellationToken = default) =>
        await ChmodCore(AsyncCall(cancellationToken), path, mode).ConfigureAwait(false);

    /// <summary>Sets numeric owner and group, which go together: to change one, ask for the other first.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask ChownAsync(SftpPath path, uint user, uint group, CancellationToken cancellationToken = default) =>
        await ChownCore(AsyncCall(cancellationToken), path, user, group).ConfigureAwait(false);

    /// <summary>Sets the times, null for now, in whole seconds from 1970 to 2106.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask UtimeAsync(SftpPath path, DateTimeOffset? accessed = null, DateTimeOffset? modified = null, CancellationToken cancellationToken = default) =>
        await UtimeCore(AsyncCall(cancellationToken), path, accessed, modified).ConfigureAwait(false);

    /// <summary>Cuts or grows a file.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask TruncateAsync(SftpPath path, long length, CancellationToken cancellationToken = default) =>
        await TruncateCore(AsyncCall(cancellationToken), path, length).ConfigureAwait(false);

    /// <summary>Makes a directory. The server may mask or ignore the mode.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask MkdirAsync(SftpPath path, uint mode = 0b111_111_111, CancellationToken cancellationToken = default) =>
        await MkdirCore(AsyncCall(cancellationToken), path, mode).ConfigureAwait(false);

    /// <summary>Removes an empty directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask RmdirAsync(SftpPath path, CancellationToken cancellationToken = default) =>
        await RmdirCore(AsyncCall(cancellationToken), path).ConfigureAwait(false);

    /// <summary>Removes a file or a link; not a directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask RemoveAsync(SftpPath path, CancellationToken cancellationToken = default) =>
        await RemoveCore(AsyncCall(cancellationToken), path).ConfigureAwait(false);

    /// <summary>Renames a file or directory. Never replaces what is there; see <see cref="PosixRenameAsync"/>.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask RenameAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken = default) =>
        await RenameCore(AsyncCall(cancellationToken), from, to).ConfigureAwait(false);

    /// <summary>Renames in one step, over an existing file too (posix-rename@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask PosixRenameAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken = default) =>
        await PosixRenameCore(AsyncCall(cancellationToken), from, to).ConfigureAwait(false);

    /// <summary>Makes another name of an existing file (hardlink@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask HardLinkAsync(SftpPath existing, SftpPath link, CancellationToken cancellationToken = default) =>
        await HardLinkCore(AsyncCall(cancellationToken), existing, link).ConfigureAwait(false);

    /// <summary>Makes the symbolic link <paramref name="link"/> to <paramref name="target"/>, which is stored as it is and need not exist.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask SymlinkAsync(SftpPath target, SftpPath link, CancellationToken cancellationToken = default) =>
        await SymlinkCore(AsyncCall(cancellationToken), target, link).ConfigureAwait(false);

    /// <summary>The target of a symbolic link, as it is stored.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpPath> ReadlinkAsync(SftpPath path, CancellationToken cancellationToken = default) => ReadlinkCore(AsyncCall(cancellationToken), path);

    /// <summary>The server's canonical, absolute form of a path; <c>.</c> gives the working directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpPath> NormalizeAsync(SftpPath path, CancellationToken cancellationToken = default) => NormalizeCore(AsyncCall(cancellationToken), path);

    /// <summary>As <see cref="NormalizeAsync"/>, but knows a leading <c>~</c> or <c>~user</c> (expand-path@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpPath> ExpandPathAsync(SftpPath path, CancellationToken cancellationToken = default) => ExpandPathCore(AsyncCall(cancellationToken), path);

    /// <summary>A user's home directory; of the one who is logged in if none is named (home-directory).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpPath> HomeDirectoryAsync(SftpPath user = default, CancellationToken cancellationToken = default) => HomeDirectoryCore(AsyncCall(cancellationToken), user);

    /// <summary>Sets <see cref="SftpClientBase.WorkingDirectory"/>; null takes it away.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask ChdirAsync(SftpPath? path, CancellationToken cancellationToken = default) =>
        await ChdirCore(AsyncCall(cancellationToken), path).ConfigureAwait(false);

    /// <summary>Figures of the file system that holds the path (statvfs@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpStatVfs> StatVfsAsync(SftpPath path, CancellationToken cancellationToken = default) => StatVfsCore(AsyncCall(cancellationToken), path);

    /// <summary>Names of numeric users and groups (users-groups-by-id@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpNames> UsersGroupsByIdAsync(IReadOnlyList<uint> users, IReadOnlyList<uint> groups, CancellationToken cancellationToken = default) => UsersGroupsByIdCore(AsyncCall(cancellationToken), users, groups);

    /// <summary>Copies a file on the server, over an existing one too, without moving its data here (copy-data). Takes as long as it takes.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async ValueTask CopyDataAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken = default) =>
        await CopyDataCore(AsyncCall(cancellationToken), from, to).ConfigureAwait(false);

    /// <summary>Lets the server hash a file or a part of it (check-file-name): a length of 0 goes to the end, a block size of 0 gives one hash. Takes as long as it takes.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpHashes> CheckAsync(SftpPath path, string algorithms = "sha256,sha1,md5", long offset = 0, long length = 0, int blockSize = 0, CancellationToken cancellationToken = default) => CheckCore(AsyncCall(cancellationToken), path, algorithms, offset, length, blockSize);

    /// <summary>Downloads a file to a local one, a window of requests at a time. Returns its length. Local files are written on the calling thread.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<long> GetAsync(SftpPath remote, string local, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => GetCore(AsyncCall(cancellationToken), remote, local, options, progress);

    /// <summary>Downloads a file into a stream, in order. Returns its length.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<long> GetAsync(SftpPath remote, Stream target, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => GetCore(AsyncCall(cancellationToken), remote, target, options, progress);

    /// <summary>Uploads a local file; the remote path names a file, not a directory. Returns the attributes that it has there, none without <see cref="SftpTransferOptions.Confirm"/>. Local files are read on the calling thread.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpAttributes> PutAsync(string local, SftpPath remote, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => PutCore(AsyncCall(cancellationToken), local, remote, options, progress);

    /// <summary>Uploads what is left of a stream. Returns the attributes that the file has there, none without <see cref="SftpTransferOptions.Confirm"/>.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpAttributes> PutAsync(Stream source, SftpPath remote, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => PutCore(AsyncCall(cancellationToken), source, remote, options, progress);

    /// <summary>
    /// Moves files either way, up to <see cref="SftpClientOptions.FilesInFlight"/> at once. The sequence is asked for the next file
    /// whenever there is room for one; it may use this client meanwhile. A file that fails is told so, and the rest goes on;
    /// what the sequence throws, or the end of the session, ends all.
    /// </summary>
    /// <exception cref="SftpException">The session has ended.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">Nothing moved for <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async ValueTask TransferAsync(IAsyncEnumerable<SftpFileTransfer> files, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        SftpCall call = AsyncCall(cancellationToken);
        IAsyncEnumerator<SftpFileTransfer> next = files.GetAsyncEnumerator(cancellationToken);
        await using (next.ConfigureAwait(false))
        {
            await TransferCore(call, async () => await next.MoveNextAsync().ConfigureAwait(false) ? next.Current : null).ConfigureAwait(false);
        }
    }

    /// <summary>Downloads a directory with all that is in it, many files at once. Whatever names the server sends, nothing is written outside the local directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpTreeResult> GetTreeAsync(SftpPath remote, string local, SftpTreeOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => GetTreeCore(AsyncCall(cancellationToken), remote, local, options, progress);

    /// <summary>Uploads a directory with all that is in it, many files at once.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpTreeResult> PutTreeAsync(string local, SftpPath remote, SftpTreeOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => PutTreeCore(AsyncCall(cancellationToken), local, remote, options, progress);

    /// <summary>Moves those files of a tree that are not the same on the other side: by size and time if the options do not say otherwise. Deletes nothing.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpTreeResult> SyncTreeAsync(SftpPath remote, string local, SftpSyncDirection direction, SftpTreeOptions? options = null, IProgress<SftpProgress>? progress = null, CancellationToken cancellationToken = default) => SyncTreeCore(AsyncCall(cancellationToken), remote, local, direction, options, progress);

    /// <summary>Paths on the server that match a pattern with <c>*</c>, <c>?</c> and <c>[…]</c> in any of its parts, sorted.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<IReadOnlyList<SftpPath>> GlobAsync(SftpPath pattern, CancellationToken cancellationToken = default) => GlobCore(AsyncCall(cancellationToken), pattern);

    /// <summary>Opens a file as a stream; attributes are for one that is made. FileMode and FileAccess mean what they mean for local files.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public ValueTask<SftpFileStream> OpenAsync(SftpPath path, FileMode mode = FileMode.Open, FileAccess access = FileAccess.Read, SftpAttributes attributes = default, CancellationToken cancellationToken = default) => OpenCore(AsyncCall(cancellationToken), path, mode, access, attributes);

    /// <summary>
    /// The files of a directory, in the server's order and as they come, without "." and "..". Names are the server's: see that
    /// they are names before they become local paths.
    /// </summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public async IAsyncEnumerable<SftpFileName> ListDirectoryAsync(SftpPath path = default, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = await ListCore(AsyncCall(cancellationToken), path).ConfigureAwait(false);
        try
        {
            while (await reader.NextCore(AsyncCall(cancellationToken)).ConfigureAwait(false) is { } batch)
            {
                foreach (var file in batch)
                {
                    yield return file;
                }
            }
        }
        finally
        {
            reader.Close();
        }
    }
}
