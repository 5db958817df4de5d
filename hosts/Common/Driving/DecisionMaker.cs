using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Events;

namespace SshCore.Hosts.Driving;

/// <summary>What a host answers to decisions: the client's and the server's way.</summary>
internal abstract class DecisionMaker
{
    /// <summary>
    /// Asks the user's code, off the gate, and returns how to answer, to be run under the gate. With
    /// <paramref name="sync"/> it completes synchronously.
    /// </summary>
    public abstract ValueTask<Action> DecideAsync(HostConnection connection, SshEvent e, bool sync);

    /// <summary>Makes the object for a channel that the peer opened.</summary>
    public abstract SshChannelStream CreateChannel(HostConnection connection, ChannelId id, string type);
}
