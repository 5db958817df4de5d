using System.Buffers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Cli.Serve;
using SshCore.Cli.Unix;
using SshCore.Hosts;
using SshCore.Keys;

namespace SshCore.Cli.Demo;

/// <summary>The demonstration's server: lets one key in, runs commands by the user's shell, and sends back what it gets.</summary>
internal sealed class DemoPolicy : SshServerPolicy
{
    /// <summary>A command of the server's own: what comes in goes out.</summary>
    internal const string Echo = "demo-echo";

    private const int BufferSize = 128 * 1024;

    private readonly SshPublicKey _key;

    internal DemoPolicy(SshPublicKey key) => _key = key;

    public override SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey key, string algorithm, bool hasSigned) =>
        key == _key ? SshAuthDecision.Accept : SshAuthDecision.Refuse;

    public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) =>
        channelType == "session" ? SshOpenDecision.Accept : SshOpenDecision.Refuse;

    public override bool OnExec(SshServerSession session, ExecRequest request) => true;

    public override async ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        if (session.Command == Echo)
        {
            await EchoAsync(session, cancellationToken).ConfigureAwait(false);
        }
        else if (OperatingSystem.IsWindows())
        {
            await session.WriteAsync(Encoding.UTF8.GetBytes($"Hello from {Environment.OSVersion}\n"), cancellationToken).ConfigureAwait(false);
            session.SendExitStatus(0);
        }
        else
        {
            using var process = new SessionProcess(session);
            await process.RunAsync(UserAccount.Current(), ((ExecRequest)session.Started!).CommandBytes, null, [], cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask EchoAsync(SshServerSession session, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        int count;
        while ((count = await session.ReadAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false)) > 0)
        {
            await session.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        session.SendExitStatus(0);
        session.SendEof();
    }
}
