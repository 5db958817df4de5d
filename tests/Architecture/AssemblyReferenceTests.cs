using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NUnit.Framework;

namespace SshCore.Tests.Architecture;

/// <summary>Which assembly may know which: core ← interop ← hosts, and nothing sideways but where it is written here.</summary>
public sealed class AssemblyReferenceTests
{
    private const string Core = "SshCore";
    private const string Default = "SshCore.Interop";
    private const string Common = "SshCore.Hosts.Common";

    // A host may see core, the composed provider and what the hosts share; the program is made of the hosts.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        [Core] = [],
        ["SshCore.Interop.Bcl"] = [Core],
        ["SshCore.Interop.BouncyCastle"] = [Core],
        ["SshCore.Interop.Libcrypto"] = [Core],
        ["SshCore.Interop.Gss"] = [Core],
        ["SshCore.Interop.Sntrup"] = [Core],
        [Default] = [Core, "SshCore.Interop.Bcl", "SshCore.Interop.BouncyCastle", "SshCore.Interop.Libcrypto", "SshCore.Interop.Gss", "SshCore.Interop.Sntrup"],
        [Common] = [Core, Default],
        ["SshCore.Async"] = [Core, Default, Common],
        ["SshCore.Blocking"] = [Core, Default, Common],
        ["SshCore.Memory"] = [Core, Default],
        ["SshCore.Native"] = [Core, Default],
        ["SshCore.Cli"] = [Core, Default, Common, "SshCore.Async", "SshCore.Blocking"],
    };

    // Packages that a product may need besides the framework.
    private static readonly Dictionary<string, string[]> Packages = new(StringComparer.Ordinal)
    {
        ["SshCore.Interop.BouncyCastle"] = ["BouncyCastle.Cryptography"],
        [Common] = ["Microsoft.Extensions.Logging.Abstractions", "Microsoft.Bcl.AsyncInterfaces"],
        ["SshCore.Async"] = ["Microsoft.Extensions.Logging.Abstractions", "Microsoft.Bcl.AsyncInterfaces"],
        ["SshCore.Blocking"] = ["Microsoft.Extensions.Logging.Abstractions"],
        ["SshCore.Cli"] = ["Microsoft.Extensions.Logging.Abstractions", "System.CommandLine"],
    };

    private static readonly string[] NetStandard = ["netstandard", "System.Threading.Tasks.Extensions", "System.Memory", "System.Buffers", "System.Numerics.Vectors", "System.Runtime.CompilerServices.Unsafe"];

    public static IEnumerable<TestCaseData> Builds() =>
        from product in Product.All
        from framework in product.Frameworks
        select new TestCaseData(product.AssemblyName, framework) { TestName = $"{product.AssemblyName} on {framework}" };

    [TestCaseSource(nameof(Builds))]
    public void OnlyKnowsWhatItMay(string assembly, string framework)
    {
        Assert.That(Allowed, Does.ContainKey(assembly), "a new product needs a line in the rules");
        var product = Product.All.Single(p => p.AssemblyName == assembly);
        using var file = new PEReader(File.OpenRead(product.AssemblyFile(framework)));
        var metadata = file.GetMetadataReader();
        string[] packages = Packages.GetValueOrDefault(assembly, []);

        var forbidden = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => !Allowed[assembly].Contains(name) && !packages.Contains(name) && !IsFramework(name, framework));

        Assert.That(forbidden, Is.Empty);
    }

    [Test]
    public void NothingKnowsTestsOrFuzzTargets()
    {
        var references = Product.All.SelectMany(product => File.ReadLines(product.ProjectFile)
            .Where(line => line.Contains("ProjectReference", StringComparison.Ordinal))
            .Where(line => line.Contains("tests/", StringComparison.Ordinal) || line.Contains("fuzz/", StringComparison.Ordinal)));
        Assert.That(references, Is.Empty);
    }

    private static bool IsFramework(string name, string framework) => framework == "netstandard2.0"
        ? NetStandard.Contains(name)
        : name == "System" || (name.StartsWith("System.", StringComparison.Ordinal) && name != "System.CommandLine") || name == "Microsoft.Win32.Primitives";
}
