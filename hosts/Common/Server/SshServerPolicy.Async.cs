using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <content>The asynchronous forms.</content>
public abstract partial class SshServerPolicy
{
    /// <summary>As <see cref="GetAllowedAuths"/>.</summary>
    public virtual ValueTask<IReadOnlyList<string>?> GetAllowedAuthsAsync(SshServerContext context, string userName, CancellationToken cancellationToken) =>
        new(GetAllowedAuths(context, userName));

    /// <summary>As <see cref="CheckNone"/>.</summary>
    public virtual ValueTask<SshAuthDecision> CheckNoneAsync(SshServerContext context, string userName, CancellationToken cancellationToken) =>
        new(CheckNone(context, userName));

    /// <summary>As <see cref="CheckPassword"/>.</summary>
    public virtual ValueTask<SshAuthDecision> CheckPasswordAsync(SshServerContext context, string userName, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        new(CheckPassword(context, userName, password));

    /// <summary>As <see cref="ChangePassword"/>.</summary>
    public virtual ValueTask<SshAuthDecision> ChangePasswordAsync(SshServerContext context, string userName, ReadOnlyMemory<byte> password, ReadOnlyMemory<byte> newPassword, CancellationToken cancellationToken) =>
        new(ChangePassword(context, userName, password, newPassword));

    /// <summary>As <see cref="CheckPublicKey"/>.</summary>
    public virtual ValueTask<SshAuthDecision> CheckPublicKeyAsync(SshServerContext context, string userName, SshPublicKey key, string algorithm, bool hasSigned, CancellationToken cancellationToken) =>
        new(CheckPublicKey(context, userName, key, algorithm, hasSigned));

    /// <summary>As <see cref="BeginInteractive"/>.</summary>
    public virtual ValueTask<SshAuthDecision> BeginInteractiveAsync(SshServerContext context, string userName, string submethods, CancellationToken cancellationToken) =>
        new(BeginInteractive(context, userName, submethods));

    /// <summary>As <see cref="ContinueInteractive"/>.</summary>
    public virtual ValueTask<SshAuthDecision> ContinueInteractiveAsync(SshServerContext context, string userName, IReadOnlyList<string> answers, int round, CancellationToken cancellationToken) =>
        new(ContinueInteractive(context, userName, answers, round));

    /// <summary>As <see cref="OnChannelOpen"/>.</summary>
    public virtual ValueTask<SshOpenDecision> OnChannelOpenAsync(SshServerContext context, string channelType, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        new(OnChannelOpen(context, channelType, data));

    /// <summary>As <see cref="OnPty"/>.</summary>
    public virtual ValueTask<bool> OnPtyAsync(SshServerSession session, PtyRequest request, CancellationToken cancellationToken) => new(OnPty(session, request));

    /// <summary>As <see cref="OnEnvironment"/>.</summary>
    public virtual ValueTask<bool> OnEnvironmentAsync(SshServerSession session, string name, string value, CancellationToken cancellationToken) => new(OnEnvironment(session, name, value));

    /// <summary>As <see cref="OnExec"/>.</summary>
    public virtual ValueTask<bool> OnExecAsync(SshServerSession session, ExecRequest request, CancellationToken cancellationToken) => new(OnExec(session, request));

    /// <summary>As <see cref="OnShell"/>.</summary>
    public virtual ValueTask<bool> OnShellAsync(SshServerSession session, CancellationToken cancellationToken) => new(OnShell(session));

    /// <summary>As <see cref="OnSubsystem"/>.</summary>
    public virtual ValueTask<bool> OnSubsystemAsync(SshServerSession session, string name, CancellationToken cancellationToken) => new(OnSubsystem(session, name));

    /// <summary>As <see cref="OnWindowChange"/>.</summary>
    public virtual ValueTask<bool> OnWindowChangeAsync(SshServerSession session, PtySize size, CancellationToken cancellationToken) => new(OnWindowChange(session, size));

    /// <summary>As <see cref="OnSignal"/>.</summary>
    public virtual ValueTask<bool> OnSignalAsync(SshServerSession session, string name, CancellationToken cancellationToken) => new(OnSignal(session, name));

    /// <summary>As <see cref="OnBreak"/>.</summary>
    public virtual ValueTask<bool> OnBreakAsync(SshServerSession session, uint milliseconds, CancellationToken cancellationToken) => new(OnBreak(session, milliseconds));

    /// <summary>As <see cref="OnChannelRequest"/>.</summary>
    public virtual ValueTask<bool> OnChannelRequestAsync(SshChannelStream channel, ChannelRequest request, CancellationToken cancellationToken) => new(OnChannelRequest(channel, request));

    /// <summary>As <see cref="OnGlobalRequest"/>.</summary>
    public virtual ValueTask<SshGlobalReply> OnGlobalRequestAsync(SshServerContext context, string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        new(OnGlobalRequest(context, name, data));

    /// <summary>As <see cref="SignHostKey"/>.</summary>
    public virtual ValueTask<byte[]?> SignHostKeyAsync(SshServerContext context, SshPublicKey key, string algorithm, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        new(SignHostKey(context, key, algorithm, data));

    /// <summary>As <see cref="ChooseGroup"/>.</summary>
    public virtual ValueTask<(byte[] Prime, byte[] Generator)?> ChooseGroupAsync(SshServerContext context, int minimum, int preferred, int maximum, CancellationToken cancellationToken) =>
        new(ChooseGroup(context, minimum, preferred, maximum));

    /// <summary>As <see cref="RunSession"/>; the token ends with the channel or the connection.</summary>
    public virtual ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        RunSession(session);
        return default;
    }

    /// <summary>As <see cref="RunChannel"/>; the token ends with the connection.</summary>
    public virtual ValueTask RunChannelAsync(SshServerContext context, SshChannelStream channel, CancellationToken cancellationToken)
    {
        RunChannel(context, channel);
        return default;
    }
}
