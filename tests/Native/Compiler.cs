using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>gcc, and a folder for what it makes.</summary>
internal sealed class Compiler : IDisposable
{
    private static readonly PeerProgram Gcc = new("gcc", "gcc");

    /// <summary>What links a program with the published library.</summary>
    public static string[] Library => ["-L" + Published.LibraryFolder, "-lsshcore", "-Wl,-rpath," + Published.LibraryFolder, "-lpthread"];

    public TempFolder Folder { get; } = new();

    /// <summary>Compiles with the header's folder; a warning with -Werror fails the test.</summary>
    public async Task<string> CompileAsync(string name, string[] arguments)
    {
        string output = Folder.File(name);
        var result = await PeerProcess.RunAsync(Gcc, ["-I" + Header.Folder, .. arguments, "-o", output], limit: TimeSpan.FromMinutes(2));
        Assert.That(result.ExitStatus, Is.Zero, result.ErrorText);
        return output;
    }

    /// <summary>Compiles one of the examples against the published library.</summary>
    public Task<string> ExampleAsync(string name) => ProgramAsync(Path.Combine(Examples, name + ".c"));

    /// <summary>Compiles a program of the tests' own.</summary>
    public Task<string> TestAsync(string name) => ProgramAsync(Path.Combine(Header.Root, "tests", "Native", "Programs", name + ".c"));

    /// <summary>Runs a program that was made here.</summary>
    public Task<CommandResult> RunAsync(string program, params string[] arguments) =>
        PeerProcess.RunAsync(new PeerProgram(program, "none"), arguments, limit: TimeSpan.FromMinutes(3));

    /// <summary>Compiles one of the examples with AddressSanitizer, and runs it as the comment in <c>sshcore.lsan</c> says.</summary>
    public async Task<CommandResult> RunSanitizedAsync(string name)
    {
        string program = await CompileAsync(name + ".sanitized",
            ["-std=c11", "-D_GNU_SOURCE", "-fsanitize=address,undefined", "-fno-sanitize-recover", "-g", "-I" + Examples, Path.Combine(Examples, name + ".c"), .. Library]);
        return await PeerProcess.RunAsync(new PeerProgram(program, "none"), [], limit: TimeSpan.FromMinutes(3),
            environment: new Dictionary<string, string> { ["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=" + Path.Combine(Examples, "sshcore.lsan") });
    }

    private static string Examples => Path.Combine(Header.Root, "hosts", "Native", "examples");

    private Task<string> ProgramAsync(string file) => CompileAsync(Path.GetFileNameWithoutExtension(file),
        ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O2", "-g", "-I" + Examples, file, .. Library]);

    public void Dispose() => Folder.Dispose();
}
