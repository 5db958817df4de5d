using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// An open directory. While the reader waits some READDIRs are under way at once, and what they bring is kept for it; who stops
/// reading stops asking.
/// </summary>
internal sealed class SftpDirectoryReader : SftpReceiver
{
    private const int ReadsAhead = 4;
    private const int MostEmptyReplies = 1000;

    private readonly SftpSession _session;
    private readonly SftpHandle _handle;
    private readonly SftpPath _path;
    private readonly Queue<IReadOnlyList<SftpFileName>> _batches = new();
    private HostOperation<bool>? _news;
    private Func<Exception>? _error;
    private int _inFlight;
    private int _emptyReplies;
    private bool _ended;
    private bool _closed;

    public SftpDirectoryReader(SftpSession session, SftpHandle handle, SftpPath path)
    {
        _session = session;
        _handle = handle;
        _path = path;
    }

    /// <summary>The next names, without "." and ".."; null at the end.</summary>
    public async ValueTask<IReadOnlyList<SftpFileName>?> NextCore(SftpCall call)
    {
        while (true)
        {
            HostOperation<bool> news;
            lock (_session.Driver.Gate)
            {
                if (_batches.Count > 0)
                {
                    return _batches.Dequeue();
                }

                if (_error is not null)
                {
                    throw _error();
                }

                if (_ended && _inFlight == 0)
                {
                    return null;
                }

                _session.ThrowIfEndedLocked();
                AskLocked();
                _news = news = new();
            }

            _session.Driver.Kick();
            await _session.For(call, news, "Listing the directory").ConfigureAwait(false);
        }
    }

    /// <summary>Gives the directory back to the server.</summary>
    public void Close()
    {
        lock (_session.Driver.Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _batches.Clear();
            _session.CloseLocked(_handle);
        }

        _session.Driver.Kick();
    }

    public override void OnReplyLocked(SftpSession session, in SftpReply reply)
    {
        _inFlight--;
        if (reply.Kind == SftpReplyKind.Names)
        {
            var names = Keep(reply.Names);
            if (names.Count > 0)
            {
                _emptyReplies = 0;
                _batches.Enqueue(names);
            }
            else if (++_emptyReplies > MostEmptyReplies)
            {
                _error ??= () => SftpException.Found("The server goes on with a directory without naming any file.", "list", _path, SftpStatusCode.BadMessage);
            }
        }
        else if (reply.Kind == SftpReplyKind.Abandoned)
        {
            _error ??= session.MakeEndException;
        }
        else if (reply.Code == SftpStatusCode.EndOfFile)
        {
            _ended = true;
        }
        else if (!_ended)
        {
            var error = reply;
            _error ??= () => SftpException.Refused(error, "list", _path);
        }

        // The end counts once all that was asked before has been answered: names may overtake it.
        if (_batches.Count > 0 || _error is not null || (_ended && _inFlight == 0))
        {
            _news?.Succeed(session.Driver, true);
            _news = null;
        }
        else
        {
            AskLocked();
        }
    }

    private void AskLocked()
    {
        while (!_closed && !_ended && _error is null && _inFlight + _batches.Count < ReadsAhead && _session.Machine.Error is null)
        {
            _inFlight++;
            _session.Machine.ReadDirectory(_handle, this);
        }
    }

    private static IReadOnlyList<SftpFileName> Keep(IReadOnlyList<SftpFileName> names)
    {
        bool clean = true;
        foreach (var name in names)
        {
            clean &= !IsDot(name.Name);
        }

        if (clean)
        {
            return names;
        }

        var kept = new List<SftpFileName>(names.Count);
        foreach (var name in names)
        {
            if (!IsDot(name.Name))
            {
                kept.Add(name);
            }
        }

        return kept;
    }

    private static bool IsDot(SftpPath name) => name.Span is [(byte)'.'] or [(byte)'.', (byte)'.'];
}
