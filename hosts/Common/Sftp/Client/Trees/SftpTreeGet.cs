using System.IO;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A tree from the server. Nothing is ever written outside the target: names are checked, links are never written through, and
/// those that the tree itself has are made when everything else is there.
/// </summary>
internal sealed class SftpTreeGet : SftpTree
{
    private const int ListingsInFlight = 8;
    private const int FilesAhead = 4096;

    private readonly SftpPath _remote;
    private readonly string _local;
    private readonly Queue<Folder> _folders = new();
    private readonly Queue<GetJob> _files = new();
    private readonly List<(SftpPath Remote, string Local)> _links = [];
    private readonly List<Folder> _entered = [];
    private int _listings;
    private int _running;

    public SftpTreeGet(SftpClientBase client, SftpCall call, SftpPath remote, string local, SftpTreeOptions options, IProgress<SftpProgress>? progress)
        : base(client, call, options, progress)
    {
        _remote = remote;
        _local = Path.GetFullPath(local);
    }

    protected override async ValueTask BeginCore()
    {
        var real = await Client.RealCore(Call, _remote).ConfigureAwait(false);
        var attributes = await Client.AttributesCore(Call, real).ConfigureAwait(false);
        if (!attributes.IsDirectory && attributes.Type != SftpFileType.Unknown)
        {
            throw SftpException.Found($"'{Text.Printable(_remote.ToString())}' is not a directory.", "get", _remote);
        }

        Directory.CreateDirectory(_local);
        _folders.Enqueue(new Folder(real, _local, 0, real, attributes));
    }

    protected override async ValueTask StartMoreCore()
    {
        while (_listings < ListingsInFlight && _folders.Count > 0 && _files.Count < FilesAhead)
        {
            var folder = _folders.Dequeue();
            var listing = new SftpListJob(Inbox, folder.Remote, folder, Options.MaxEntries);
            Begin(listing, listing.Start);
            _listings++;
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

            Begin(file, () => file.StartDownload(new SftpDownloadOptions { ExpectedSize = file.Attributes.Size }));
            _running++;
        }
    }

    protected override void OnNews(in SftpNews news)
    {
        if (news.Job is SftpListJob listing)
        {
            Active.Remove(listing);
            _listings--;
            OnListed((Folder)listing.Node, listing);
            return;
        }

        if (news.Job is SftpAskJob ask)
        {
            Active.Remove(ask);
            OnAnswered(ask);
            return;
        }

        var file = (GetJob)news.Job;
        if (news.Kind == SftpReplyKind.TransferData)
        {
            if (file.Problem is null)
            {
                try
                {
                    file.Write(news);
                    Bytes += news.Length;
                    Report(file.Path, file.Done, (long?)file.Attributes.Size);
                }
                catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
                {
                    // Its end is still to come.
                    file.Problem = ex;
                    file.Cancel();
                }
            }

            return;
        }

        Active.Remove(file);
        _running--;
        OnFileEnded(file);
    }

    protected override async ValueTask FinishCore()
    {
        foreach (var (remote, local) in _links)
        {
            try
            {
                var target = await Client.LinkCore(Call, remote).ConfigureAwait(false);
                RemoveLink(local);
                if (File.Exists(local) || Directory.Exists(local))
                {
                    File.Delete(local);
                }

                if (LocalFile.TryLink(local, target.ToString()))
                {
                    Links++;
                }
                else
                {
                    Skipped++;
                }
            }
            catch (Exception ex) when (ex is SftpException or IOException or UnauthorizedAccessException)
            {
                Fail(ex);
            }
        }

        // Children before parents: a directory's time changes as long as something is made in it.
        for (int i = _entered.Count - 1; i >= 0; i--)
        {
            SftpClientBase.DressFolder(_entered[i].Local, _entered[i].Attributes, Transfer);
        }
    }

    protected override void Release(SftpReceiver job) => (job as GetJob)?.Close();

