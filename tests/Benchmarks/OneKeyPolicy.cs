using SshCore.Channels;
using SshCore.Hosts;
using SshCore.Keys;

namespace SshCore.Benchmarks;

/// <summary>Lets one key in, to run commands; what they do is the derived class's matter.</summary>
internal abstract class OneKeyPolicy(SshPublicKey key) : SshServerPolicy
{
    public override SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey offered, string algorithm, bool hasSigned) =>
        offered.Equals(key) ? SshAuthDecision.Accept : SshAuthDecision.Refuse;

    public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) =>
        channelType == "session" ? SshOpenDecision.Accept : SshOpenDecision.Refuse;

    public override bool OnExec(SshServerSession session, ExecRequest request) => true;
}
