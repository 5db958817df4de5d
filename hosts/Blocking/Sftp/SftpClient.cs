using System.IO;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Blocking;

/// <summary>
/// An SFTP client of ordinary blocking calls. Any number of threads can use one at once. Made by
/// <see cref="SshClient.OpenSftp"/>, over a channel, or over the streams of a program.
/// </summary>
public sealed class SftpClient : SftpClientBase, IDisposable
{
    internal SftpClient(Opened opened, SftpClientOptions options)
        : base(opened.Session, opened.Channel, options)
    {
    }

    /// <summary>Over a channel on which a server for SFTP runs already; it belongs to the client from now on.</summary>
    /// <exception cref="SftpException">The peer does not speak SFTP.</exception>
    public static SftpClient Create(SshChannelStream channel, SftpClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= SftpClientOptions.Default;
        return new(SftpCall.Result(StartCore(SftpCall.Blocking(options.OperationTimeout), channel, options)), options);
    }

    /// <summary>
    /// Over streams that are no channel, for example a server program's: its output is <paramref name="input"/>, its input
    /// <paramref name="output"/>; both can be the same. Closing them must end what is under way.
    /// </summary>
    /// <exception cref="SftpException">The peer does not speak SFTP.</exception>
    public static SftpClient Create(Stream input, Stream output, SftpClientOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        options ??= SftpClientOptions.Default;
        return new(SftpCall.Result(StartCore(SftpCall.Blocking(options.OperationTimeout), input, output, leaveOpen, options)), options);
    }

    /// <summary>Closes the session and its channel; whatever is under way ends with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => CloseSession();

    /// <summary>Attributes of what the path leads to; links are followed.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpAttributes Stat(SftpPath path) => SftpCall.Result(StatCore(BlockingCall, path));

    /// <summary>Attributes of the path itself; a link is not followed.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpAttributes LStat(SftpPath path) => SftpCall.Result(LStatCore(BlockingCall, path));

    /// <summary>Whether the path leads to something. A link to nothing does not.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public bool Exists(SftpPath path) => SftpCall.Result(ExistsCore(BlockingCall, path));

    /// <summary>Sets the attributes that are there; links are followed.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void SetStat(SftpPath path, SftpAttributes attributes) => SftpCall.Result(SetStatCore(BlockingCall, path, attributes, "setstat"));

    /// <summary>Sets attributes of a link itself (lsetstat@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void LSetStat(SftpPath path, SftpAttributes attributes) => SftpCall.Result(LSetStatCore(BlockingCall, path, attributes));

    /// <summary>Sets the permission bits, for example <c>0b110_100_100</c> for rw-r--r--.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Chmod(SftpPath path, uint mode) => SftpCall.Result(ChmodCore(BlockingCall, path, mode));

    /// <summary>Sets numeric owner and group, which go together: to change one, ask for the other first.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Chown(SftpPath path, uint user, uint group) => SftpCall.Result(ChownCore(BlockingCall, path, user, group));

    /// <summary>Sets the times, null for now, in whole seconds from 1970 to 2106.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Utime(SftpPath path, DateTimeOffset? accessed = null, DateTimeOffset? modified = null) => SftpCall.Result(UtimeCore(BlockingCall, path, accessed, modified));

    /// <summary>Cuts or grows a file.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Truncate(SftpPath path, long length) => SftpCall.Result(TruncateCore(BlockingCall, path, length));

    /// <summary>Makes a directory. The server may mask or ignore the mode.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Mkdir(SftpPath path, uint mode = 0b111_111_111) => SftpCall.Result(MkdirCore(BlockingCall, path, mode));

    /// <summary>Removes an empty directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Rmdir(SftpPath path) => SftpCall.Result(RmdirCore(BlockingCall, path));

    /// <summary>Removes a file or a link; not a directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Remove(SftpPath path) => SftpCall.Result(RemoveCore(BlockingCall, path));

    /// <summary>Renames a file or directory. Never replaces what is there; see <see cref="PosixRename"/>.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Rename(SftpPath from, SftpPath to) => SftpCall.Result(RenameCore(BlockingCall, from, to));

    /// <summary>Renames in one step, over an existing file too (posix-rename@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void PosixRename(SftpPath from, SftpPath to) => SftpCall.Result(PosixRenameCore(BlockingCall, from, to));

    /// <summary>Makes another name of an existing file (hardlink@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void HardLink(SftpPath existing, SftpPath link) => SftpCall.Result(HardLinkCore(BlockingCall, existing, link));

    /// <summary>Makes the symbolic link <paramref name="link"/> to <paramref name="target"/>, which is stored as it is and need not exist.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Symlink(SftpPath target, SftpPath link) => SftpCall.Result(SymlinkCore(BlockingCall, target, link));

    /// <summary>The target of a symbolic link, as it is stored.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpPath Readlink(SftpPath path) => SftpCall.Result(ReadlinkCore(BlockingCall, path));

    /// <summary>The server's canonical, absolute form of a path; <c>.</c> gives the working directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpPath Normalize(SftpPath path) => SftpCall.Result(NormalizeCore(BlockingCall, path));

    /// <summary>As <see cref="Normalize"/>, but knows a leading <c>~</c> or <c>~user</c> (expand-path@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpPath ExpandPath(SftpPath path) => SftpCall.Result(ExpandPathCore(BlockingCall, path));

