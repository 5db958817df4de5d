using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>
/// One thread that waits with <c>poll</c> for all pipes and terminals, which .NET's sockets can't wait for. A wait is for
/// one event once; who waits resumes on the thread pool.
/// </summary>
internal sealed class PollReactor
{
    private static readonly Lazy<PollReactor> Instance = new(() => new PollReactor());

    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private readonly SafeFileHandle _wakeReader;
    private readonly SafeFileHandle _wakeWriter;
    private PollDescriptor[] _descriptors = new PollDescriptor[16];
    private Waiter[] _polled = new Waiter[16];
    private bool _wakeSent;

    private PollReactor()
    {
        (_wakeReader, _wakeWriter) = Descriptor.Pipe();
        Descriptor.SetNonBlocking(_wakeReader);
        Descriptor.SetNonBlocking(_wakeWriter);
        new Thread(Run, 256 * 1024) { IsBackground = true, Name = "poll" }.Start();
    }

    internal static PollReactor Shared => Instance.Value;

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
            wake = !_wakeSent;
            _wakeSent = true;
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
                    waiter.TrySetCanceled();
                    waited = true;
                }
            }
        }

        handle.Dispose();
        if (waited)
        {
            Wake();
        }
    }

    private static async Task Cancellable(Waiter waiter, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter))
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
                    waiter.TrySetCanceled();
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

    private sealed class Waiter(SafeFileHandle handle, PollEvents wanted)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal SafeFileHandle Handle { get; } = handle;

        internal PollEvents Wanted { get; } = wanted;
    }
}
