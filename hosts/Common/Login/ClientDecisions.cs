using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>How a client answers: host key policy, credentials, and what the server may open or ask.</summary>
internal sealed class ClientDecisions : DecisionMaker
{
    private readonly SshClientOptions _options;

    public ClientDecisions(SshClientOptions options) => _options = options;

    /// <summary>The log-in under way.</summary>
    public LoginPlan? Plan { get; set; }

    /// <summary>The address that was connected to.</summary>
    public string? Address { get; set; }

    public override async ValueTask<Action> DecideAsync(HostConnection connection, SshEvent e, bool sync)
    {
        var token = connection.EndToken;
        switch (e.Body)
        {
            case HostKeyOffered offered:
                return await CheckHostKeyAsync(connection, offered, sync, token).ConfigureAwait(false);
            case AuthMethodNeeded needed when Plan is { } plan:
                return await Settled(plan.NextAsync(needed, token), sync).ConfigureAwait(false);
            case SignatureNeeded needed when Plan is { } plan:
                return await Settled(plan.SignAsync(needed, token), sync).ConfigureAwait(false);
            case PromptsReceived asked when Plan is { } plan:
                return await Settled(plan.AnswerAsync(asked, token), sync).ConfigureAwait(false);
            case PasswordChangeNeeded needed when Plan is { } plan:
                return await Settled(plan.ChangePasswordAsync(needed, token), sync).ConfigureAwait(false);
            case OpenRequested open when IsAccepted(open.ChannelType):
                return () => connection.AcceptOpenLocked(open, queue: true);
            case OpenRequested open:
                return () => open.Refuse(ChannelOpenFailure.AdministrativelyProhibited, "not asked for");
            case ChannelRequested requested when _options.ChannelRequestHandler is { } handler:
                return handler(requested.Request) ? requested.Accept : requested.Deny;
            case GlobalRequested requested when _options.GlobalRequestHandler is { } handler:
                var reply = handler(requested.Name, requested.Data);
                return reply.Success ? () => requested.Accept(reply.Data) : requested.Deny;
            default:
                return ((SshDecision)e.Body!).Deny;
        }
    }

    public override SshChannelStream CreateChannel(HostConnection connection, ChannelId id, string type) => new(connection, id, type);

    // A callback that is asynchronous by itself, in a host that is not: its own thread waits for it.
    private static async ValueTask<Action> Settled(ValueTask<Action> task, bool sync)
    {
        if (sync && !task.IsCompleted)
        {
            return task.AsTask().GetAwaiter().GetResult();
        }

        return await task.ConfigureAwait(false);
    }

    private async ValueTask<Action> CheckHostKeyAsync(HostConnection connection, HostKeyOffered offered, bool sync, CancellationToken token)
    {
        var context = new SshHostKeyContext(_options.Host, _options.Port, Address, offered.Key, offered.Algorithm, _options.Settings.Crypto, connection.Log);
        bool trusted = sync
            ? _options.HostKeyPolicy.IsTrusted(context)
            : await _options.HostKeyPolicy.IsTrustedAsync(context, token).ConfigureAwait(false);
        if (trusted)
        {
            return offered.Accept;
        }

        connection.SetCause(context.Unknown("is not trusted"));
        return offered.Deny;
    }

    private bool IsAccepted(string type)
    {
        foreach (string accepted in _options.AcceptedChannelTypes)
        {
            if (string.Equals(accepted, type, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
