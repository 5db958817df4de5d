using System.Threading.Tasks;
using SshCore.Errors;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// The client's machine behind a driver's gate. Replies settle those who wait on whichever thread has received them: nothing
/// is handed to another thread for a packet. Data goes to the waiter's own memory or to buffers of a pool.
/// </summary>
internal sealed class SftpSession
{
    private bool _ended;
    private HostOperation<bool>? _room;
    private int _holds;
    private int _others;

    public SftpSession(HostDriver driver, SftpClientMachine machine)
    {
        Driver = driver;
        Machine = machine;
    }

    /// <summary>Moves the bytes and lets wait.</summary>
    public HostDriver Driver { get; }

    /// <summary>Touched only under the driver's gate.</summary>
    public SftpClientMachine Machine { get; }

    /// <summary>VERSION has come.</summary>
    public HostOperation<bool> Ready { get; } = new();

    /// <summary>The session has ended.</summary>
    public HostOperation<bool> Ended { get; } = new();

    /// <summary>Why the session ended before the driver did; null if only the driver knows.</summary>
    public Exception? Cause { get; set; }

    /// <summary>The caller has closed it.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Hands on what the server has said.</summary>
    public void PumpLocked()
    {
        bool any = false;
        while (!IsHeld && Machine.TryPoll(out var reply))
        {
            switch (reply.Kind)
            {
                case SftpReplyKind.Version:
                    Ready.Succeed(Driver, true);
                    break;
                case SftpReplyKind.Ended:
                    OnEndedLocked();
                    break;
                default:
                    (reply.State as SftpReceiver)?.OnReplyLocked(this, reply);
                    break;
            }

            any = true;
        }

        if (any && _room is { } room)
        {
            _room = null;
            room.Succeed(Driver, true);
        }
    }

    /// <summary>
    /// Happens when something was answered, to whomever: what others have sent is in the way of more. With nothing under way
    /// at all there is always room.
    /// </summary>
    public HostOperation<bool> RoomLocked() => _room ??= new();

    /// <summary>
    /// Somebody has more data than he has dealt with: no more is taken from the server, unless others wait for something too.
    /// </summary>
    public void HoldLocked() => _holds++;

    /// <summary>Ends <see cref="HoldLocked"/>.</summary>
    public void ReleaseLocked()
    {
        _holds--;
        PumpLocked();
    }

    /// <summary>Waits for something that is not the data that a hold is about.</summary>
    public async ValueTask<T> For<T>(SftpCall call, HostOperation<T> operation, string what)
    {
        lock (Driver.Gate)
        {
            _others++;
            if (_holds > 0)
            {
                PumpLocked();
            }
        }

        try
        {
            return await call.For(Driver, operation, what).ConfigureAwait(false);
        }
        finally
        {
            lock (Driver.Gate)
            {
                _others--;
            }
        }
    }

    /// <summary>The channel or stream is gone.</summary>
    public void OnGoneLocked(string reason)
    {
        if (!_ended)
        {
            _others++; // who holds is to learn of the end too
            Machine.ReceiveEnd();
            PumpLocked();
            Machine.Abort(reason);
            PumpLocked();
        }
    }

    /// <summary>Makes a request whose result is one value.</summary>
    public HostOperation<T> Begin<T>(string operation, SftpPath path, Action<SftpClientMachine, object> send, SftpAnswer<T> answer)
    {
        var request = new SftpRequest<T>(operation, path, answer);
        lock (Driver.Gate)
        {
            ThrowIfEndedLocked();
            send(Machine, request);
        }

        Driver.Kick();
        return request.Operation;
    }

    /// <summary>Throws if nothing can be asked any more.</summary>
    public void ThrowIfEndedLocked()
    {
        if (IsClosed)
        {
            throw new ObjectDisposedException("SftpClient", "The SFTP session was closed.");
        }

        if (_ended || Machine.Error is not null)
        {
            throw MakeEndException();
        }
    }

    /// <summary>Closes a handle and does not wait.</summary>
    public void CloseLocked(SftpHandle handle)
    {
        if (!_ended && Machine.Error is null && Machine.PendingRequests < Machine.Limits.PendingRequests)
        {
            Machine.Close(handle);
        }
    }

    /// <summary>Removes a file if that can be asked, and does not wait: for what a failure has left behind.</summary>
    public void RemoveLocked(SftpPath path)
    {
        if (!_ended && Machine.Error is null && Machine.PendingRequests < Machine.Limits.PendingRequests)
        {
            Machine.Remove(path);
        }
    }

    /// <summary>The exception for whoever uses the session after its end.</summary>
    public Exception MakeEndException()
    {
        if (IsClosed)
        {
            return new ObjectDisposedException("SftpClient", "The SFTP session was closed.");
        }

        if (Driver is HostConnection { Core.Error: not null } or SftpStreamDriver { HasFailed: true })
        {
            return Driver.MakeEndException();
        }

        var error = Machine.Error ?? new SshError(SshErrorKind.ConnectionLost, "The SFTP session has ended.");
        var status = error.Kind is SshErrorKind.ProtocolViolation or SshErrorKind.InvalidMessage ? SftpStatusCode.BadMessage : SftpStatusCode.ConnectionLost;
        return SftpException.Found($"The SFTP session has ended: {error}", "use the session", default, status, Cause);
    }

    private bool IsHeld => _holds > 0 && _others == 0 && !_ended;

    private void OnEndedLocked()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        Ready.Fail(Driver, MakeEndException);
        Ended.Succeed(Driver, true);
    }
}
