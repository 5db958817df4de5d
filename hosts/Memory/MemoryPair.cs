using SshCore.Events;

namespace SshCore.Memory;

/// <summary>
/// A client and a server joined in memory and in virtual time. Nothing happens but inside <see cref="Run"/>,
/// <see cref="RunUntil"/> and <see cref="Advance"/>; the same connections, options and calls give the same bytes. Used by
/// one thread at a time. Commands may be given to the connections between the calls and inside the event handlers.
/// </summary>
public sealed class MemoryPair : IDisposable
{
    // A connection whose NextTimeout stays in the past would stop the time: that is a bug of the connection.
    private const int LargestStandstill = 10_000;

    private readonly MemoryEndpoint _client;
    private readonly MemoryEndpoint _server;

    /// <summary>Joins two fresh connections; the time is the origin.</summary>
    public MemoryPair(SshClientConnection client, SshServerConnection server, MemoryPairOptions? options = null)
    {
        options ??= MemoryPairOptions.Default;
        Client = client;
        Server = server;
        ToServer = new MemoryLink(options, options.LatencyToServer);
        ToClient = new MemoryLink(options, options.LatencyToClient);
        _client = new MemoryEndpoint(client, ToClient, ToServer, options, salt: 1);
        _server = new MemoryEndpoint(server, ToServer, ToClient, options, salt: 2);
        client.Tick(Now);
        server.Tick(Now);
    }

    /// <summary>The client.</summary>
    public SshClientConnection Client { get; }

    /// <summary>The server.</summary>
    public SshServerConnection Server { get; }

    /// <summary>From the client to the server.</summary>
    public MemoryLink ToServer { get; }

    /// <summary>From the server to the client.</summary>
    public MemoryLink ToClient { get; }

    /// <summary>The virtual time.</summary>
    public SshInstant Now { get; private set; }

    /// <summary>Gets each event of the client before the next one is polled, so that it may borrow data.</summary>
    public Action<SshEvent>? OnClientEvent { get => _client.OnEvent; set => _client.OnEvent = value; }

    /// <summary>Gets each event of the server before the next one is polled, so that it may borrow data.</summary>
    public Action<SshEvent>? OnServerEvent { get => _server.OnEvent; set => _server.OnEvent = value; }

    /// <summary>Records the client's side. Set before the first run.</summary>
    public ConnectionRecorder? ClientRecorder { get => _client.Recorder; set => _client.Recorder = Started(value); }

    /// <summary>Records the server's side. Set before the first run.</summary>
    public ConnectionRecorder? ServerRecorder { get => _server.Recorder; set => _server.Recorder = Started(value); }

    /// <summary>Runs until nothing is under way and nobody has anything to do; time passes only as far as bytes need to travel.</summary>
    public void Run()
    {
        Settle(null);
        while (NextArrival() is { } next)
        {
            MoveTo(next);
            Settle(null);
        }
    }

    /// <summary>
    /// Runs until <paramref name="condition"/> holds, which is looked at after every step; bytes travel and timers fire, for
    /// <paramref name="within"/> (one hour) of virtual time at most.
    /// </summary>
    /// <returns>Whether it holds.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan? within = null)
    {
        var end = Now + (within ?? TimeSpan.FromHours(1));
        int standstill = 0;
        while (!Settle(condition) && NextMoment() is { } next && next <= end)
        {
            standstill = next > Now ? 0 : standstill + 1;
            if (standstill > LargestStandstill)
            {
                throw new InvalidOperationException($"A connection's NextTimeout stays at {next} although it was told that time.");
            }

            MoveTo(next);
        }

        return condition();
    }

    /// <summary>Lets that much virtual time pass: bytes travel and timers fire at their moments.</summary>
    public void Advance(TimeSpan time)
    {
        var end = Now + time;
        RunUntil(static () => false, time);
        MoveTo(end);
        Settle(null);
    }

    /// <summary>Cuts both directions now: each side gets what is under way, then the end of the stream.</summary>
    public void Cut()
    {
        ToServer.Cut();
        ToClient.Cut();
    }

    /// <summary>Puts bytes on the way to the client that the server has not sent.</summary>
    public void InjectToClient(ReadOnlySpan<byte> bytes) => ToClient.Carry(bytes, Now);

    /// <summary>Puts bytes on the way to the server that the client has not sent.</summary>
    public void InjectToServer(ReadOnlySpan<byte> bytes) => ToServer.Carry(bytes, Now);

    /// <summary>Disposes of both connections.</summary>
    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private bool Settle(Func<bool>? condition)
    {
        bool progress = true;
        while (progress)
        {
            if (condition?.Invoke() == true)
            {
                return true;
            }

            progress = _client.Step(Now);
            if (condition?.Invoke() == true)
            {
                return true;
            }

            progress |= _server.Step(Now);
        }

        return false;
    }

    private void MoveTo(SshInstant time)
    {
        Now = time > Now ? time : Now;
        ToServer.Tick(Now);
        ToClient.Tick(Now);
        _client.Tick(Now);
        _server.Tick(Now);
    }

    private SshInstant? NextArrival() => Earlier(ToServer.NextArrival, ToClient.NextArrival);

    private SshInstant? NextMoment() => Earlier(NextArrival(), Earlier(Client.NextTimeout, Server.NextTimeout));

    private static SshInstant? Earlier(SshInstant? a, SshInstant? b) => a is null || b < a ? b ?? a : a;

    private ConnectionRecorder? Started(ConnectionRecorder? recorder)
    {
        recorder?.Ticked(Now);
        return recorder;
    }
}
