using System.Buffers;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// What transfers have to say to the caller who runs them: data in memory of a pool, room for more, ends. The caller takes
/// all of it at once and does its file I/O off the gate. Guarded by the gate.
/// </summary>
internal sealed class SftpInbox
{
    /// <summary>Bytes that may wait before no more is taken from the server.</summary>
    private const int MostHeld = 2 * 1024 * 1024;

    private readonly SftpSession _session;
    private readonly List<SftpDownload> _paused = [];
    private Queue<SftpNews> _news = new();
    private HostOperation<bool>? _waiting;
    private int _held;
    private bool _holds;

    public SftpInbox(SftpSession session) => _session = session;

    public SftpSession Session => _session;

    /// <summary>Whether something can be taken at once.</summary>
    public bool HasNews
    {
        get
        {
            lock (_session.Driver.Gate)
            {
                return _news.Count > 0;
            }
        }
    }

    public void AddLocked(in SftpNews news)
    {
        _news.Enqueue(news);
        _held += news.Length;
        if (_held > MostHeld && !_holds)
        {
            _holds = true;
            _session.HoldLocked();
        }

        // While others use the session its data comes on: no more than what is under way then.
        if (_holds && news.Job is SftpJob { Transfer: SftpDownload { IsPaused: false } download })
        {
            download.IsPaused = true;
            _paused.Add(download);
        }

        _waiting?.Succeed(_session.Driver, true);
        _waiting = null;
    }

    /// <summary>Waits for news and exchanges the full queue for the empty one that the caller gives.</summary>
    public async ValueTask<Queue<SftpNews>> TakeCore(SftpCall call, Queue<SftpNews> empty)
    {
        while (true)
        {
            HostOperation<bool>? waiting = null;
            var taken = _news;
            lock (_session.Driver.Gate)
            {
                if (_news.Count > 0)
                {
                    _news = empty;
                    _held = 0;
                    ReleaseLocked();
                }
                else
                {
                    _waiting = waiting = new();
                }
            }

            _session.Driver.Kick();
            if (waiting is null)
            {
                return taken;
            }

            await _session.For(call, waiting, "The transfer").ConfigureAwait(false);
        }
    }

    /// <summary>Gives back what nobody will take.</summary>
    public void Drop()
    {
        lock (_session.Driver.Gate)
        {
            while (_news.Count > 0)
            {
                _news.Dequeue().Return();
            }

            _held = 0;
            ReleaseLocked();
        }

        _session.Driver.Kick();
    }

    private void ReleaseLocked()
    {
        if (_holds)
        {
            _holds = false;
            foreach (var download in _paused)
            {
                download.IsPaused = false;
            }

            _paused.Clear();
            _session.ReleaseLocked();
        }
    }
}

/// <summary>One thing that a transfer says.</summary>
/// <param name="Job">Whose.</param>
/// <param name="Kind">TransferData, TransferRoom, TransferEnded, or the kind of a plain reply.</param>
/// <param name="Offset">Where data belongs.</param>
/// <param name="Data">Data, from the shared pool; null if there is none.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct SftpNews(SftpReceiver Job, SftpReplyKind Kind, long Offset, byte[]? Data, int Length)
{
    public ReadOnlyMemory<byte> Bytes => Data.AsMemory(0, Length);

    public void Return()
    {
        if (Data is not null)
        {
            ArrayPool<byte>.Shared.Return(Data);
        }
    }
}
