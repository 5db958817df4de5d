using System.Linq;
using System.Text;
using SshCore.Auth;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Keys;

namespace SshCore.Fuzz.Driving;

/// <summary>
/// A willing application of either role: it accepts what it is asked, a client logs in and runs a command, a server says
/// a line and ends. What it does follows from the events alone, so that equal bytes give equal runs.
/// </summary>
internal sealed class Application(SshConnection connection, SshPrivateKey userKey)
{
    private readonly List<ChannelId> _channels = [];

    public SshConnection Connection { get; } = connection;

    public IReadOnlyList<ChannelId> Channels => _channels;

    public void Start() => (Connection as SshClientConnection)?.Authenticate("fuzz");

    public void Handle(in SshEvent e)
    {
        switch (e.Kind)
        {
            case SshEventKind.ChannelData:
                Echo(e);
                break;
            case SshEventKind.ChannelOpened:
                Run(Connection.Channel(e.Channel));
                break;
            case SshEventKind.ChannelEof:
                Connection.Channel(e.Channel).SendEof();
                break;
            case SshEventKind.ChannelClosed or SshEventKind.ChannelRefused:
                _channels.Remove(e.Channel);
                break;
            case SshEventKind.Authenticated when Connection is SshClientConnection:
                _channels.Add(Connection.OpenChannel(ChannelOpen.Session()));
                Connection.SendGlobalRequest(new GlobalRequest("fuzz@example.org"));
                break;
        }

        if (e.Body is SshDecision { IsAnswered: false } decision)
        {
            Answer(decision, e.Channel);
        }
    }

    public void Answer(SshDecision decision, ChannelId channel)
    {
        switch (decision)
        {
            case HostKeyOffered offered:
                offered.Accept();
                break;
            case AuthMethodNeeded needed:
                LogIn(needed);
                break;
            case PromptsReceived prompts:
                prompts.Answer([.. prompts.Prompts.Select(_ => "answer")]);
                break;
            case PasswordChangeNeeded change:
                change.Change("old"u8, "new"u8);
                break;
            case UserPresented user:
                user.Allow("publickey", "password", "keyboard-interactive");
                break;
            case NoneAttempt none:
                none.Deny();
                break;
            case PasswordAttempt { NewPassword: null } password when password.Password.Span.SequenceEqual("old"u8):
                password.RequestChange("a new one");
                break;
            case InteractiveAttempt interactive:
                interactive.Challenge("", "", new AuthPrompt("Code: ", false));
                break;
            case AuthAttempt attempt:
                attempt.Accept();
                break;
            case OpenRequested open:
                open.Accept();
                _channels.Add(open.Id);
                break;
            case ChannelRequested request:
                request.Accept();
                Serve(request.Request, channel);
                break;
            case GlobalRequested global:
                global.Accept();
                break;
            default:
                decision.Deny();
                break;
        }
    }

    private void LogIn(AuthMethodNeeded needed)
    {
        string next = needed.Failed switch
        {
            null => AuthMethods.PublicKey,
            AuthMethods.PublicKey => AuthMethods.KeyboardInteractive,
            AuthMethods.KeyboardInteractive => AuthMethods.Password,
            _ => "",
        };
        switch (next)
        {
            case AuthMethods.PublicKey:
                needed.TryPublicKey(userKey, probeFirst: true);
                break;
            case AuthMethods.KeyboardInteractive:
                needed.TryKeyboardInteractive();
                break;
            case AuthMethods.Password:
                needed.TryPassword("old"u8);
                break;
            default:
                needed.Deny();
                break;
        }
    }

    private static void Run(SshChannel channel)
    {
        channel.Request(new PtyRequest("xterm", new PtySize(80, 24)));
        channel.Request(new ExecRequest("cat"));
        channel.Write("some input\n"u8);
        channel.SendEof();
    }

    private void Serve(ChannelRequest request, ChannelId id)
    {
        if (request is not (ExecRequest or ShellRequest or SubsystemRequest) || !Connection.Channel(id).IsOpen)
        {
            return;
        }

        var channel = Connection.Channel(id);
        channel.Write("ready\n"u8);
        channel.Write("warned\n"u8, DataStream.Error);
        channel.Request(new ExitStatusRequest(7));
    }

    private void Echo(in SshEvent e)
    {
        var channel = Connection.Channel(e.Channel);
        while (true)
        {
            var data = Connection.BorrowData(e);
            if (data.IsEmpty)
            {
                break;
            }

            if (Connection is SshServerConnection && channel.IsOpen)
            {
                channel.Write(data.Span[..Math.Min(data.Length, 1024)]);
            }
        }
    }

    public static string Describe(in SshEvent e)
    {
        var text = new StringBuilder(e.ToString());
        text.Append(' ').Append(e.Length).Append(' ').Append(e.Stream);
        switch (e.Body)
        {
            case Closed closed:
                text.Append(' ').Append(closed.Error.Kind);
                break;
            case ChannelRequested request:
                text.Append(' ').Append(request.Request.Type);
                break;
            case AuthAttempt attempt:
                text.Append(' ').Append(attempt.UserName);
                break;
        }

        return text.ToString();
    }
}
