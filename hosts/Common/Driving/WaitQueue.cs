namespace SshCore.Hosts.Driving;

/// <summary>Waiters in the order they came. Guarded by the connection's gate; holds nothing while nobody waits.</summary>
internal sealed class WaitQueue
{
    private HostWaiter? _last;

    public HostWaiter? First { get; private set; }

    public bool IsEmpty => First is null;

    public void Add(HostWaiter waiter)
    {
        waiter.Queue = this;
        waiter.Next = null;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    public void Remove(HostWaiter waiter)
    {
        HostWaiter? before = null;
        for (var at = First; at is not null; before = at, at = at.Next)
        {
            if (!ReferenceEquals(at, waiter))
            {
                continue;
            }

            if (before is null)
            {
                First = at.Next;
            }
            else
            {
                before.Next = at.Next;
            }

            if (ReferenceEquals(_last, at))
            {
                _last = before;
            }

            break;
        }

        waiter.Next = null;
        waiter.Queue = null;
    }
}
