using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;

namespace SshCore.Tests.Architecture;

/// <summary>One product project of the repository and what it builds.</summary>
internal sealed record Product(string ProjectFile, string AssemblyName, string[] Frameworks)
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static IReadOnlyList<Product> All { get; } = Find();

    public string AssemblyFile(string framework) => Path.Combine(
        Path.GetDirectoryName(ProjectFile)!, "bin", Metadata("BuildConfiguration"), framework, AssemblyName + ".dll");

    public override string ToString() => AssemblyName;

    private static Product[] Find()
    {
        string[] folders = ["core", "interop", "hosts"];
        return
        [
            .. folders
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal)
                .Select(Read),
        ];
    }

    private static Product Read(string file)
    {
        var properties = XDocument.Load(file).Descendants("PropertyGroup").Elements().ToArray();
        string frameworks = Value("TargetFrameworks") ?? Value("TargetFramework") ?? throw new InvalidDataException($"{file} names no framework.");
        return new Product(file, Value("AssemblyName") ?? Path.GetFileNameWithoutExtension(file), frameworks.Split(';'));

        string? Value(string name) => properties.FirstOrDefault(element => element.Name.LocalName == name)?.Value;
    }

    private static string Metadata(string key) =>
        typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