    private void OnListed(Folder folder, SftpListJob listing)
    {
        if (listing.Failure is { } failure)
        {
            Fail(failure);
            return;
        }

        Directories++;
        _entered.Add(folder);
        var seen = new HashSet<SftpPath>();
        foreach (var entry in listing.Names)
        {
            if (entry.Name == "." || entry.Name == ".." || IsExcluded(entry.Name))
            {
                continue;
            }

            Count(folder.Remote);
            if (SftpLocalNames.Of(entry.Name) is not { } name)
            {
                Fail(SftpException.Found($"The server names a file '{Text.Printable(entry.Name.ToString())}', which is no name for a file here.", "get", folder.Remote, SftpStatusCode.BadMessage));
                continue;
            }

            if (!seen.Add(entry.Name))
            {
                Fail(SftpException.Found($"The server names the file '{Text.Printable(name)}' twice.", "get", folder.Remote, SftpStatusCode.BadMessage));
                continue;
            }

            Add(folder, folder.Remote.Combine(entry.Name), Path.Combine(folder.Local, name), entry);
        }
    }

    private void Add(Folder folder, SftpPath remote, string local, in SftpFileName entry)
    {
        switch (entry.Attributes.Type)
        {
            case SftpFileType.Directory:
                AddFolder(folder, new Folder(remote, local, folder.Depth + 1, folder.Real.Combine(entry.Name), entry.Attributes));
                break;
            case SftpFileType.Regular or SftpFileType.Unknown:
                AddFile(remote, local, entry.Name, entry.Attributes);
                break;
            case SftpFileType.SymbolicLink when Options.Links == SftpLinks.Keep:
                _links.Add((remote, local));
                break;
            case SftpFileType.SymbolicLink when Options.Links == SftpLinks.Follow:
                Follow(new Link(folder, remote, local));
                break;
            default:
                Skipped++;
                break;
        }
    }

    private void AddFolder(Folder parent, Folder folder)
    {
        if (folder.Depth > Options.MaxDepth)
        {
            Fail(SftpException.Found($"'{Text.Printable(folder.Remote.ToString())}' lies more than {Options.MaxDepth} directories deep.", "get", folder.Remote));
            return;
        }

        try
        {
            // A link that lies here already, or that something else has made, would lead out of the target.
            RemoveLink(folder.Local);
            Directory.CreateDirectory(folder.Local);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            Fail(ex);
            return;
        }

        folder.Parent = parent;
        _folders.Enqueue(folder);
    }

    private void AddFile(SftpPath remote, string local, SftpPath name, SftpAttributes attributes)
    {
        if (IsIncluded(name))
        {
            _files.Enqueue(new GetJob(Inbox, remote, local, attributes));
        }
    }

    // First what it leads to, then, for a directory, where that is.
    private void Follow(Link link)
    {
        var ask = new SftpAskJob(Inbox, "stat", link.Remote, link);
        Begin(ask, () => ask.Start((m, r) => m.Stat(link.Remote, r)));
    }

    private void OnAnswered(SftpAskJob ask)
    {
        var link = (Link)ask.Node;
        if (ask.Failure is SftpException { Status: SftpStatusCode.NoSuchFile })
        {
            Skipped++; // it leads nowhere
        }
        else if (ask.Failure is { } failure)
        {
            Fail(failure);
        }
        else if (link.Target is { } target)
        {
            OnResolved(link, target, ask.Path);
        }
        else if (ask.Attributes.IsDirectory)
        {
            link.Target = ask.Attributes;
            var where = new SftpAskJob(Inbox, "realpath", link.Remote, link);
            Begin(where, () => where.Start((m, r) => m.RealPath(link.Remote, r)));
        }
        else if (ask.Attributes.IsRegularFile)
        {
            AddFile(link.Remote, link.Local, link.Remote.Name, ask.Attributes);
        }
        else
        {
            Skipped++;
        }
    }

