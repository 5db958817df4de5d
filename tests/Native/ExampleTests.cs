using System.Threading.Tasks;
using NUnit.Framework;

namespace SshCore.Tests.Native;

/// <summary>The C programs in hosts/Native/examples, against the published library.</summary>
public sealed class ExampleTests
{
    [Test]
    public async Task MemoryPairHasTheSameTranscriptEveryTime()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("memory_pair");
        var first = await build.RunAsync(program);
        var second = await build.RunAsync(program);
        Assert.That(first.ExitStatus, Is.Zero, first.ToString());
        Assert.That(first.Text, Does.StartWith("hello, world, status 7, transcript "));
        Assert.That(second.Text, Is.EqualTo(first.Text));
    }
}
