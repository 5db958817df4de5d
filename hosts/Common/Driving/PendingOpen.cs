using SshCore.Channels;

namespace SshCore.Hosts.Driving;

/// <summary>A channel open of ours that waits for the peer's answer.</summary>
internal sealed class PendingOpen
{
    public PendingOpen(string type, Func<HostConnection, ChannelId, SshChannelStream> create)
    {
        Type = type;
        Create = create;
    }

    public string Type { get; }

    public Func<HostConnection, ChannelId, SshChannelStream> Create { get; }

    public HostOperation<SshChannelStream> Operation { get; } = new();
}
