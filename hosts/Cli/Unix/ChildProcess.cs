using System.Threading.Tasks;

namespace SshCore.Cli.Unix;

/// <summary>How a process ended.</summary>
/// <param name="Status">Its exit status, 0 to 255; meaningless if a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 if it exited.</param>
/// <param name="CoreDumped">Whether the signal made it dump core.</param>
internal readonly record struct ProcessEnd(int Status, int Signal, bool CoreDumped)
{
    /// <summary>Reads the status word of <c>waitpid</c>, the same on Linux and macOS.</summary>
    internal static ProcessEnd FromStatus(int status) => (status & 0x7f) == 0
        ? new ProcessEnd((status >> 8) & 0xff, 0, false)
        : new ProcessEnd(0, status & 0x7f, (status & 0x80) != 0);
}

/// <summary>A child in a session and process group of its own.</summary>
internal sealed class ChildProcess
{
    private readonly TaskCompletionSource<ProcessEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ChildProcess(int id) => Id = id;

    /// <summary>Its process id, which is its process group's and session's too.</summary>
    internal int Id { get; }

    /// <summary>Completes when it has ended and was reaped; never fails.</summary>
    internal Task<ProcessEnd> End => _end.Task;

    /// <summary>Sends a signal to the whole process group; false if nobody is left in it.</summary>
    internal bool SignalGroup(int signal) => Libc.Kill(-Id, signal) == 0;

    /// <summary>Reaps it if it has ended. The reaper calls this for one child at a time.</summary>
    internal unsafe bool TryReap()
    {
        int status;
        int result = Libc.WaitPid(Id, &status, UnixConstants.WaitNoHang);
        if (result == 0)
        {
            return false;
        }

        // An error means that somebody else reaped it; then how it ended can't be known, and failure is the honest guess.
        _end.TrySetResult(result == Id ? ProcessEnd.FromStatus(status) : new ProcessEnd(255, 0, false));
        return true;
    }
}
