using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Brings what was awaited elsewhere back to the one loop of a session: awaiting it queues the rest of the method, which the
/// loop runs when it comes to it.
/// </summary>
internal sealed class SessionTurns : INotifyCompletion, ICriticalNotifyCompletion
{
    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = new();
    private TaskCompletionSource<bool>? _signal;

    public bool IsCompleted => false;

    public SessionTurns GetAwaiter() => this;

    public void GetResult()
    {
        // Whoever runs the continuation is the loop.
    }

    public void OnCompleted(Action continuation)
    {
        TaskCompletionSource<bool>? signal;
        lock (_gate)
        {
            _waiting.Enqueue(continuation);
            signal = _signal;
            _signal = null;
        }

        signal?.TrySetResult(true);
    }

    public void UnsafeOnCompleted(Action continuation) => OnCompleted(continuation);

    /// <summary>Runs what has come back. False if nothing had.</summary>
    public bool RunAll()
    {
        bool any = false;
        while (true)
        {
            Action? next;
            lock (_gate)
            {
                next = _waiting.Count > 0 ? _waiting.Dequeue() : null;
            }

            if (next is null)
            {
                return any;
            }

            any = true;
            next();
        }
    }

    /// <summary>Done once something has come back.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            if (_waiting.Count > 0)
            {
                return Task.CompletedTask;
            }

            // Continuations must not run on the thread that completes a file operation: it may hold locks of the file system's own.
            return (_signal ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
