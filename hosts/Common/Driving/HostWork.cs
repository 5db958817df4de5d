using System.Threading.Tasks;

namespace SshCore.Hosts.Driving;

/// <summary>Code of the user that has to run, off the gate. Where it runs is the host's choice.</summary>
internal abstract class HostWork
{
    /// <summary>The next one of the list of those to start.</summary>
    public HostWork? Next { get; set; }

    /// <summary>True if it may take as long as a session lasts.</summary>
    public abstract bool IsLong { get; }

    /// <summary>
    /// Runs it. With <paramref name="sync"/> only the synchronous forms of user code are called, and the task that is
    /// returned has completed.
    /// </summary>
    public abstract ValueTask RunAsync(bool sync);
}
