using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Cli.Scp;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Unix;
using SshCore.Config;
using SshCore.Events;
using SshCore.Hosts;
using SshCore.Keys;

namespace SshCore.Cli.Serve;

/// <summary>Lets the served users in, and gives each session the shell of the user who runs this process.</summary>
internal sealed class ShellPolicy : SshServerPolicy
{
    private readonly ServedUsers _users;
    private readonly UserAccount _account;
    private readonly IReadOnlyList<string> _acceptEnv;
    private readonly KeyEnvironment _keyEnvironment;
    private readonly SshSubsystem? _sftp;
    private readonly LocalSide? _scp;

    internal ShellPolicy(
        ServedUsers users, UserAccount account, IReadOnlyList<string> acceptEnv, KeyEnvironment? keyEnvironment = null, SshSubsystem? sftp = null, LocalSide? scp = null)
    {
        _scp = scp;
        _keyEnvironment = keyEnvironment ?? KeyEnvironment.Off;
        _sftp = sftp;
        _users = users;
        _account = account;
        _acceptEnv = acceptEnv;
    }

    /// <summary>The same list for every name, whether it is served or not.</summary>
    public override IReadOnlyList<string>? GetAllowedAuths(SshServerContext context, string userName) =>
        _users.HasPasswords ? ["publickey", "password", "keyboard-interactive"] : ["publickey"];

    public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) =>
        Decide(context, _users.IsPassword(userName, password.Span));

    public override SshAuthDecision BeginInteractive(SshServerContext context, string userName, string submethods) =>
        _users.HasPasswords ? SshAuthDecision.Ask("", "", new AuthPrompt("Password: ", false)) : SshAuthDecision.Refuse;

    public override SshAuthDecision ContinueInteractive(SshServerContext context, string userName, IReadOnlyList<string> answers, int round) =>
        Decide(context, answers.Count == 1 && _users.IsPassword(userName, System.Text.Encoding.UTF8.GetBytes(answers[0])));

    public override SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey key, string algorithm, bool hasSigned)
    {
        AuthorizedKey? line = _users.FindKey(userName, key, context.RemoteEndPoint.Host);
        if (line is not null && hasSigned)
        {
            // The restrictions of the key that has signed, not of one that was only asked about.
            context.State = line;
        }

        return line is null ? SshAuthDecision.Refuse : SshAuthDecision.Accept;
    }

    public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) => channelType switch
    {
        "session" => SshOpenDecision.Accept,
        "direct-tcpip" or "direct-streamlocal@openssh.com" or "tun@openssh.com" => SshOpenDecision.Refuse,
        _ => SshOpenDecision.RefuseWith(ChannelOpenFailure.UnknownChannelType, "unknown channel type"),
    };

    public override bool OnPty(SshServerSession session, PtyRequest request) =>
        Restrictions(session)?.AllowsPty != false && IsTerminalName(request.Terminal) && ProcessOf(session).TryOpenTerminal(request);

    public override bool OnEnvironment(SshServerSession session, string name, string value) =>
        SessionEnvironment.IsAccepted(_acceptEnv, name, value);

    // A NUL would cut the command short: what runs must be what was sent.
    public override bool OnExec(SshServerSession session, ExecRequest request) => !request.CommandBytes.Span.Contains((byte)0);

    public override bool OnShell(SshServerSession session) => true;

    // A forced command runs instead of whatever is asked for.
    public override bool OnSubsystem(SshServerSession session, string name) => Restrictions(session)?.Command is not null || (name == "sftp" && _sftp is not null);

    public override bool OnWindowChange(SshServerSession session, PtySize size)
    {
        ProcessOf(session).Resize(size);
        return true;
    }

    public override bool OnSignal(SshServerSession session, string name) =>
        SignalNames.TryParse(name, out int number) && ProcessOf(session).Signal(number);

    public override bool OnBreak(SshServerSession session, uint milliseconds) => ProcessOf(session).SendBreak();

    public override async ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        // As with sshd, a key can be for files only: command="internal-sftp".
        if (_sftp is not null && (Restrictions(session)?.Command is { } only ? only == "internal-sftp" : session.Started is SubsystemRequest))
        {
            await _sftp.RunAsync(session, cancellationToken).ConfigureAwait(false);
            return;
        }

        ReadOnlyMemory<byte>? command = (session.Started as ExecRequest)?.CommandBytes;
        string? original = null;
        if (Restrictions(session)?.Command is { } forced)
        {
            original = session.Command;
            command = System.Text.Encoding.UTF8.GetBytes(forced);
        }

        if (_scp is { } files && original is null && command is { } line && ScpServer.Parse(line.Span) is { } scp)
        {
            // Blocking, so on a thread of its own; it ends with the channel at the latest.
            int status = await Task.Factory.StartNew(() => scp.Run(session, files), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            session.SendExitStatus((uint)status);
            session.SendEof();
            return;
        }

        using SessionProcess process = ProcessOf(session);
        await process.RunAsync(_account, command, original, _keyEnvironment.Choose(Restrictions(session)?.Environment ?? []), cancellationToken).ConfigureAwait(false);
    }

    private static SshAuthDecision Decide(SshServerContext context, bool isRight)
    {
        if (isRight)
        {
            // A password has none of the restrictions of a key that came before it.
            context.State = null;
        }

        return isRight ? SshAuthDecision.Accept : SshAuthDecision.Refuse;
    }

    /// <summary>It becomes the value of TERM, which programs look up in a file of that name.</summary>
    private static bool IsTerminalName(string name) => name.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && !name.Contains('/', StringComparison.Ordinal);

    private static AuthorizedKey? Restrictions(SshServerSession session) => session.Context.State as AuthorizedKey;

    /// <summary>The session's process; made with the first request and gone with the channel, started or not.</summary>
    private static SessionProcess ProcessOf(SshServerSession session)
    {
        if (session.State is SessionProcess process)
        {
            return process;
        }

        process = new SessionProcess(session);
        session.State = process;
        session.EndToken.UnsafeRegister(static state => ((SessionProcess)state!).Dispose(), process);
        return process;
    }
}
