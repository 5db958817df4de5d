using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Writes of one file that were sent and not yet answered. The first failure is kept, with its offset, until somebody asks
/// for it; after it nothing more is sent. Guarded by the gate.
/// </summary>
internal sealed class SftpWriteBehind
{
    private readonly SftpSession _session;
    private readonly SftpHandle _handle;
    private readonly SftpPath _path;
    private readonly Stack<Ticket> _spare = new();
    private HostOperation<bool>? _news;
    private Func<Exception>? _error;
    private int _wakeAt;

    public SftpWriteBehind(SftpSession session, SftpHandle handle, SftpPath path)
    {
        _session = session;
        _handle = handle;
        _path = path;
    }

    /// <summary>Bytes that were sent and not yet answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>Something was sent in all.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Sends as much as the window allows; 0: wait for <see cref="NewsLocked"/>.</summary>
    public int SendLocked(long offset, ReadOnlySpan<byte> data, int window)
    {
        ThrowIfFailedLocked();
        int sent = 0;

        // Half of the requests that may wait stays free for others, as core's uploads leave it.
        int most = Math.Max(1, _session.Machine.Limits.PendingRequests / 2);
        while (sent < data.Length && InFlight < window && _session.Machine.PendingRequests < most)
        {
            var ticket = _spare.Count > 0 ? _spare.Pop() : new Ticket(this);
            int count = _session.Machine.Write(_handle, (ulong)(offset + sent), data.Slice(sent), out _, ticket);
            if (count == 0)
            {
                _spare.Push(ticket);
                break;
            }

            ticket.Offset = offset + sent;
            ticket.Length = count;
            InFlight += count;
            sent += count;
            HasWritten = true;
        }

        return sent;
    }

    /// <summary>Happens when no more than that is under way, or a write has failed. With nothing under way it is others who are waited for.</summary>
    public HostOperation<bool> NewsLocked(int atMost)
    {
        if (InFlight == 0)
        {
            return _session.RoomLocked();
        }

        _wakeAt = atMost;
        return _news ??= new();
    }

    /// <summary>Throws a failure that has come late, once.</summary>
    public void ThrowIfFailedLocked()
    {
        if (_error is { } error)
        {
            throw error();
        }
    }

    private void OnAnswered(Ticket ticket, SftpSession session, in SftpReply reply)
    {
        InFlight -= ticket.Length;
        if (reply.Kind == SftpReplyKind.Abandoned)
        {
            _error ??= session.MakeEndException;
        }
        else if (reply.IsError)
        {
            var error = reply;
            long at = ticket.Offset;
            _error ??= () => SftpException.Refused(error, "write", _path, at);
        }

        _spare.Push(ticket);

        if (InFlight <= _wakeAt || _error is not null)
        {
            _news?.Succeed(session.Driver, true);
            _news = null;
        }
    }

    private sealed class Ticket : SftpReceiver
    {
        private readonly SftpWriteBehind _owner;

        public Ticket(SftpWriteBehind owner) => _owner = owner;

        public long Offset { get; set; }

        public int Length { get; set; }

        public override void OnReplyLocked(SftpSession session, in SftpReply reply) => _owner.OnAnswered(this, session, reply);
    }
}
