#region sample
using System.Net;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Hosts;
using SshCore.Keys;

#endregion
namespace SshCore.Tests.Readme.Samples;

#region sample
internal sealed class Greeter : SshServerPolicy
{
    public override SshAuthDecision CheckPassword(SshServerContext context, string user, ReadOnlyMemory<byte> password) =>
        user == "joe" && password.Span.SequenceEqual("secret"u8) ? SshAuthDecision.Accept : SshAuthDecision.Refuse;

    public override SshOpenDecision OnChannelOpen(SshServerContext context, string type, ReadOnlyMemory<byte> data) =>
        type == "session" ? SshOpenDecision.Accept : SshOpenDecision.Refuse;

    public override bool OnExec(SshServerSession session, ExecRequest request) => true;

    public override async ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
    {
        await session.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"you asked for: {session.Command}\n"), cancellationToken);
        session.SendExitStatus(0);
    }
}

#endregion
internal static class ServerSample
{
    public static async Task RunAsync(SshPrivateKey hostKey, Func<IPEndPoint, Task> untilStopped)
    {
        #region sample
        await using var server = new SshServer(new SshServerOptions(new Greeter(), hostKey));
        var address = server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await untilStopped(address);
        #endregion
    }
}
