using SshCore.Channels;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>
/// What a server allows, and what it does with a session. Everything is refused unless overridden. Each method has a
/// synchronous form, which the blocking host calls, and an asynchronous one, which the async host calls and which by
/// default calls the other: override one of them. Methods are called without any lock; those of one log-in, and those of
/// one channel, follow each other, everything else may run at the same time. An exception refuses. One policy may serve
/// many connections, or each its own.
/// </summary>
public abstract partial class SshServerPolicy
{
    private static readonly Dictionary<string, SshSubsystem> NoSubsystems = [];

    /// <summary>Methods a user may log in with; null: as the settings say. Must not tell whether the user exists.</summary>
    public virtual IReadOnlyList<string>? GetAllowedAuths(SshServerContext context, string userName) => null;

    /// <summary>
    /// Method none: lets a user in without proof. Asked only if <see cref="GetAllowedAuths"/> names <c>none</c>, so that
    /// nobody opens a server by one line alone.
    /// </summary>
    public virtual SshAuthDecision CheckNone(SshServerContext context, string userName) => SshAuthDecision.Refuse;

    /// <summary>
    /// A password, UTF-8. It is zeroed after the call. Take equal time for existing and missing users.
    /// </summary>
    public virtual SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) => SshAuthDecision.Refuse;

    /// <summary>A change of password (RFC 4252 §8): old and new one.</summary>
    public virtual SshAuthDecision ChangePassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password, ReadOnlyMemory<byte> newPassword) => SshAuthDecision.Refuse;

    /// <summary>
    /// A public key. <paramref name="hasSigned"/> false: the client asks whether it would do, and accepting authorises
    /// nothing. True: this key has signed for this session and the signature is verified.
    /// </summary>
    public virtual SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey key, string algorithm, bool hasSigned) => SshAuthDecision.Refuse;

    /// <summary>Keyboard-interactive begins: ask, or decide at once.</summary>
    public virtual SshAuthDecision BeginInteractive(SshServerContext context, string userName, string submethods) => SshAuthDecision.Refuse;

    /// <summary>Answers to what was asked, as many as there were prompts: decide, or ask again.</summary>
    public virtual SshAuthDecision ContinueInteractive(SshServerContext context, string userName, IReadOnlyList<string> answers, int round) => SshAuthDecision.Refuse;

    /// <summary>Somebody has logged in.</summary>
    public virtual void OnAuthenticated(SshServerContext context, string userName)
    {
    }

    /// <summary>A channel is opened. What is accepted and is no session goes to <see cref="RunChannel"/>.</summary>
    public virtual SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) => SshOpenDecision.Refuse;

    /// <summary>A terminal is asked for, before the start.</summary>
    public virtual bool OnPty(SshServerSession session, PtyRequest request) => false;

    /// <summary>A variable is to be set. Allow by a list of names: PATH, LD_PRELOAD and the like are dangerous.</summary>
    public virtual bool OnEnvironment(SshServerSession session, string name, string value) => false;

    /// <summary>A command is to be run, by <see cref="RunSession"/>, which follows if this accepts.</summary>
    public virtual bool OnExec(SshServerSession session, ExecRequest request) => false;

    /// <summary>A shell is to be run, by <see cref="RunSession"/>, which follows if this accepts.</summary>
    public virtual bool OnShell(SshServerSession session) => false;

    /// <summary>
    /// A subsystem is to be run: by its handler of <see cref="Subsystems"/>, or by <see cref="RunSession"/> if there is none
    /// and this accepts. By default those of the table are accepted.
    /// </summary>
    public virtual bool OnSubsystem(SshServerSession session, string name) => Subsystems.ContainsKey(name);

    /// <summary>Handlers of subsystems by name; none unless overridden.</summary>
    public virtual IReadOnlyDictionary<string, SshSubsystem> Subsystems => NoSubsystems;

    /// <summary>The terminal has another size; <see cref="SshServerSession.WindowSize"/> has it already.</summary>
    public virtual bool OnWindowChange(SshServerSession session, PtySize size) => false;

    /// <summary>A signal for the command, named without SIG.</summary>
    public virtual bool OnSignal(SshServerSession session, string name) => false;

    /// <summary>A break (RFC 4335).</summary>
    public virtual bool OnBreak(SshServerSession session, uint milliseconds) => false;

    /// <summary>Any other request on a channel.</summary>
    public virtual bool OnChannelRequest(SshChannelStream channel, ChannelRequest request) => false;

    /// <summary>A global request (RFC 4254 §4).</summary>
    public virtual SshGlobalReply OnGlobalRequest(SshServerContext context, string name, ReadOnlyMemory<byte> data) => default;

    /// <summary>A host key whose private half is elsewhere has to sign; null ends the connection.</summary>
    public virtual byte[]? SignHostKey(SshServerContext context, SshPublicKey key, string algorithm, ReadOnlyMemory<byte> data) => null;

    /// <summary>A group for group exchange, in bits, as prime and generator; null ends the connection.</summary>
    public virtual (byte[] Prime, byte[] Generator)? ChooseGroup(SshServerContext context, int minimum, int preferred, int maximum) => null;

    /// <summary>
    /// Runs what was accepted, on a thread of its own (blocking host) or as a task (async host), until it is done: read and
    /// write the session, report the exit status. When it returns, the channel is closed.
    /// </summary>
    public virtual void RunSession(SshServerSession session)
    {
    }

    /// <summary>Runs an accepted channel that is no session; when it returns, the channel is closed.</summary>
    public virtual void RunChannel(SshServerContext context, SshChannelStream channel)
    {
    }
}
