using System.Reflection;
using System.Runtime.Versioning;
using NUnit.Framework;
using SshCore.Interop;
using SshCore.Interop.BouncyCastle;

namespace SshCore.Tests.Interop;

/// <summary>That the assemblies under test are the netstandard2.0 ones, and that the default is whole with them.</summary>
internal sealed class BuildTests
{
    [Test]
    public void The_builds_are_those_of_netstandard()
    {
        foreach (var type in new[] { typeof(BouncyCastleProvider), typeof(DefaultCrypto), typeof(SshCore.Security.SshCryptoProvider) })
        {
            var framework = type.Assembly.GetCustomAttribute<TargetFrameworkAttribute>();
            Assert.That(framework!.FrameworkName, Is.EqualTo(".NETStandard,Version=v2.0"), type.Assembly.GetName().Name);
        }
    }

    [Test]
    public void The_default_is_BouncyCastle()
    {
        foreach (var primitive in Enum.GetValues<SshCore.Security.Primitive>())
        {
            Assert.That(DefaultCrypto.Provider.Serving(primitive)!.Name, Is.EqualTo("bouncycastle"), primitive.ToString());
        }
    }
}
