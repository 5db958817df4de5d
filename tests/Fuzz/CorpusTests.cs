using System.IO;
using System.Linq;
using System.Reflection;
using NUnit.Framework;
using SshCore.Fuzz.Targets;

namespace SshCore.Tests.Fuzz;

/// <summary>Every kept input, seeds and former findings, runs again with every build.</summary>
public sealed class CorpusTests
{
    private static string Corpus => typeof(CorpusTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Corpus").Value!;

    public static IEnumerable<TestCaseData> Inputs() =>
        from target in FuzzTarget.All
        from file in Directory.EnumerateFiles(Path.Combine(Corpus, target.Name)).Order(StringComparer.Ordinal)
        select new TestCaseData(target.Name, Path.GetFileName(file)) { TestName = $"{target.Name}/{Path.GetFileName(file)}" };

    public static IEnumerable<string> Targets() => FuzzTarget.All.Select(target => target.Name);

    [TestCaseSource(nameof(Inputs))]
    public void Holds(string target, string file) =>
        Assert.DoesNotThrow(() => FuzzTarget.Find(target)!.Run(File.ReadAllBytes(Path.Combine(Corpus, target, file))));

    [TestCaseSource(nameof(Targets))]
    public void EverySeedIsKept(string target)
    {
        var kept = Directory.EnumerateFiles(Path.Combine(Corpus, target)).Select(Path.GetFileName);
        Assert.That(kept, Is.SupersetOf(FuzzTarget.Find(target)!.Seeds().Select(seed => seed.Name)), "run: dotnet cake --target=FuzzSeeds");
    }

    [TestCase("server-stream", "Authenticated", "ChannelRequested", "ChannelClosed")]
    [TestCase("client-stream", "Authenticated", "ExitStatus", "ChannelClosed")]
    public void RecordedFlowsReachTheirEnd(string name, params string[] reached)
    {
        var target = (StreamTarget)FuzzTarget.Find(name)!;
        foreach (var (seed, input) in target.Seeds().Where(seed => seed.Input is [.., 0] && seed.Input.Length > 500))
        {
            var kinds = target.Trace(input).Select(e => e.Split(' ')[0]);
            Assert.That(kinds, Is.SupersetOf(reached), seed);
        }
    }
}
