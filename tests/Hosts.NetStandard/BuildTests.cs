using System.Linq;
using System.Runtime.Versioning;
using NUnit.Framework;

namespace SshCore.Tests.Hosts;

/// <summary>This suite really runs on the netstandard2.0 builds.</summary>
internal sealed class BuildTests
{
    [TestCase(typeof(SshConnection))]
    [TestCase(typeof(Interop.DefaultCrypto))]
    [TestCase(typeof(SshCore.Hosts.SshClientBase))]
    [TestCase(typeof(Async.SshClient))]
    [TestCase(typeof(Memory.MemoryDuplexStream))]
    public void AssemblyIsTheNetStandardBuild(Type type)
    {
        var target = type.Assembly.GetCustomAttributes(typeof(TargetFrameworkAttribute), inherit: false).Cast<TargetFrameworkAttribute>().Single();
        Assert.That(target.FrameworkName, Is.EqualTo(".NETStandard,Version=v2.0"));
    }
}
