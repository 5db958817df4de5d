using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>One request whose answer comes into the inbox. Guarded by the gate.</summary>
internal sealed class SftpAskJob : SftpReceiver
{
    private readonly SftpInbox _inbox;
    private readonly string _operation;
    private readonly SftpPath _path;

    public SftpAskJob(SftpInbox inbox, string operation, SftpPath path, object node)
    {
        _inbox = inbox;
        _operation = operation;
        _path = path;
        Node = node;
    }

    /// <summary>What the caller asks for.</summary>
    public object Node { get; }

    public SftpAttributes Attributes { get; private set; }

    public SftpPath Path { get; private set; }

    public Exception? Failure { get; private set; }

    public void Start(Action<SftpClientMachine, object> send)
    {
        lock (_inbox.Session.Driver.Gate)
        {
            _inbox.Session.ThrowIfEndedLocked();
            send(_inbox.Session.Machine, this);
        }
    }

    public override void OnReplyLocked(SftpSession session, in SftpReply reply)
    {
        Failure = reply.Kind == SftpReplyKind.Abandoned ? session.MakeEndException()
            : reply.IsError ? SftpException.Refused(reply, _operation, _path) : null;
        Attributes = reply.Attributes;
        Path = reply.Path;
        _inbox.AddLocked(new(this, reply.Kind, 0, null, 0));
    }
}
