using System.IO;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SshCore.Hosts.Driving;

namespace SshCore.Blocking.Driving;

/// <summary>What connections over sockets and over streams have in common: where the user's code runs, and the end.</summary>
internal abstract class BlockingConnection : HostConnection
{
    /// <summary>How long the peer may take to close its side after we have closed ours.</summary>
    protected static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait for the system without a look at the clock and at what other threads have done.</summary>
    internal static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    protected BlockingConnection(SshConnection core, DecisionMaker decisions, ILogger logger)
        : base(core, decisions, logger)
    {
    }

    /// <summary>Called once all I/O has ended.</summary>
    public Action? TerminatedHandler { get; set; }

    /// <summary>Sends our identification and starts to receive.</summary>
    public abstract void Run();

    protected override void Start(HostWork work) => HostThreads.Run(() => Guarded("session", () => RunNow(work)));

    /// <summary>An exception on a thread of ours would end the process.</summary>
    protected void Guarded(string what, Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // It is logged; the connection and the process go on.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Log.CallbackFailed(what, ex);
        }
    }

    /// <summary>Only synchronous code of the user is called, so that the task has completed.</summary>
    protected static void RunNow(HostWork work)
    {
        var task = work.RunAsync(sync: true);
        if (!task.IsCompletedSuccessfully)
        {
            task.AsTask().GetAwaiter().GetResult();
        }
    }

    protected static bool IsOfTheStream(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or NotSupportedException;

    protected static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>Time until the core wants a tick, at most a slice.</summary>
    protected TimeSpan UntilTickLocked()
    {
        if (Core.NextTimeout is not { } due)
        {
            return Slice;
        }

        var left = due - Hosts.HostClock.Now;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : Shorter(left, Slice);
    }
}
