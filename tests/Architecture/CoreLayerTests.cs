using System.Linq;
using NUnit.Framework;

namespace SshCore.Tests.Architecture;

/// <summary>Inside the core: Wire ← Messages ← { Transport, Kex, Auth, Channels, Sftp, Agent } ← SshConnection.</summary>
public sealed class CoreLayerTests
{
    private const string Root = "SshCore";

    private static readonly string[] MiddleLayers = ["Transport", "Kex", "Auth", "Channels", "Sftp", "Agent"];

    private static readonly string[] Connection = ["SshCore.SshConnection", "SshCore.SshClientConnection", "SshCore.SshServerConnection"];

    // Words of the public surface that live with the layer they describe: values without behaviour of the layer.
    private static readonly string[] Vocabulary =
    [
        "SshCore.Channels.ChannelId",
        "SshCore.Kex.NegotiatedAlgorithms",
    ];

    private static readonly TypeGraph Net = TypeGraph.Read(Core.AssemblyFile("net10.0"));

    private static Product Core => Product.All.Single(product => product.AssemblyName == Root);

    [Test]
    public void WireKnowsNothingAboveIt() =>
        Assert.That(Edges("Wire").Where(edge => LayerOf(edge.To) is not ("Wire" or "Buffers" or "Errors" or null)), Is.Empty);

    [Test]
    public void MessagesKnowNoLayerAboveThem() => Assert.That(
        Edges("Messages").Where(edge => IsConnection(edge.To) || (MiddleLayers.Contains(LayerOf(edge.To)) && !Vocabulary.Contains(edge.To))),
        Is.Empty);

    [TestCaseSource(nameof(MiddleLayers))]
    public void LayersDoNotKnowEachOther(string layer) => Assert.That(
        Edges(layer).Where(edge => LayerOf(edge.To) is { } other && other != layer && MiddleLayers.Contains(other) && !Vocabulary.Contains(edge.To)),
        Is.Empty);

    [TestCaseSource(nameof(MiddleLayers))]
    public void LayersDoNotKnowTheConnection(string layer) => Assert.That(Edges(layer).Where(edge => IsConnection(edge.To)), Is.Empty);

    [TestCase("Security")]
    [TestCase("Keys")]
    [TestCase("Buffers")]
    [TestCase("Errors")]
    [TestCase("Config")]
    public void FoundationsKnowNoLayer(string foundation) => Assert.That(
        Edges(foundation).Where(edge => IsConnection(edge.To) || MiddleLayers.Contains(LayerOf(edge.To))),
        Is.Empty);

    [TestCase("net10.0")]
    [TestCase("netstandard2.0")]
    public void OfTheCryptoNamespaceOnlyConstantTimeOperations(string framework)
    {
        const string crypto = "System.Security.Cryptography.";
        var used = TypeGraph.Read(Core.AssemblyFile(framework)).Uses
            .SelectMany(pair => pair.Value.Select(to => (From: pair.Key, To: to)))
            .Where(edge => edge.To.StartsWith(crypto, StringComparison.Ordinal) && edge.To != crypto + "CryptographicOperations");
        Assert.That(used, Is.Empty);
    }

    [TestCase("net10.0")]
    [TestCase("netstandard2.0")]
    public void NoSocketsFilesThreadsTasksOrClock(string framework)
    {
        // System.Environment is left to the banned symbols: the compiler's iterators ask it for the thread's number.
        string[] namespaces = ["System.Net", "System.Net.Sockets", "System.Threading.Tasks", "System.Diagnostics.Process"];
        string[] types =
        [
            "System.Threading.Thread", "System.Threading.ThreadPool", "System.Threading.Timer", "System.Threading.Monitor",
            "System.Diagnostics.Stopwatch", "System.TimeProvider", "System.Console", "System.Random",
            "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo",
            "System.Activator", "System.Text.RegularExpressions.Regex",
        ];
        var used = TypeGraph.Read(Core.AssemblyFile(framework)).Uses
            .SelectMany(pair => pair.Value.Select(to => (From: pair.Key, To: to)))
            .Where(edge => types.Contains(edge.To) || namespaces.Contains(NamespaceOf(edge.To)));
        Assert.That(used, Is.Empty);
    }

    [Test]
    public void TheGraphSeesBodiesAndSignatures()
    {
        // Guards the guard: an edge that only a method body has, and one that only a signature has.
        Assert.That(Net.Uses["SshCore.Keys.SshPrivateKey"], Does.Contain("System.Threading.Interlocked"));
        Assert.That(Net.Uses["SshCore.SshConnection"], Does.Contain("SshCore.Events.SshEvent"));
    }

    private static IEnumerable<(string From, string To)> Edges(string layer) =>
        from pair in Net.Uses
        where LayerOf(pair.Key) == layer
        from to in pair.Value
        select (pair.Key, to);

    private static bool IsConnection(string type) => Connection.Contains(type);

    /// <summary>The folder of a type of ours; null for types of the root namespace and of the framework.</summary>
    private static string? LayerOf(string type)
    {
        string[] parts = type.Split('.');
        return parts.Length > 2 && parts[0] == Root ? parts[1] : null;
    }

    private static string NamespaceOf(string type) => type[..type.LastIndexOf('.')];
}
