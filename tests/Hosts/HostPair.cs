using System.Threading.Tasks;
using SshCore.Hosts;
using SshCore.Memory;

namespace SshCore.Tests.Hosts;

/// <summary>For fixtures over the hosts that there are here.</summary>
internal static class TestHosts
{
    public static Host[] Each => Enum.GetValues<Host>();

    public static IEnumerable<object[]> Alike => Array.ConvertAll(Each, host => new object[] { host, host });
}

/// <summary>How the two sides are joined.</summary>
public enum Link
{
    Sockets,
    Streams,
}

/// <summary>A client and a server that have met.</summary>
internal sealed class HostPair : IAsyncDisposable
{
    private HostPair(TestClient client, TestServer server, TestPolicy policy)
    {
        Client = client;
        Server = server;
        Policy = policy;
    }

    public TestClient Client { get; }

    public TestServer Server { get; }

    public TestPolicy Policy { get; }

    public SshServerContext Context => Server.Connections[0];

    public static async Task<HostPair> ConnectAsync(
        Host client, Host server, Link link, TestPolicy? policy = null, Func<SshClientOptions, SshClientOptions>? with = null)
    {
        policy ??= new TestPolicy();
        var at = new TestServer(server, Subjects.Server(policy));
        try
        {
            if (link == Link.Sockets)
            {
                var options = Subjects.Client(at.Listen());
                return new(await TestClient.ConnectAsync(client, with?.Invoke(options) ?? options), at, policy);
            }

            var (a, b) = MemoryDuplexStream.CreatePair();
            at.Accept(b);
            var overStream = Subjects.Client();
            return new(await TestClient.ConnectAsync(client, with?.Invoke(overStream) ?? overStream, a), at, policy);
        }
        catch
        {
            await at.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
