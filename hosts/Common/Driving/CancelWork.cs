using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace SshCore.Hosts.Driving;

/// <summary>Cancels a source: callbacks on its token are the user's code.</summary>
internal sealed class CancelWork : HostWork
{
    private readonly CancellationTokenSource _source;
    private readonly ILogger _log;

    public CancelWork(CancellationTokenSource source, ILogger log)
    {
        _source = source;
        _log = log;
    }

    public override bool IsLong => false;

    public override ValueTask RunAsync(bool sync)
    {
        try
        {
            _source.Cancel();
        }
#pragma warning disable CA1031 // What a callback throws would end the process here.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            _log.CallbackFailed("cancellation", ex);
        }

        return default;
    }
}
