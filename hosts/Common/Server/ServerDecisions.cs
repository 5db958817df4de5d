using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>How a server answers: by its policy.</summary>
internal sealed class ServerDecisions : DecisionMaker
{
    private readonly SshServerContext _context;

    public ServerDecisions(SshServerContext context) => _context = context;

    private SshServerPolicy Policy => _context.Policy;

    public override SshChannelStream CreateChannel(HostConnection connection, ChannelId id, string type) =>
        type == "session" ? new SshServerSession(connection, _context, id) : new SshChannelStream(connection, id, type);

    public override async ValueTask<Action> DecideAsync(HostConnection connection, SshEvent e, bool sync)
    {
        var token = connection.EndToken;
        switch (e.Body)
        {
            case AuthAttempt attempt:
                var verdict = await JudgeAsync(attempt, sync, token).ConfigureAwait(false);
                connection.Log.Attempt(attempt.Method, Text.Printable(attempt.UserName), verdict.ToString());
                _context.FailedAttempts += verdict.IsAccepted || attempt is NoneAttempt or KeyProbe ? 0 : 1;
                return verdict.Apply(attempt);
            case UserPresented user:
                var methods = sync ? Policy.GetAllowedAuths(_context, user.UserName)
                    : await Policy.GetAllowedAuthsAsync(_context, user.UserName, token).ConfigureAwait(false);
                return methods is null ? user.Deny : () => user.Allow(methods);
            case OpenRequested open:
                return await OpenAsync(connection, open, sync, token).ConfigureAwait(false);
            case ChannelRequested requested:
                return await RequestAsync(connection, e.Channel, requested, sync, token).ConfigureAwait(false);
            case GlobalRequested global:
                var reply = sync ? Policy.OnGlobalRequest(_context, global.Name, global.Data)
                    : await Policy.OnGlobalRequestAsync(_context, global.Name, global.Data, token).ConfigureAwait(false);
                return reply.Success ? () => global.Accept(reply.Data) : global.Deny;
            case HostSignatureNeeded signature:
                byte[]? blob = sync ? Policy.SignHostKey(_context, signature.Key, signature.Algorithm, signature.Data)
                    : await Policy.SignHostKeyAsync(_context, signature.Key, signature.Algorithm, signature.Data, token).ConfigureAwait(false);
                return blob is null ? signature.Deny : () => signature.Sign(blob);
            case GexGroupNeeded needed:
                var group = sync ? Policy.ChooseGroup(_context, needed.Minimum, needed.Preferred, needed.Maximum)
                    : await Policy.ChooseGroupAsync(_context, needed.Minimum, needed.Preferred, needed.Maximum, token).ConfigureAwait(false);
                return group is not { } chosen ? needed.Deny : () => needed.Use(chosen.Prime, chosen.Generator);
            default:
                return ((SshDecision)e.Body!).Deny;
        }
    }

    private async ValueTask<SshAuthDecision> JudgeAsync(AuthAttempt attempt, bool sync, CancellationToken token)
    {
        string user = attempt.UserName;
        switch (attempt)
        {
            case NoneAttempt:
                return sync ? Policy.CheckNone(_context, user) : await Policy.CheckNoneAsync(_context, user, token).ConfigureAwait(false);
            case PasswordAttempt { NewPassword: { } changed } password:
                return sync ? Policy.ChangePassword(_context, user, password.Password, changed)
                    : await Policy.ChangePasswordAsync(_context, user, password.Password, changed, token).ConfigureAwait(false);
            case PasswordAttempt password:
                return sync ? Policy.CheckPassword(_context, user, password.Password)
                    : await Policy.CheckPasswordAsync(_context, user, password.Password, token).ConfigureAwait(false);
            case KeyProbe probe:
                return sync ? Policy.CheckPublicKey(_context, user, probe.Key, probe.Algorithm, hasSigned: false)
                    : await Policy.CheckPublicKeyAsync(_context, user, probe.Key, probe.Algorithm, hasSigned: false, token).ConfigureAwait(false);
            case KeyProof proof:
                return sync ? Policy.CheckPublicKey(_context, user, proof.Key, proof.Algorithm, hasSigned: true)
                    : await Policy.CheckPublicKeyAsync(_context, user, proof.Key, proof.Algorithm, hasSigned: true, token).ConfigureAwait(false);
            case InteractiveAttempt begin:
                return sync ? Policy.BeginInteractive(_context, user, begin.Submethods)
                    : await Policy.BeginInteractiveAsync(_context, user, begin.Submethods, token).ConfigureAwait(false);
            case InteractiveResponse response:
                return sync ? Policy.ContinueInteractive(_context, user, response.Answers, response.Round)
                    : await Policy.ContinueInteractiveAsync(_context, user, response.Answers, response.Round, token).ConfigureAwait(false);
            default:
                return SshAuthDecision.Refuse;
        }
    }