    /// <summary>A user's home directory; of the one who is logged in if none is named (home-directory).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpPath HomeDirectory(SftpPath user = default) => SftpCall.Result(HomeDirectoryCore(BlockingCall, user));

    /// <summary>Sets <see cref="SftpClientBase.WorkingDirectory"/>; null takes it away.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Chdir(SftpPath? path) => SftpCall.Result(ChdirCore(BlockingCall, path));

    /// <summary>Figures of the file system that holds the path (statvfs@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpStatVfs StatVfs(SftpPath path) => SftpCall.Result(StatVfsCore(BlockingCall, path));

    /// <summary>Names of numeric users and groups (users-groups-by-id@openssh.com).</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpNames UsersGroupsById(IReadOnlyList<uint> users, IReadOnlyList<uint> groups) => SftpCall.Result(UsersGroupsByIdCore(BlockingCall, users, groups));

    /// <summary>Copies a file on the server, over an existing one too, without moving its data here (copy-data). Takes as long as it takes.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void CopyData(SftpPath from, SftpPath to) => SftpCall.Result(CopyDataCore(BlockingCall, from, to));

    /// <summary>Lets the server hash a file or a part of it (check-file-name): a length of 0 goes to the end, a block size of 0 gives one hash. Takes as long as it takes.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpHashes Check(SftpPath path, string algorithms = "sha256,sha1,md5", long offset = 0, long length = 0, int blockSize = 0) => SftpCall.Result(CheckCore(BlockingCall, path, algorithms, offset, length, blockSize));

    /// <summary>Downloads a file to a local one, a window of requests at a time. Returns its length. Local files are written on the calling thread.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public long Get(SftpPath remote, string local, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(GetCore(BlockingCall, remote, local, options, progress));

    /// <summary>Downloads a file into a stream, in order. Returns its length.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public long Get(SftpPath remote, Stream target, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(GetCore(BlockingCall, remote, target, options, progress));

    /// <summary>Uploads a local file; the remote path names a file, not a directory. Returns the attributes that it has there, none without <see cref="SftpTransferOptions.Confirm"/>. Local files are read on the calling thread.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpAttributes Put(string local, SftpPath remote, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(PutCore(BlockingCall, local, remote, options, progress));

    /// <summary>Uploads what is left of a stream. Returns the attributes that the file has there, none without <see cref="SftpTransferOptions.Confirm"/>.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpAttributes Put(Stream source, SftpPath remote, SftpTransferOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(PutCore(BlockingCall, source, remote, options, progress));

    /// <summary>
    /// Moves files either way, up to <see cref="SftpClientOptions.FilesInFlight"/> at once. The sequence is asked for the next file
    /// whenever there is room for one; it may use this client meanwhile. A file that fails is told so, and the rest goes on;
    /// what the sequence throws, or the end of the session, ends all.
    /// </summary>
    /// <exception cref="SftpException">The session has ended.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">Nothing moved for <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public void Transfer(IEnumerable<SftpFileTransfer> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using IEnumerator<SftpFileTransfer> next = files.GetEnumerator();
        SftpCall.Result(TransferCore(BlockingCall, () => new(next.MoveNext() ? next.Current : null)));
    }

    /// <summary>Downloads a directory with all that is in it, many files at once. Whatever names the server sends, nothing is written outside the local directory.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpTreeResult GetTree(SftpPath remote, string local, SftpTreeOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(GetTreeCore(BlockingCall, remote, local, options, progress));

    /// <summary>Uploads a directory with all that is in it, many files at once.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpTreeResult PutTree(string local, SftpPath remote, SftpTreeOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(PutTreeCore(BlockingCall, local, remote, options, progress));

    /// <summary>Moves those files of a tree that are not the same on the other side: by size and time if the options do not say otherwise. Deletes nothing.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpTreeResult SyncTree(SftpPath remote, string local, SftpSyncDirection direction, SftpTreeOptions? options = null, IProgress<SftpProgress>? progress = null) => SftpCall.Result(SyncTreeCore(BlockingCall, remote, local, direction, options, progress));

    /// <summary>Paths on the server that match a pattern with <c>*</c>, <c>?</c> and <c>[…]</c> in any of its parts, sorted.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public IReadOnlyList<SftpPath> Glob(SftpPath pattern) => SftpCall.Result(GlobCore(BlockingCall, pattern));

    /// <summary>Opens a file as a stream; attributes are for one that is made. FileMode and FileAccess mean what they mean for local files.</summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public SftpFileStream Open(SftpPath path, FileMode mode = FileMode.Open, FileAccess access = FileAccess.Read, SftpAttributes attributes = default) => SftpCall.Result(OpenCore(BlockingCall, path, mode, access, attributes));

    /// <summary>
    /// The files of a directory, in the server's order and as they come, without "." and "..". Names are the server's: see that
    /// they are names before they become local paths.
    /// </summary>
    /// <exception cref="SftpException">The server refused or cannot do it; see its status.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">No answer within <see cref="SftpClientBase.OperationTimeout"/>.</exception>
    public IEnumerable<SftpFileName> ListDirectory(SftpPath path = default)
    {
        var reader = SftpCall.Result(ListCore(BlockingCall, path));
        try
        {
            while (SftpCall.Result(reader.NextCore(BlockingCall)) is { } batch)
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
