using SshCore.Channels;

namespace SshCore.Hosts.Driving;

/// <summary>A channel request of ours that waits for its reply.</summary>
internal readonly record struct PendingRequest(ChannelId Channel, HostOperation<bool> Operation);
