using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A directory that is listed while other things go on: OPENDIR, READDIR until the end, CLOSE. Guarded by the gate.</summary>
internal sealed class SftpListJob : SftpReceiver
{
    private const int MostEmptyReplies = 1000;

    private readonly SftpInbox _inbox;
    private readonly SftpPath _path;
    private readonly int _most;
    private SftpHandle? _handle;
    private int _emptyReplies;
    private bool _stopped;

    public SftpListJob(SftpInbox inbox, SftpPath path, object node, int most)
    {
        _inbox = inbox;
        _path = path;
        _most = most;
        Node = node;
    }

    /// <summary>What the caller lists it for.</summary>
    public object Node { get; }

    /// <summary>All that was listed, "." and ".." too.</summary>
    public List<SftpFileName> Names { get; } = [];

    /// <summary>Why it failed; null if it did not.</summary>
    public Exception? Failure { get; private set; }

    public void Start()
    {
        lock (_inbox.Session.Driver.Gate)
        {
            _inbox.Session.ThrowIfEndedLocked();
            _inbox.Session.Machine.OpenDirectory(_path.IsEmpty ? "." : _path, this);
        }
    }

    public void StopLocked() => _stopped = true;

    public override void OnReplyLocked(SftpSession session, in SftpReply reply)
    {
        if (reply.Handle is { } handle)
        {
            _handle = handle;
            ContinueLocked(session);
            return;
        }

        if (reply.Kind == SftpReplyKind.Names)
        {
            Names.AddRange(reply.Names);
            if (Names.Count > _most || (reply.Names.Count == 0 && ++_emptyReplies > MostEmptyReplies))
            {
                EndLocked(session, SftpException.Found($"'{Text.Printable(_path.ToString())}' has no end.", "list", _path, SftpStatusCode.BadMessage));
            }
            else
            {
                ContinueLocked(session);
            }

            return;
        }

        EndLocked(session, reply.Kind == SftpReplyKind.Abandoned ? session.MakeEndException()
            : reply.Code == SftpStatusCode.EndOfFile && _handle is not null ? null
            : SftpException.Refused(reply, "list", _path));
    }

    private void ContinueLocked(SftpSession session)
    {
        if (_stopped)
        {
            session.CloseLocked(_handle!);
        }
        else if (session.Machine.Error is null)
        {
            session.Machine.ReadDirectory(_handle!, this);
        }
        else
        {
            EndLocked(session, session.MakeEndException());
        }
    }

    private void EndLocked(SftpSession session, Exception? failure)
    {
        Failure = failure;
        if (_handle is { } handle)
        {
            session.CloseLocked(handle);
        }

        if (!_stopped)
        {
            _inbox.AddLocked(new(this, SftpReplyKind.Names, 0, null, 0));
        }
    }
}
