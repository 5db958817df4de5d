using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>The application's code for one accepted channel. Whatever it throws ends its channel, nothing else.</summary>
internal sealed class ChannelRun : HostWork
{
    private readonly SshServerContext _context;
    private readonly SshChannelStream _channel;

    public ChannelRun(SshServerContext context, SshChannelStream channel)
    {
        _context = context;
        _channel = channel;
    }

    public override bool IsLong => true;

    public override async ValueTask RunAsync(bool sync)
    {
        try
        {
            if (_channel is SshServerSession session)
            {
                if (session.Started is SubsystemRequest request && _context.Policy.Subsystems.TryGetValue(request.Name, out var subsystem))
                {
                    if (sync)
                    {
                        subsystem.Run(session);
                    }
                    else
                    {
                        await subsystem.RunAsync(session, session.EndToken).ConfigureAwait(false);
                    }
                }
                else if (sync)
                {
                    _context.Policy.RunSession(session);
                }
                else
                {
                    await _context.Policy.RunSessionAsync(session, session.EndToken).ConfigureAwait(false);
                }
            }
            else if (sync)
            {
                _context.Policy.RunChannel(_context, _channel);
            }
            else
            {
                await _context.Policy.RunChannelAsync(_context, _channel, _context.EndToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The connection and its other channels go on.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            // Losing the client in the middle is no failure of the session's code.
            if (!_channel.HasEnded)
            {
                _context.Log.SessionFailed(ex);
            }
        }
        finally
        {
            _channel.Dispose();
            _channel.Connection.OnRunEnded();
        }
    }
}
