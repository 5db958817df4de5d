using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

internal sealed class EndPointTests
{
    [Test]
    public async System.Threading.Tasks.Task A_peer_by_ipv4_is_one_on_a_socket_of_both_families([Values] Host host)
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Ignore("IPv6 is off here: the server's socket could not be one of both families");
        }

        var seen = new System.Threading.Tasks.TaskCompletionSource<SshEndPoint>();
        var options = new SshServerOptions(client =>
        {
            seen.TrySetResult(client);
            return new TestPolicy();
        }, Subjects.Server(new TestPolicy()).Settings);
        SshCore.Async.SshServer? server = host == Host.Async ? new(options) : null;
        SshCore.Blocking.SshServer? blocking = host == Host.Blocking ? new(options) : null;
        try
        {
            var any = new IPEndPoint(IPAddress.IPv6Any, 0);
            int port = (server?.Listen(any) ?? blocking!.Listen(any)).Port;
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(IPAddress.Loopback, port);
            var endPoint = await seen.Task.WaitAsync(Subjects.Patience);
            Assert.That(endPoint, Is.EqualTo(new SshEndPoint("127.0.0.1", ((IPEndPoint)client.LocalEndPoint!).Port)));
        }
        finally
        {
            await (server?.DisposeAsync() ?? default);
            blocking?.Dispose();
        }
    }

    [TestCase("::ffff:10.1.2.3", "10.1.2.3")]
    [TestCase("10.1.2.3", "10.1.2.3")]
    [TestCase("2001:db8::1", "2001:db8::1")]
    public void End_points_of_sockets(string address, string host) =>
        Assert.That(SshEndPoint.Of(new IPEndPoint(IPAddress.Parse(address), 7)), Is.EqualTo(new SshEndPoint(host, 7)));

    [Test]
    public void What_is_no_ip_end_point_is_unknown()
    {
        Assert.That(SshEndPoint.Of(null), Is.EqualTo(SshEndPoint.Unknown));
        Assert.That(SshEndPoint.Of(new UnixDomainSocketEndPoint("/x")), Is.EqualTo(SshEndPoint.Unknown));
    }
}
