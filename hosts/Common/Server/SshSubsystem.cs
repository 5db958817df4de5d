using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts;

/// <summary>
/// Runs one subsystem of a server, for every session that asks for it, at the same time. Override one of the forms: the
/// async host calls <see cref="RunAsync"/>, which by default calls <see cref="Run"/>. When it returns, the channel is closed.
/// </summary>
public abstract class SshSubsystem
{
    /// <summary>Serves a session to its end, blocking.</summary>
    public virtual void Run(SshServerSession session)
    {
    }

    /// <summary>Serves a session to its end; the token is cancelled when the channel or the connection ends.</summary>
    public virtual ValueTask RunAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        Run(session);
        return default;
    }
}
