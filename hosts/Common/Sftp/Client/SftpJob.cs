using System.Buffers;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>One file on its way: the core's transfer, and what its caller needs to know. Guarded by the gate.</summary>
internal class SftpJob : SftpReceiver
{
    public SftpJob(SftpInbox inbox, SftpPath path)
    {
        Inbox = inbox;
        Path = path;
    }

    /// <summary>The file on the server.</summary>
    public SftpPath Path { get; }

    /// <summary>Where it says what it has to say.</summary>
    public SftpInbox Inbox { get; }

    public SftpSession Session => Inbox.Session;

    /// <summary>The transfer; set once it was started.</summary>
    public SftpTransfer? Transfer { get; private set; }

    /// <summary>Whether its end was told.</summary>
    public bool HasEnded { get; private set; }

    public SftpDownload Download => (SftpDownload)Transfer!;

    public SftpUpload Upload => (SftpUpload)Transfer!;

    /// <summary>Starts it; it leaves with the next kick.</summary>
    public void StartDownload(SftpDownloadOptions options) => Start(m => m.Download(Path, options, this));

    /// <summary>Starts it; it leaves with the next kick.</summary>
    public void StartUpload(SftpUploadOptions options) => Start(m => m.Upload(Path, options, this));

    public override void OnReplyLocked(SftpSession session, in SftpReply reply)
    {
        switch (reply.Kind)
        {
            case SftpReplyKind.TransferData:
                var data = session.Machine.BorrowData(reply).Span;
                var copy = ArrayPool<byte>.Shared.Rent(data.Length);
                data.CopyTo(copy);
                Inbox.AddLocked(new(this, SftpReplyKind.TransferData, (long)reply.Offset, copy, data.Length));
                break;
            case SftpReplyKind.TransferRoom:
                OnRoomLocked();
                break;
            case SftpReplyKind.TransferEnded:
                HasEnded = true;
                OnEndedLocked();
                break;
            default:
                break;
        }
    }

    /// <summary>The transfer takes data again.</summary>
    protected virtual void OnRoomLocked() => Inbox.AddLocked(new(this, SftpReplyKind.TransferRoom, 0, null, 0));

    /// <summary>The transfer has ended.</summary>
    protected virtual void OnEndedLocked() => Inbox.AddLocked(new(this, SftpReplyKind.TransferEnded, 0, null, 0));

    /// <summary>Gives it up; nothing of it comes any more but what is in the inbox.</summary>
    public void Cancel()
    {
        lock (Session.Driver.Gate)
        {
            Transfer?.Cancel();
        }

        Session.Driver.Kick();
    }

    /// <summary>The exception for a transfer that failed; null if it did not.</summary>
    public Exception? Failure(string operation)
    {
        lock (Session.Driver.Gate)
        {
            return Transfer?.Failure is not { } failure ? null
                : failure.Request == SftpRequestKind.None ? Session.MakeEndException()
                : SftpException.Failed(failure, failure.Request == SftpRequestKind.Open ? "open" : operation, Path);
        }
    }

    private void Start(Func<SftpClientMachine, SftpTransfer> start)
    {
        lock (Session.Driver.Gate)
        {
            Session.ThrowIfEndedLocked();
            Transfer = start(Session.Machine);
        }
    }
}
