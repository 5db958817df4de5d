using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Driving;

/// <summary>Cancels a source: callbacks on its token are the user's code.</summary>
internal sealed class CancelWork : HostWork
{
    private readonly CancellationTokenSource _source;

    public CancelWork(CancellationTokenSource source) => _source = source;

    public override bool IsLong => false;

    public override ValueTask RunAsync(bool sync)
    {
        _source.Cancel();
        return default;
    }
}
