using NUnit.Framework;
using SshCore.Memory;

namespace SshCore.Tests.Core.Pair;

/// <summary>A client and a server with applications that exchange data over a session channel.</summary>
internal sealed class PairWorld : IDisposable
{
    public PairWorld(PairPlan plan)
    {
        Pair = new MemoryPair(plan.Client(), plan.Server(), plan.Options);
        Client = new PairSide(Pair.Client, plan);
        Server = new PairSide(Pair.Server, plan);
        Pair.OnClientEvent = Client.On;
        Pair.OnServerEvent = Server.On;
        Pair.Client.Authenticate("user");
    }

    public MemoryPair Pair { get; }

    public PairSide Client { get; }

    public PairSide Server { get; }

    /// <summary>Runs until both sides have sent, received and closed, and checks that nothing went wrong.</summary>
    public PairWorld RunToTheEnd()
    {
        bool done = Pair.RunUntil(() => (Client.ClosedSeen && Server.ClosedSeen) || Pair.Client.Error is not null || Pair.Server.Error is not null);
        Assert.That(Pair.Client.Error, Is.Null);
        Assert.That(Pair.Server.Error, Is.Null);
        Assert.That(done, "it stands still");
        return this;
    }

    public void LogIn()
    {
        Assert.That(Pair.RunUntil(() => Pair.Client.IsAuthenticated && Pair.Server.IsAuthenticated));
    }

    public void Dispose() => Pair.Dispose();
}
