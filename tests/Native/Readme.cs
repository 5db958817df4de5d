using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace SshCore.Tests.Native;

/// <summary>The programs that README.md shows to users of C and Python.</summary>
internal static class Readme
{
    /// <summary>The blocks of a language, in order.</summary>
    public static string[] Blocks(string language) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Header.Root, "README.md")), $"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline).Select(m => m.Groups[1].Value)];
}
