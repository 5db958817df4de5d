using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>What waits for the reply to a request: the state that goes with it. Called under the gate.</summary>
internal abstract class SftpReceiver
{
    /// <summary>The reply, also when the session ended without one.</summary>
    public abstract void OnReplyLocked(SftpSession session, in SftpReply reply);
}
