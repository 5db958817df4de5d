using System.Buffers;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A tree to the server. A directory's files begin when the directory is there.</summary>
internal sealed class SftpTreePut : SftpTree
{
    private const int FoldersInFlight = 16;
    private const int FilesAhead = 4096;

    private readonly string _local;
    private readonly SftpPath _remote;
    private readonly Queue<Folder> _folders = new();
    private readonly Queue<PutJob> _files = new();
    private readonly List<(string Target, SftpPath Link)> _links = [];
    private readonly List<Folder> _entered = [];
    private int _foldersRunning;
    private int _running;
    private int _preloaded;

    public SftpTreePut(SftpClientBase client, SftpCall call, string local, SftpPath remote, SftpTreeOptions options, IProgress<SftpProgress>? progress)
        : base(client, call, options, progress)
    {
        _local = Path.GetFullPath(local);
        _remote = remote;
    }

    protected override ValueTask BeginCore()
    {
        if (!Directory.Exists(_local))
        {
            throw new DirectoryNotFoundException($"There is no directory '{_local}'.");
        }

        _folders.Enqueue(new Folder(_local, _remote, null));
        return default;
    }

    protected override async ValueTask StartMoreCore()
    {
        while (_foldersRunning < FoldersInFlight && _folders.Count > 0 && _files.Count < FilesAhead)
        {
            var folder = _folders.Dequeue();
            var attributes = Transfer.KeepPermissions && LocalFile.Permissions(folder.Local) is { } mode
                ? new SftpAttributes { Permissions = SftpClientBase.Stripped(mode, Transfer) | OwnerMayEnter } : default;
            var make = new SftpAskJob(Inbox, "mkdir", folder.Remote, folder);
            Begin(make, () => make.Start((m, r) => m.MakeDirectory(folder.Remote, attributes, r)));
            _foldersRunning++;
        }

        int most = Client.MostFiles;
        while (_running < most && _files.Count > 0)
        {
            var file = _files.Dequeue();
            if (await IsSameCore(file).ConfigureAwait(false))
            {
                Unchanged++;
                continue;
            }

            try
            {
                Start(file);
            }
            catch (Exception ex) when (ex is IOException and not SshException or UnauthorizedAccessException)
            {
                file.Close();
                Fail(ex);
            }
            catch
            {
                file.Close();
                throw;
            }
        }
    }

    protected override void OnNews(in SftpNews news)
    {
        switch (news.Job)
        {
            case SftpAskJob ask:
                Active.Remove(ask);
                OnMade((Folder)ask.Node, ask);
                break;
            case SftpListJob listing:
                Active.Remove(listing);
                OnListed((Folder)listing.Node, listing);
                break;
            case PutJob file when news.Kind == SftpReplyKind.TransferRoom:
                OnRoom(file);
                break;
            case PutJob file:
                Active.Remove(file);
                _running--;
                OnFileEnded(file);
                break;
            default:
                break;
        }
    }

    protected override async ValueTask FinishCore()
    {
        foreach (var (target, link) in _links)
        {
            try
            {
                if (await Client.LinkAttributesCore(Call, link).ConfigureAwait(false) is { IsSymbolicLink: true })
                {
                    await Client.UnlinkCore(Call, link).ConfigureAwait(false);
                }

                await Client.MakeLinkCore(Call, target, link).ConfigureAwait(false);
                Links++;
            }
            catch (SftpException ex)
            {
                Fail(ex);
            }
        }

        if (Transfer.KeepTimes || Transfer.KeepPermissions)
        {
            // Children before parents: a directory's time changes as long as something is made in it.
            for (int i = _entered.Count - 1; i >= 0; i--)
            {
                var attributes = SftpClientBase.Undress(_entered[i].Local, Transfer);
                if (!attributes.IsEmpty)
                {
                    var remote = _entered[i].Remote;
                    await Client.ChangeCore(Call, remote, attributes).ConfigureAwait(false);
                }
            }
        }
    }

    protected override void Release(SftpReceiver job) => (job as PutJob)?.Close();

    // 0700: what is to go into a directory that its owner may not write needs that first.
    private const uint OwnerMayEnter = 0x1C0;

    private void OnMade(Folder folder, SftpAskJob ask)
    {
        if (ask.Failure is { } failure && !folder.IsChecked)
        {
            // Most often it is there already; that it is a directory is to be seen.
            folder.IsChecked = true;
            folder.Problem = failure;
            var look = new SftpAskJob(Inbox, "stat", folder.Remote, folder);
            Begin(look, () => look.Start((m, r) => m.Stat(folder.Remote, r)));
            return;
        }

        if (folder.IsChecked && (ask.Failure is not null || !ask.Attributes.IsDirectory))
        {
            _foldersRunning--;
            Fail(folder.Problem!);
            return;
        }

        if (folder.IsChecked && Options.Compare != SftpCompare.None)
        {
            var listing = new SftpListJob(Inbox, folder.Remote, folder, Options.MaxEntries);
            Begin(listing, listing.Start);
            return;
        }

        Enter(folder, null);
    }