    private async ValueTask<Action> OpenAsync(HostConnection connection, OpenRequested open, bool sync, CancellationToken token)
    {
        var decision = sync ? Policy.OnChannelOpen(_context, open.ChannelType, open.Data)
            : await Policy.OnChannelOpenAsync(_context, open.ChannelType, open.Data, token).ConfigureAwait(false);
        if (!decision.IsAccepted)
        {
            var reason = decision.Reason == ChannelOpenFailure.None ? ChannelOpenFailure.AdministrativelyProhibited : decision.Reason;
            return () => open.Refuse(reason, decision.Description ?? "");
        }

        return () =>
        {
            var channel = connection.AcceptOpenLocked(open, queue: false);
            if (channel is not SshServerSession)
            {
                connection.StartLocked(new ChannelRun(_context, channel));
            }
        };
    }

    private async ValueTask<Action> RequestAsync(HostConnection connection, ChannelId id, ChannelRequested requested, bool sync, CancellationToken token)
    {
        if (connection.FindChannel(id) is not { } channel)
        {
            return requested.Deny;
        }

        var request = requested.Request;
        if (channel is not SshServerSession session)
        {
            return Answer(requested, sync ? Policy.OnChannelRequest(channel, request)
                : await Policy.OnChannelRequestAsync(channel, request, token).ConfigureAwait(false));
        }

        bool granted = await GrantAsync(session, request, sync, token).ConfigureAwait(false);
        if (!granted)
        {
            return requested.Deny;
        }

        switch (request)
        {
            case PtyRequest pty:
                session.Pty = pty;
                session.WindowSize = pty.Size;
                break;
            case EnvRequest variable:
                session.SetVariable(variable.Name, variable.Value);
                break;
            case ExecRequest or ShellRequest or SubsystemRequest:
                session.Started = request;
                return () =>
                {
                    requested.Accept();
                    connection.StartLocked(new ChannelRun(_context, session));
                };
            default:
                break;
        }

        return requested.Accept;
    }

    private static Action Answer(ChannelRequested requested, bool granted) => granted ? requested.Accept : requested.Deny;

    private async ValueTask<bool> GrantAsync(SshServerSession session, ChannelRequest request, bool sync, CancellationToken token)
    {
        switch (request)
        {
            case PtyRequest pty:
                return sync ? Policy.OnPty(session, pty) : await Policy.OnPtyAsync(session, pty, token).ConfigureAwait(false);
            case EnvRequest variable:
                return sync ? Policy.OnEnvironment(session, variable.Name, variable.Value)
                    : await Policy.OnEnvironmentAsync(session, variable.Name, variable.Value, token).ConfigureAwait(false);
            case ExecRequest or ShellRequest or SubsystemRequest when session.Started is not null:
                // RFC 4254 §6.5: "Only one of these requests can succeed per channel."
                return false;
            case ExecRequest exec:
                return sync ? Policy.OnExec(session, exec) : await Policy.OnExecAsync(session, exec, token).ConfigureAwait(false);
            case ShellRequest:
                return sync ? Policy.OnShell(session) : await Policy.OnShellAsync(session, token).ConfigureAwait(false);
            case SubsystemRequest subsystem:
                return sync ? Policy.OnSubsystem(session, subsystem.Name)
                    : await Policy.OnSubsystemAsync(session, subsystem.Name, token).ConfigureAwait(false);
            case WindowChangeRequest change when session.Pty is not null:
                session.WindowSize = change.Size;
                return sync ? Policy.OnWindowChange(session, change.Size)
                    : await Policy.OnWindowChangeAsync(session, change.Size, token).ConfigureAwait(false);
            case WindowChangeRequest:
                return false;
            case SignalRequest signal:
                return sync ? Policy.OnSignal(session, signal.Name) : await Policy.OnSignalAsync(session, signal.Name, token).ConfigureAwait(false);
            case BreakRequest @break:
                return sync ? Policy.OnBreak(session, @break.Milliseconds)
                    : await Policy.OnBreakAsync(session, @break.Milliseconds, token).ConfigureAwait(false);
            default:
                return sync ? Policy.OnChannelRequest(session, request)
                    : await Policy.OnChannelRequestAsync(session, request, token).ConfigureAwait(false);
        }
    }
}
