using System.Runtime.InteropServices;
using System.Threading;

namespace SshCore.Cli.Unix;

/// <summary>Notices the ends of children by SIGCHLD, without a thread that waits for each.</summary>
internal sealed class ChildReaper
{
    private static readonly Lazy<ChildReaper> Instance = new(() => new ChildReaper());

    private readonly Lock _gate = new();
    private readonly List<ChildProcess> _children = [];
    private readonly PosixSignalRegistration _registration;

    private ChildReaper() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Reap());

    /// <summary>Listens for SIGCHLD; to be called before the first child starts.</summary>
    internal static ChildReaper Shared => Instance.Value;

    /// <summary>Watches a child, which may have ended already.</summary>
    internal void Watch(ChildProcess child)
    {
        lock (_gate)
        {
            if (!child.TryReap())
            {
                _children.Add(child);
            }
        }
    }

    /// <summary>Signals are merged, so each one may stand for several ends.</summary>
    private void Reap()
    {
        lock (_gate)
        {
            _children.RemoveAll(static child => child.TryReap());
        }
    }
}
