using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Hosts;
using SshCore.Keys;

namespace SshCore.Tests.Hosts;

/// <summary>A server for tests: user "user", password "secret", and a few commands. Works in both forms.</summary>
internal sealed class TestPolicy : SshServerPolicy
{
    public const string User = "user";
    public const string Password = "secret";

    public List<SshPublicKey> Keys { get; } = [];

    public List<string> Log { get; } = [];

    public SemaphoreSlim SessionEntered { get; } = new(0);

    public SemaphoreSlim SessionLeft { get; } = new(0);

    public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) =>
        userName == User && System.Text.Encoding.UTF8.GetString(password.Span) == Password ? SshAuthDecision.Accept : SshAuthDecision.Refuse;

    public override SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey key, string algorithm, bool hasSigned) =>
        userName == User && Keys.Contains(key) ? SshAuthDecision.Accept : SshAuthDecision.Refuse;

    public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) =>
        channelType is "session" or "echo@test" ? SshOpenDecision.Accept : SshOpenDecision.RefuseWith(ChannelOpenFailure.UnknownChannelType, "no such thing");

    public override bool OnPty(SshServerSession session, PtyRequest request) => request.Terminal != "bad";

    public override bool OnEnvironment(SshServerSession session, string name, string value) => name.StartsWith("LC_", StringComparison.Ordinal);

    public override bool OnExec(SshServerSession session, ExecRequest request) => request.Command != "refuse";

    public override bool OnShell(SshServerSession session) => true;

    public override bool OnSubsystem(SshServerSession session, string name) => name == "echo";

    public override bool OnWindowChange(SshServerSession session, PtySize size) => Note($"window {size.Columns}x{size.Rows}");

    public override bool OnSignal(SshServerSession session, string name)
    {
        Note($"signal {name}");
        (session.State as TaskCompletionSource<string>)?.TrySetResult(name);
        return true;
    }

    public override bool OnBreak(SshServerSession session, uint milliseconds) => Note($"break {milliseconds}");

    public override SshGlobalReply OnGlobalRequest(SshServerContext context, string name, ReadOnlyMemory<byte> data) =>
        name is "mirror@test" or "tcpip-forward" ? new(true, data) : default;

    public override async ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        SessionEntered.Release();
        try
        {
            switch ((session.Command ?? session.Started!.Type).Split(' '))
            {
                case ["echo", var text]:
                    await session.WriteAsync(Bytes(text), cancellationToken);
                    session.SendExitStatus(0);
                    break;
                case ["both"]:
                    await session.WriteAsync(Bytes("out"), cancellationToken);
                    await session.ErrorStream.WriteAsync(Bytes("err"), cancellationToken);
                    session.SendExitStatus(3);
                    break;
                case ["status", var status]:
                    session.SendExitStatus(uint.Parse(status));
                    break;
                case ["cat"] or ["subsystem"]:
                    await session.CopyToAsync(session, cancellationToken);
                    session.SendExitStatus(0);
                    break;
                case ["shell"]:
                    var size = session.WindowSize;
                    await session.WriteAsync(Bytes($"{session.Pty?.Terminal} {size.Columns}x{size.Rows} {string.Join(",", session.Variables.Select(v => $"{v.Key}={v.Value}"))}"), cancellationToken);
                    session.SendExitStatus(0);
                    break;
                case ["killed"]:
                    session.SendExitSignal("KILL", coreDumped: true, "gone");
                    break;
                case ["nothing"]:
                    break;
                case ["throw"]:
                    throw new InvalidOperationException("the session's own failure");
                case ["wait"]:
                    var signalled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                    session.State = signalled;
                    await session.WriteAsync(Bytes("ready"), cancellationToken);
                    await signalled.Task.WaitAsync(cancellationToken);
                    session.SendExitStatus(0);
                    break;
                case ["flood"]:
                    var block = new byte[64 * 1024];
                    while (true)
                    {
                        await session.WriteAsync(block, cancellationToken);
                    }

                default:
                    session.SendExitStatus(127);
                    break;
            }
        }
        finally
        {
            SessionLeft.Release();
        }
    }

    public override void RunSession(SshServerSession session) => RunSessionAsync(session, session.EndToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask RunChannelAsync(SshServerContext context, SshChannelStream channel, CancellationToken cancellationToken) =>
        await channel.CopyToAsync(channel, cancellationToken);

    public override void RunChannel(SshServerContext context, SshChannelStream channel) => channel.CopyTo(channel);

    public static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private bool Note(string what)
    {
        lock (Log)
        {
            Log.Add(what);
        }

        return true;
    }
}
