using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>
/// A thread that waits with <c>poll</c> for pipes and terminals, which .NET's sockets can't wait for. A wait is for one
/// event once, and who waits goes on on this thread: it must not block it. So data streams from a program to its
/// connection without changing threads.
/// </summary>
internal sealed class PollReactor
{
    private const int Most = 8;

    private static readonly Lazy<PollReactor>[] All = MakeAll();
    private static int _next;

    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private readonly SafeFileHandle _wakeReader;
    private readonly SafeFileHandle _wakeWriter;
    private readonly Thread _thread;
    private PollDescriptor[] _descriptors = new PollDescriptor[16];
    private Waiter[] _polled = new Waiter[16];
    private bool _wakeSent;

    private PollReactor()
    {
        (_wakeReader, _wakeWriter) = Descriptor.Pipe();
        Descriptor.SetNonBlocking(_wakeReader);
        Descriptor.SetNonBlocking(_wakeWriter);
        _thread = new Thread(Run, 512 * 1024) { IsBackground = true, Name = "poll" };
        _thread.Start();
    }

    /// <summary>One of several, one for each processor, in turn.</summary>
    internal static PollReactor Next() => All[(uint)Interlocked.Increment(ref _next) % (uint)All.Length].Value;

    /// <summary>Completes when the descriptor is ready, hung up or in error: then the next read or write tells which.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or <paramref name="handle"/> was closed.</exception>
    internal Task WaitAsync(SafeFileHandle handle, PollEvents wanted, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellation);
        }

        var waiter = new Waiter(handle, wanted);
        bool wake;
        lock (_gate)
        {
            _waiters.Add(waiter);
            wake = !_wakeSent && Thread.CurrentThread != _thread;
            _wakeSent |= wake;
        }

        if (wake)
        {
            Wake();
        }

        return cancellation.CanBeCanceled ? Cancellable(waiter, cancellation) : waiter.Task;
    }

    /// <summary>
    /// Closes a descriptor and ends the waits on it. The poll that has it in its set is woken, for the number is given
    /// back only when that returns: a child must see its pipe closed now, not at the next event.
    /// </summary>
    internal void Close(SafeFileHandle handle)
    {
        bool waited = false;
        lock (_gate)
        {
            foreach (Waiter waiter in _waiters)
            {
                if (ReferenceEquals(waiter.Handle, handle))
                {
                    waiter.CancelElsewhere();
                    waited = true;
                }
            }
        }

        handle.Dispose();
        if (waited && Thread.CurrentThread != _thread)
        {
            Wake();
        }
    }

    private static async Task Cancellable(Waiter waiter, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static state => ((Waiter)state!).CancelElsewhere(), waiter))
        {
            await waiter.Task.ConfigureAwait(false);
        }
    }

    private unsafe void Wake()
    {
        byte one = 1;
        // A full pipe wakes the thread just as well.
        _ = Libc.Write(_wakeWriter, &one, 1);
    }

    private unsafe void Run()
    {
        while (true)
        {
            int count = Collect();
            int ready;
            fixed (PollDescriptor* descriptors = _descriptors)
            {
                ready = Libc.Poll(descriptors, (nuint)count, -1);
            }

            if (ready < 0 && Marshal.GetLastPInvokeError() != UnixConstants.Interrupted)
            {
                throw UnixException.Last("poll");
            }

            if (ready > 0)
            {
                Complete(count);
            }

            Release(count);
        }
    }

    /// <summary>Fills the poll set. Each descriptor is held open until the call returns, so its number can't be reused meanwhile.</summary>
    private int Collect()
    {
        lock (_gate)
        {
            _wakeSent = false;
            _waiters.RemoveAll(static waiter => waiter.Task.IsCompleted);
            int needed = _waiters.Count + 1;
            if (_descriptors.Length < needed)
            {
                _descriptors = new PollDescriptor[needed * 2];
                _polled = new Waiter[needed * 2];
            }

            _descriptors[0] = new PollDescriptor { Descriptor = Descriptor.Number(_wakeReader), Wanted = PollEvents.In };
            int count = 1;
            foreach (Waiter waiter in _waiters)
            {
                bool held = false;
                try
                {
                    waiter.Handle.DangerousAddRef(ref held);
                }
                catch (ObjectDisposedException)
                {
                    waiter.CancelElsewhere();
                }

                if (held)
                {
                    _descriptors[count] = new PollDescriptor { Descriptor = Descriptor.Number(waiter.Handle), Wanted = waiter.Wanted };
                    _polled[count++] = waiter;
                }
            }

            return count;
        }
    }

    private unsafe void Complete(int count)
    {
        if (_descriptors[0].Found != PollEvents.None)
        {
            byte* sink = stackalloc byte[64];
            _ = Libc.Read(_wakeReader, sink, 64);
        }

        for (int i = 1; i < count; i++)
        {
            if (_descriptors[i].Found != PollEvents.None)
            {
                _polled[i].TrySetResult();
            }
        }
    }

    private void Release(int count)
    {
        for (int i = 1; i < count; i++)
        {
            _polled[i].Handle.DangerousRelease();
        }

        Array.Clear(_polled, 0, count);
    }

    private static Lazy<PollReactor>[] MakeAll()
    {
        var all = new Lazy<PollReactor>[Math.Clamp(Environment.ProcessorCount, 1, Most)];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new Lazy<PollReactor>(static () => new PollReactor());
        }

        return all;
    }

    private sealed class Waiter(SafeFileHandle handle, PollEvents wanted) : TaskCompletionSource
    {
        internal SafeFileHandle Handle { get; } = handle;

        internal PollEvents Wanted { get; } = wanted;

        /// <summary>Who cancels or closes may hold locks, and has other things to do than to go on for who waits.</summary>
        internal void CancelElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static waiter => waiter.TrySetCanceled(), this, preferLocal: false);
    }
}
