using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>One request with one result: the plain case.</summary>
internal sealed class SftpRequest<T> : SftpReceiver
{
    private readonly string _operation;
    private readonly SftpPath _path;
    private readonly SftpAnswer<T> _answer;

    public SftpRequest(string operation, SftpPath path, SftpAnswer<T> answer)
    {
        _operation = operation;
        _path = path;
        _answer = answer;
    }

    public HostOperation<T> Operation { get; } = new();

    public override void OnReplyLocked(SftpSession session, in SftpReply reply)
    {
        if (Operation.IsAbandoned && reply.Handle is { } handle)
        {
            session.CloseLocked(handle); // nobody waits any more; the server need not keep it
            return;
        }

        if (reply.Kind == SftpReplyKind.Abandoned)
        {
            Operation.Fail(session.Driver, session.MakeEndException);
        }
        else if (reply.IsError)
        {
            var error = reply;
            Operation.Fail(session.Driver, () => SftpException.Refused(error, _operation, _path));
        }
        else
        {
            Operation.Succeed(session.Driver, _answer(session, reply));
        }
    }
}

/// <summary>Takes the result out of a reply, under the gate.</summary>
internal delegate T SftpAnswer<T>(SftpSession session, in SftpReply reply);
