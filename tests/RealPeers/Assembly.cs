using System.Runtime.Versioning;
using NUnit.Framework;

// Peers wait for each other most of the time.
[assembly: LevelOfParallelism(4)]
[assembly: SupportedOSPlatform("linux")]

namespace SshCore.Tests.RealPeers;

/// <summary>The peers are Debian's programs.</summary>
[SetUpFixture]
public sealed class OnlyOnLinux
{
    [OneTimeSetUp]
    public void Check()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("The peers are programs of Debian; the other test projects run here too.");
        }
    }
}