    private void OnListed(Folder folder, SftpListJob listing)
    {
        if (listing.Failure is { } failure)
        {
            _foldersRunning--;
            Fail(failure);
            return;
        }

        var there = new Dictionary<SftpPath, SftpAttributes>();
        foreach (var entry in listing.Names)
        {
            there[entry.Name] = entry.Attributes;
        }

        Enter(folder, there);
    }

    private void Enter(Folder folder, Dictionary<SftpPath, SftpAttributes>? there)
    {
        _foldersRunning--;
        Directories++;
        _entered.Add(folder);
        try
        {
            foreach (var entry in new DirectoryInfo(folder.Local).EnumerateFileSystemInfos())
            {
                var name = new SftpPath(entry.Name);
                if (!IsExcluded(name))
                {
                    Count(folder.Remote);
                    Add(folder, entry, name, there);
                }
            }
        }
        catch (Exception ex) when (ex is IOException and not SshException or UnauthorizedAccessException)
        {
            Fail(ex);
        }
    }

    private void Add(Folder folder, FileSystemInfo entry, SftpPath name, Dictionary<SftpPath, SftpAttributes>? there)
    {
        var remote = folder.Remote.Combine(name);
        if (LocalFile.LinkTarget(entry.FullName) is { } target)
        {
            if (Options.Links == SftpLinks.Keep)
            {
                _links.Add((target, remote));
                return;
            }

            if (Options.Links == SftpLinks.Skip || (Directory.Exists(entry.FullName) && LeadsBack(folder, entry)))
            {
                Skipped++;
                return;
            }
        }

        if (Directory.Exists(entry.FullName))
        {
            var child = new Folder(entry.FullName, remote, folder);
            if (child.Depth > Options.MaxDepth)
            {
                Fail(new IOException($"'{entry.FullName}' lies more than {Options.MaxDepth} directories deep."));
                return;
            }

            _folders.Enqueue(child);
        }
        else if (!File.Exists(entry.FullName) || !LocalFile.IsRegular(entry.FullName))
        {
            Skipped++;
        }
        else if (IsIncluded(name))
        {
            SftpAttributes? before = there is not null && there.TryGetValue(name, out var found) ? found : null;
            _files.Enqueue(new PutJob(Inbox, remote, entry.FullName, before, Transfer.Confirm));
        }
    }

