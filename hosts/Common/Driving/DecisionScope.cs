using System.Threading.Tasks;
using SshCore.Errors;
using SshCore.Events;

namespace SshCore.Hosts.Driving;

/// <summary>
/// Decisions that are taken one after the other: the log-in, the global requests, the requests of one channel. Each scope
/// waits for itself only. The queue is guarded by the gate.
/// </summary>
internal sealed class DecisionScope : HostWork
{
    private readonly HostConnection _connection;
    private readonly Queue<SshEvent> _waiting = new();
    private bool _isRunning;

    public DecisionScope(HostConnection connection) => _connection = connection;

    public override bool IsLong => false;

    /// <summary>Adds a decision. True if the scope has to be started.</summary>
    public bool AddLocked(in SshEvent e)
    {
        _waiting.Enqueue(e);
        if (_isRunning)
        {
            return false;
        }

        _isRunning = true;
        return true;
    }

    public override async ValueTask RunAsync(bool sync)
    {
        while (true)
        {
            SshEvent e;
            lock (_connection.Gate)
            {
                if (!_waiting.TryDequeue(out e))
                {
                    _isRunning = false;
                    return;
                }
            }

            var decision = (SshDecision)e.Body!;
            Action answer;
            try
            {
                answer = await _connection.Decisions.DecideAsync(_connection, e, sync).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever the user's code throws refuses; the connection goes on.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                _connection.Log.PolicyFailed(e.Kind, ex);
                _connection.OnDecisionFailed(e, ex);
                answer = decision.Deny;
            }

            try
            {
                _connection.Command(answer, decision);
            }
#pragma warning disable CA1031 // The user's code has answered in a way that does not fit: as many answers as prompts, and so on.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                _connection.Log.PolicyFailed(e.Kind, ex);
                _connection.OnDecisionFailed(e, ex);
                _connection.Command(decision.Deny, decision);
            }
        }
    }
}
