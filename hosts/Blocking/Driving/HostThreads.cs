using System.Threading;

namespace SshCore.Blocking.Driving;

/// <summary>
/// Threads for work that may block: one for each piece of work, kept a little for the next one. The pool of the runtime
/// is not for that, it would run dry.
/// </summary>
internal static class HostThreads
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(5);
    private static readonly object Lock = new();
    private static readonly Stack<Worker> Idle = new();

    /// <summary>Runs it on a thread of its own.</summary>
    public static void Run(Action work)
    {
        Worker? worker;
        lock (Lock)
        {
            if (Idle.TryPop(out worker))
            {
                worker.Give(work);
                return;
            }
        }

        worker = new Worker(work);
        var thread = new Thread(worker.Loop) { IsBackground = true, Name = "SshCore" };
        thread.UnsafeStart();
    }

    private sealed class Worker
    {
        private Action? _work;

        public Worker(Action work) => _work = work;

        // Under the lock, while the worker is idle.
        public void Give(Action work)
        {
            _work = work;
            Monitor.PulseAll(Lock);
        }

        public void Loop()
        {
            while (_work is { } work)
            {
                _work = null;
                work();
                lock (Lock)
                {
                    Idle.Push(this);
                    long end = Environment.TickCount64 + (long)KeepFor.TotalMilliseconds;
                    while (_work is null && Environment.TickCount64 is var now && now < end)
                    {
                        Monitor.Wait(Lock, (int)(end - now));
                    }

                    if (_work is null)
                    {
                        Retire();
                    }
                }
            }
        }

        private void Retire()
        {
            var others = new List<Worker>(Idle);
            others.Remove(this);
            Idle.Clear();
            for (int i = others.Count - 1; i >= 0; i--)
            {
                Idle.Push(others[i]);
            }
        }
    }
}