    private static bool LeadsBack(Folder folder, FileSystemInfo link)
    {
        string? target = LocalFile.FinalTarget(link.FullName);
        for (var around = folder; around is not null; around = around.Parent)
        {
            if (string.Equals(Path.GetFullPath(LocalFile.FinalTarget(around.Local) ?? around.Local), target, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return target is null;
    }

    private async ValueTask<bool> IsSameCore(PutJob file)
    {
        if (Options.Compare == SftpCompare.None || file.Before is not { IsRegularFile: true } before)
        {
            return false;
        }

        var here = new FileInfo(file.Local);
        if (!here.Exists || (ulong)here.Length != before.Size)
        {
            return false;
        }

        return Options.Compare == SftpCompare.SizeAndTime
            ? before.ModifyTime == SftpClientBase.Seconds(here.LastWriteTimeUtc)
            : await SftpTreeHash.EqualCore(Client, Call, file.Path, file.Local).ConfigureAwait(false);
    }

    private void Start(PutJob file)
    {
        _preloaded += file.Open(mayPreload: _preloaded < PutJob.MostPreloaded);
        var final = SftpClientBase.Undress(file.Local, Transfer);
        Begin(file, () => file.StartUpload(new SftpUploadOptions
        {
            Attributes = final.Permissions is { } mode ? new SftpAttributes { Permissions = mode } : default,
            FinalAttributes = final,
            FSync = Transfer.Flush,
        }));
        _running++;
    }

    private void OnRoom(PutJob file)
    {
        if (file.Problem is not null)
        {
            return;
        }

        try
        {
            file.SendMore();
            Report(file.Path, file.Sent, file.Length);
        }
        catch (Exception ex) when (ex is IOException and not SshException or UnauthorizedAccessException)
        {
            // Its end is still to come.
            file.Problem = ex;
            file.Cancel();
        }
    }

    private void OnFileEnded(PutJob file)
    {
        _preloaded -= file.Preloaded;
        file.Close();
        var failure = file.Problem ?? file.Failure("put") ?? file.Check();
        if (failure is not null)
        {
            Fail(failure);
            return;
        }

        Files++;
        Bytes += file.Sent;
        Report(file.Path, file.Sent, file.Length);
    }

    private sealed class Folder(string local, SftpPath remote, Folder? parent)
    {
        public string Local { get; } = local;

        public SftpPath Remote { get; } = remote;

        public Folder? Parent { get; } = parent;

        public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

        /// <summary>It could not be made, and whether it is there was asked.</summary>
        public bool IsChecked { get; set; }

        public Exception? Problem { get; set; }
    }

    /// <summary>A file to the server; a small one is read beforehand and goes out without its caller.</summary>
    private sealed class PutJob(SftpInbox inbox, SftpPath remote, string local, SftpAttributes? before, bool confirm) : SftpJob(inbox, remote)
    {
        public const int MostPreloaded = 4 * 1024 * 1024;
        private const int BlockSize = 64 * 1024;

        private LocalFile? _file;
        private byte[]? _buffer;
        private Memory<byte> _rest;
        private long _position;
        private bool _isAsked;
        private ulong? _size;
        private Exception? _lookFailed;

        public string Local { get; } = local;

        public SftpAttributes? Before { get; } = before;

        public Exception? Problem { get; set; }

        public int Preloaded { get; private set; }

        public long Length { get; private set; }

        public long Sent => _position - _rest.Length;

        /// <summary>Opens it, and reads it if it is small. Returns the bytes that it holds.</summary>
        public int Open(bool mayPreload)
        {
            _file = LocalFile.OpenRead(Local);
            Length = _file.Length;
            if (mayPreload && Length <= BlockSize)
            {
                // One byte more than it had: a file that grows meanwhile is not sent in part.
                _buffer = ArrayPool<byte>.Shared.Rent(BlockSize + 1);
                int count = 0;
                for (int got; count < BlockSize + 1 && (got = _file.Read(_buffer.AsSpan(count, BlockSize + 1 - count), count)) > 0;)
                {
                    count += got;
                }

                _position = count;
                _rest = _buffer.AsMemory(0, count);
                if (count <= BlockSize)
                {
                    Preloaded = BlockSize;
                    _file.Dispose();
                    _file = null;
                }
            }

            return Preloaded;
        }

        /// <summary>Reads and writes while there is room.</summary>
        public void SendMore()
        {
            bool room = true;
            while (room)
            {
                if (_rest.IsEmpty)
                {
                    _buffer ??= ArrayPool<byte>.Shared.Rent(BlockSize);
                    _rest = _buffer.AsMemory(0, _file!.Read(_buffer, _position));
                    _position += _rest.Length;
                }

                lock (Session.Driver.Gate)
                {
                    room = GiveLocked();
                }

                Session.Driver.Kick();
            }
        }

        /// <summary>Why it is not what was meant; null if it is.</summary>
        public Exception? Check() => _lookFailed ?? (_size is { } size && size != (ulong)Sent
            ? SftpException.Found($"Cannot put '{Text.Printable(Path.ToString())}': {Sent} bytes were written and {size} are there.", "put", Path)
            : null);

        public void Close()
        {
            _file?.Dispose();
            _file = null;
            if (_buffer is not null)
            {
                lock (Session.Driver.Gate)
                {
                    ArrayPool<byte>.Shared.Return(_buffer);
                    _buffer = null;
                    _position -= _rest.Length;
                    _rest = default;
                }
            }
        }

        public override void OnReplyLocked(SftpSession session, in SftpReply reply)
        {
            if (_isAsked)
            {
                _size = reply.Attributes.Size;
                _lookFailed = reply.Kind == SftpReplyKind.Abandoned ? session.MakeEndException() : reply.IsError ? SftpException.Refused(reply, "stat", Path) : null;
                base.OnEndedLocked();
            }
            else
            {
                base.OnReplyLocked(session, reply);
            }
        }

        protected override void OnRoomLocked()
        {
            if (Preloaded == 0)
            {
                base.OnRoomLocked();
                return;
            }

            while (_buffer is not null && GiveLocked())
            {
                continue;
            }
        }

        protected override void OnEndedLocked()
        {
            var session = Session;
            if (!confirm || Transfer!.Failure is not null || Transfer.IsCancelled || session.Machine.Error is not null)
            {
                base.OnEndedLocked();
                return;
            }

            _isAsked = true;
            session.Machine.Stat(Path, this);
        }

        // False: no more room, or all was given.
        private bool GiveLocked()
        {
            if (_rest.IsEmpty)
            {
                Upload.Complete();
                return false;
            }

            _rest = _rest.Slice(Upload.Write(_rest.Span));
            return _rest.IsEmpty;
        }
    }
}
