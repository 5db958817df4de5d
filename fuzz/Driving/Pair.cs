using System.IO;

namespace SshCore.Fuzz.Driving;

/// <summary>A client and a server joined without delay; what each sent is kept.</summary>
internal sealed class Pair : IDisposable
{
    private readonly MemoryStream _fromClient = new();
    private readonly MemoryStream _fromServer = new();
    private int _clientRead;
    private int _serverRead;

    public Pair(Application client, Application server)
    {
        Client = client;
        Server = server;
        ClientRun = new ConnectionRun(client) { Sent = bytes => _fromClient.Write(bytes.Span) };
        ServerRun = new ConnectionRun(server) { Sent = bytes => _fromServer.Write(bytes.Span) };
    }

    public Application Client { get; }

    public Application Server { get; }

    public ConnectionRun ClientRun { get; }

    public ConnectionRun ServerRun { get; }

    public byte[] FromClient => _fromClient.ToArray();

    public byte[] FromServer => _fromServer.ToArray();

    /// <summary>Carries bytes until both are silent or <paramref name="until"/> holds.</summary>
    public void Pump(Func<bool>? until = null)
    {
        ClientRun.Settle(holdDecisions: false);
        ServerRun.Settle(holdDecisions: false);
        while (until is null || !until())
        {
            bool moved = Carry(_fromClient, ref _serverRead, ServerRun);
            if (until is not null && until())
            {
                return;
            }

            moved |= Carry(_fromServer, ref _clientRead, ClientRun);
            if (!moved)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        ClientRun.Dispose();
        ServerRun.Dispose();
        _fromClient.Dispose();
        _fromServer.Dispose();
    }

    private static bool Carry(MemoryStream sent, ref int read, ConnectionRun to)
    {
        var bytes = sent.GetBuffer().AsSpan(read, (int)sent.Length - read).ToArray();
        read += bytes.Length;
        to.Feed(bytes, int.MaxValue);
        return bytes.Length > 0;
    }
}
