using System.Runtime.Versioning;
using NUnit.Framework;

// Two peers at a time: each pair keeps a core busy on either side.
[assembly: LevelOfParallelism(2)]
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