    private void OnResolved(Link link, SftpAttributes attributes, SftpPath real)
    {
        for (var around = link.Folder; around is not null; around = around.Parent)
        {
            if (around.Real == real)
            {
                Skipped++; // it leads back
                return;
            }
        }

        AddFolder(link.Folder, new Folder(link.Remote, link.Local, link.Folder.Depth + 1, real, attributes));
    }

    private async ValueTask<bool> IsSameCore(GetJob file)
    {
        var there = new FileInfo(file.Local);
        if (Options.Compare == SftpCompare.None || !there.Exists || LocalFile.LinkTarget(file.Local) is not null || (ulong)there.Length != file.Attributes.Size)
        {
            return false;
        }

        return Options.Compare == SftpCompare.SizeAndTime
            ? file.Attributes.ModifyTime == SftpClientBase.Seconds(there.LastWriteTimeUtc)
            : await SftpTreeHash.EqualCore(Client, Call, file.Path, file.Local).ConfigureAwait(false);
    }

    private void OnFileEnded(GetJob file)
    {
        try
        {
            var failure = file.Problem ?? file.Failure("get");
            if (failure is not null)
            {
                Fail(failure);
                return;
            }

            file.Complete(Transfer);
            Files++;
        }
        catch (Exception ex) when (ex is SftpException or IOException or UnauthorizedAccessException && Options.ContinueOnError && Client.IsOpen)
        {
            Fail(ex);
        }
        finally
        {
            file.Close();
        }
    }

    private static void RemoveLink(string local)
    {
        if (LocalFile.LinkTarget(local) is not null)
        {
            File.Delete(local);
        }
    }

    private sealed class Folder(SftpPath remote, string local, int depth, SftpPath real, SftpAttributes attributes)
    {
        public SftpPath Remote { get; } = remote;

        public string Local { get; } = local;

        public int Depth { get; } = depth;

        /// <summary>Where it really is, for links that lead back.</summary>
        public SftpPath Real { get; } = real;

        public SftpAttributes Attributes { get; } = attributes;

        public Folder? Parent { get; set; }
    }

    private sealed class Link(Folder folder, SftpPath remote, string local)
    {
        public Folder Folder { get; } = folder;

        public SftpPath Remote { get; } = remote;

        public string Local { get; } = local;

        /// <summary>What it leads to, once that is known.</summary>
        public SftpAttributes? Target { get; set; }
    }

    private sealed class GetJob(SftpInbox inbox, SftpPath remote, string local, SftpAttributes attributes) : SftpJob(inbox, remote)
    {
        private readonly SftpFront _front = new(0);
        private LocalFile? _file;
        private bool _isWhole;

        public string Local { get; } = local;

        public SftpAttributes Attributes { get; } = attributes;

        public long Done { get; private set; }

        public Exception? Problem { get; set; }

        public void Write(in SftpNews news)
        {
            Open().Write(news.Bytes.Span, news.Offset);
            _front.Add(news.Offset, news.Length);
            Done += news.Length;
        }

        public void Complete(SftpTransferOptions options)
        {
            long length = (long)Download.Length;
            if (options.Confirm && Attributes is { Size: { } size, Type: SftpFileType.Regular } && (ulong)length < size)
            {
                throw SftpException.Found($"Cannot get '{Text.Printable(Path.ToString())}': {length} bytes came of {size}.", "get", Path);
            }

            var file = Open();
            if (file.Length != length)
            {
                file.SetLength(length);
            }

            if (options.Flush)
            {
                file.Flush();
            }

            _isWhole = true;
            Close();
            SftpClientBase.Dress(Local, Attributes, options);
        }

        /// <summary>Lets go of the file here; of one that is not whole only the part before its first hole stays, which can be resumed.</summary>
        public void Close()
        {
            if (_file is not null && !_isWhole)
            {
                _front.Cut(_file);
            }

            _file?.Dispose();
            _file = null;
        }

        private LocalFile Open()
        {
            if (_file is null)
            {
                RemoveLink(Local);
                _file = LocalFile.Create(Local, FileMode.Create);
            }

            return _file;
        }
    }
}
