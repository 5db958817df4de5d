using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;

namespace SshCore.Tests.Native;

/// <summary>All functions of the published library in a random order, with random arguments: a result each time, and no crash.</summary>
public sealed class RandomCallsTests
{
    private static readonly (string Type, char Letter)[] Handles =
        [("sshcore_connection", 'C'), ("sshcore_key", 'K'), ("sshcore_known_hosts", 'H'), ("sshcore_authorized_keys", 'A'), ("sshcore_blob", 'B'), ("sshcore_sftp", 'S'), ("sshcore_easy", 'E')];

    [TestCase("1", "60000", "1")]
    [TestCase("2", "60000", "1")]
    [TestCase("3", "20000", "3")]
    public async Task GiveResultsAndNeverCrash(string seed, string count, string threads)
    {
        using var build = new Compiler();
        build.Folder.Write("functions.h", Table());
        string file = Path.Combine(Header.Root, "tests", "Native", "Programs", "random_calls.c");
        string program = await build.CompileAsync("random_calls",
            ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-I" + Path.Combine(Header.Root, "hosts", "Native", "examples"), "-I" + build.Folder.Path, file, .. Compiler.Library]);
        var result = await build.RunAsync(program, seed, count, threads);
        Assert.That(result.ExitStatus, Is.Zero, result.Text + result.ErrorText);
    }

    private static string Table()
    {
        var table = new StringBuilder("static const struct function functions[] = {\n");
        foreach (var (name, declaration) in Header.Functions.Where(f => f.Value.ReturnType == "sshcore_result").OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            string letters = string.Concat(declaration.Parameters.Select(Letter));
            string sizes = string.Join(", ", declaration.Parameters.Select(p => Struct(p) is { } type ? $"sizeof({type})" : "0"));
            table.Append($"    {{\"{name}\", (void (*)(void)){name}, \"{letters}\", {{{sizes}}}}},\n");
        }

        return table.Append("};\n").ToString();
    }

    private static char Letter(string parameter)
    {
        string type = parameter.Replace("const ", "", StringComparison.Ordinal).Split(' ', '*')[0], name = Declaration.NameOf(parameter);
        int stars = parameter.Count(c => c == '*');
        var handle = Handles.FirstOrDefault(h => h.Type == type);
        return (stars, type) switch
        {
            (1, _) when handle.Type is not null => handle.Letter,
            (2, _) when handle.Type is not null => 'o',
            (2, "char") when parameter.Contains("*const", StringComparison.Ordinal) => 'l',
            (2, _) when parameter.Contains("*const", StringComparison.Ordinal) => 'r',
            (1, "char") => 't',
            (0, "sshcore_easy_ask" or "sshcore_progress") => 'f',
            (0, "int") => 'd',
            (0, "int32_t") => 'm',
            (0, "size_t") when name is "count" or "user_count" or "group_count" => 'n',
            (0, "size_t") => 'z',
            (0, _) => 'n',
            _ => 'p',
        };
    }

    private static string? Struct(string parameter)
    {
        string type = parameter.Replace("const ", "", StringComparison.Ordinal).Split(' ', '*')[0];
        return parameter.Contains('*', StringComparison.Ordinal) && type.StartsWith("sshcore_", StringComparison.Ordinal) && Handles.All(h => h.Type != type) ? type : null;
    }
}
