using System.Text;
using System.Threading.Tasks;
using SshCore.Config;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A tree on its way, in either direction: many files and listings under way at once, driven by one caller who takes what they
/// say and does the local I/O.
/// </summary>
internal abstract class SftpTree
{
    private readonly List<Exception> _failures = [];
    private readonly List<byte[]> _include;
    private readonly List<byte[]> _exclude;
    private readonly IProgress<SftpProgress>? _progress;

    protected SftpTree(SftpClientBase client, SftpCall call, SftpTreeOptions options, IProgress<SftpProgress>? progress)
    {
        if (options.Transfer is { Atomic: true } or { Resume: true })
        {
            throw new ArgumentException("The files of a tree are neither atomic nor resumed.", nameof(options));
        }

        Client = client;
        Call = call;
        Options = options;
        Transfer = options.Compare == SftpCompare.SizeAndTime ? options.Transfer with { KeepTimes = true } : options.Transfer;
        _progress = progress;
        _include = Patterns(options.Include);
        _exclude = Patterns(options.Exclude);
        Inbox = new SftpInbox(client.Session);
    }

    protected SftpClientBase Client { get; }

    protected SftpCall Call { get; }

    protected SftpTreeOptions Options { get; }

    protected SftpTransferOptions Transfer { get; }

    protected SftpInbox Inbox { get; }

    /// <summary>Jobs whose end has not come.</summary>
    protected HashSet<SftpReceiver> Active { get; } = [];

    protected int Files { get; set; }

    protected int Unchanged { get; set; }

    protected int Directories { get; set; }

    protected int Links { get; set; }

    protected int Skipped { get; set; }

    protected long Bytes { get; set; }

    protected int Entries { get; private set; }

    public async ValueTask<SftpTreeResult> RunCore()
    {
        var queue = new Queue<SftpNews>();
        try
        {
            await BeginCore().ConfigureAwait(false);
            while (true)
            {
                await StartMoreCore().ConfigureAwait(false);
                if (Active.Count == 0)
                {
                    break;
                }

                queue = await Inbox.TakeCore(Call, queue).ConfigureAwait(false);
                while (queue.Count > 0)
                {
                    var news = queue.Dequeue();
                    try
                    {
                        OnNews(news);
                    }
                    finally
                    {
                        news.Return();
                    }
                }
            }

            await FinishCore().ConfigureAwait(false);
        }
        catch
        {
            Stop();
            while (queue.Count > 0)
            {
                queue.Dequeue().Return();
            }

            Inbox.Drop();
            throw;
        }

        return new(Files, Unchanged, Directories, Links, Skipped, Bytes, _failures);
    }

    /// <summary>Starts with the root.</summary>
    protected abstract ValueTask BeginCore();

    /// <summary>Starts as much as may be under way; nothing new under way and nothing active is the end.</summary>
    protected abstract ValueTask StartMoreCore();

    /// <summary>A job has said something.</summary>
    protected abstract void OnNews(in SftpNews news);

    /// <summary>All jobs have ended: links, and the times of directories.</summary>
    protected abstract ValueTask FinishCore();

    /// <summary>Lets go of what the jobs hold here.</summary>
    protected abstract void Release(SftpReceiver job);

    protected void Report(SftpPath path, long bytes, long? total) => _progress?.Report(new(path, bytes, total));

    /// <summary>One thing has failed; the end of the session fails all.</summary>
    protected void Fail(Exception failure)
    {
        if (!Options.ContinueOnError || !Client.IsOpen)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
        }

        _failures.Add(failure);
    }

    /// <summary>Counts an entry of the tree against a listing without an end.</summary>
    protected void Count(SftpPath path)
    {
        if (++Entries > Options.MaxEntries)
        {
            throw SftpException.Found($"The tree has more than {Options.MaxEntries} files.", "list", path);
        }
    }

    protected bool IsExcluded(SftpPath name) => Matches(_exclude, name);

    protected bool IsIncluded(SftpPath name) => _include.Count == 0 || Matches(_include, name);

    protected void Begin(SftpReceiver job, Action start)
    {
        start();
        Active.Add(job);
    }

    private void Stop()
    {
        lock (Client.Session.Driver.Gate)
        {
            foreach (var job in Active)
            {
                (job as SftpJob)?.Transfer?.Cancel();
                (job as SftpListJob)?.StopLocked();
            }
        }

        Client.Session.Driver.Kick();
        foreach (var job in Active)
        {
            Release(job);
        }
    }

    private static List<byte[]> Patterns(IReadOnlyList<string> texts)
    {
        var patterns = new List<byte[]>(texts.Count);
        foreach (string text in texts)
        {
            patterns.Add(Encoding.UTF8.GetBytes(text));
        }

        return patterns;
    }

    private static bool Matches(List<byte[]> patterns, SftpPath name)
    {
        foreach (byte[] pattern in patterns)
        {
            if (FileGlob.IsMatch(name.Span, pattern, matchHidden: true))
            {
                return true;
            }
        }

        return false;
    }
}
