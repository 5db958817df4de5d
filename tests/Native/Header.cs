using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SshCore.Tests.Native;

/// <summary>What <c>sshcore.h</c> declares.</summary>
internal static partial class Header
{
    public static string Root { get; } =
        typeof(Header).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    public static string Folder { get; } = Path.Combine(Root, "hosts", "Native", "include");

    public static string Text { get; } = File.ReadAllText(Path.Combine(Folder, "sshcore.h"));

    public static string Code { get; } = Comment().Replace(Text, " ");

    /// <summary>Every function with its parameters' types as C has them.</summary>
    public static IReadOnlyDictionary<string, Declaration> Functions { get; } = Function().Matches(Code).ToDictionary(
        m => m.Groups["name"].Value,
        m => new Declaration(m.Groups["type"].Value.Trim(), m.Groups["parameters"].Value.Trim() is "void" ? [] : [.. m.Groups["parameters"].Value.Split(',').Select(p => p.Trim())]));

    /// <summary>Every name that an enum gives a number, with that number.</summary>
    public static IReadOnlyDictionary<string, long> Constants { get; } = Constant().Matches(Code).ToDictionary(
        m => m.Groups["name"].Value, m => long.Parse(m.Groups["value"].Value, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>NameLikeThis as NAME_LIKE_THIS.</summary>
    public static string Upper(string name) => Hump().Replace(name, "_").ToUpperInvariant();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<type>(?:const\s+)?\w+[\s*]+)(?<name>sshcore_\w+)\((?<parameters>[^)]*)\);")]
    private static partial Regex Function();

    [GeneratedRegex(@"(?<name>SSHCORE_\w+)\s*=\s*(?<value>\d+)")]
    private static partial Regex Constant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Hump();
}

/// <summary>One function of the header.</summary>
internal sealed record Declaration(string ReturnType, string[] Parameters)
{
    /// <summary>The name of a parameter.</summary>
    public static string NameOf(string parameter) => parameter[(parameter.LastIndexOfAny([' ', '*']) + 1)..];

    /// <summary>The managed type that a C parameter or result has to be.</summary>
    public static Type Managed(string type) => type switch
    {
        _ when type.Contains('*', StringComparison.Ordinal) => typeof(nint),
        _ when Word(type, "sshcore_progress") || Word(type, "sshcore_easy_ask") => typeof(nint),
        _ when Word(type, "size_t") => typeof(nuint),
        _ when Word(type, "uint64_t") => typeof(ulong),
        _ when Word(type, "uint32_t") => typeof(uint),
        _ when Word(type, "int32_t") => typeof(int),
        _ when Word(type, "int") => typeof(int),
        _ when Word(type, "sshcore_result") => typeof(SshCore.Native.Boundary.Result),
        _ => throw new NotSupportedException(type),
    };

    private static bool Word(string type, string word) => type == word || type.StartsWith(word + " ", StringComparison.Ordinal);
}
