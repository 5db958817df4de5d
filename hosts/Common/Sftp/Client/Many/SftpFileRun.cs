using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Many files on their way, either way, driven by one caller. The next one is taken from the caller's sequence when there is
/// room for it, so that a sequence that lists directories as it goes is never far ahead.
/// </summary>
internal sealed class SftpFileRun
{
    private readonly SftpClientBase _client;
    private readonly SftpCall _call;
    private readonly Func<ValueTask<SftpFileTransfer?>> _next;
    private readonly SftpInbox _inbox;
    private readonly HashSet<SftpFileJob> _active = [];
    private Queue<SftpNews> _queue = new();
    private byte[]? _scratch;
    private int _preloaded;

    /// <summary>Files of a sequence whose end is null.</summary>
    public SftpFileRun(SftpClientBase client, SftpCall call, Func<ValueTask<SftpFileTransfer?>> next)
    {
        _client = client;
        _call = call;
        _next = next;
        _inbox = new SftpInbox(client.Session);
    }

    public async ValueTask RunCore()
    {
        try
        {
            bool hasMore = true;
            while (true)
            {
                // Not all that may be under way at once: meanwhile data comes.
                if (hasMore && _active.Count < _client.MostFiles)
                {
                    var file = await _next().ConfigureAwait(false);
                    hasMore = file is not null;
                    if (file is not null)
                    {
                        Start(file);
                    }

                    if (!_inbox.HasNews)
                    {
                        continue;
                    }
                }

                if (_active.Count == 0)
                {
                    if (hasMore)
                    {
                        continue;
                    }

                    return;
                }

                _queue = await _inbox.TakeCore(_call, _queue).ConfigureAwait(false);
                while (_queue.Count > 0)
                {
                    var news = _queue.Dequeue();
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
        }
        catch (Exception ex)
        {
            Stop(ex);
            throw;
        }
    }

    private void Start(SftpFileTransfer file)
    {
        var remote = _client.Resolve(file.RemotePath);
        SftpFileJob job = file switch
        {
            SftpFileDownload download => new SftpFileGet(_inbox, remote, download),
            SftpFileUpload upload => new SftpFilePut(_inbox, remote, upload, _preloaded < SftpFilePut.MostPreloaded ? _scratch ??= new byte[SftpFilePut.SmallSize + 1] : null),
            _ => throw new ArgumentException("A file goes one way or the other.", nameof(file)),
        };
        _active.Add(job);
        try
        {
            job.Begin();
        }
#pragma warning disable CA1031 // The failure goes to its owner.
        catch (Exception ex) when (ex is not OperationCanceledException && _client.IsOpen && job.Transfer is null)
#pragma warning restore CA1031
        {
            job.Problem = ex;
            OnEnded(job);
        }

        _preloaded += (job as SftpFilePut)?.Preloaded ?? 0;
    }

    private void OnNews(in SftpNews news)
    {
        var job = (SftpFileJob)news.Job;
        if (news.Kind == SftpReplyKind.TransferEnded)
        {
            _preloaded -= (job as SftpFilePut)?.Preloaded ?? 0;
            OnEnded(job);
            return;
        }

        if (job.Problem is not null)
        {
            return; // its end is still to come
        }

        try
        {
            job.OnNews(news);
        }
#pragma warning disable CA1031 // The failure goes to its owner, with the end.
        catch (Exception ex) when (ex is not OperationCanceledException && _client.IsOpen)
#pragma warning restore CA1031
        {
            job.Problem = ex;
            job.Cancel();
        }
    }

    private void OnEnded(SftpFileJob job)
    {
        _active.Remove(job);
        job.Close();
        var end = job.End();
        job.File.OnEnded(end);
        if (job.Problem is null && job.Transfer?.Failure is { Request: SftpRequestKind.None })
        {
            throw end.Failure!; // not the file but the session
        }
    }

    private void Stop(Exception cause)
    {
        lock (_client.Session.Driver.Gate)
        {
            foreach (var job in _active)
            {
                job.Transfer?.Cancel();
            }
        }

        while (_queue.Count > 0)
        {
            _queue.Dequeue().Return();
        }

        _inbox.Drop();
        _client.Session.Driver.Kick();
        foreach (var job in _active)
        {
            job.Close();
            Tell(job, cause);
        }
    }

    // What one owner throws must not keep the end from the others; why all of it ends is known.
    private static void Tell(SftpFileJob job, Exception cause)
    {
        try
        {
            job.File.OnEnded(job.End(cause));
        }
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }
    }
}
