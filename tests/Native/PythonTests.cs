using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>The tests of the Python package, with Debian's python3 and the published library.</summary>
public sealed class PythonTests
{
    private static readonly PeerProgram Mypy = new("/usr/bin/mypy", "mypy");

    [Test]
    public async Task Pass()
    {
        var result = await PeerProcess.RunAsync(
            PeerProgram.Python, ["-X", "dev", "-W", "error", "-m", "unittest", "discover", "-s", Tests], limit: TimeSpan.FromMinutes(3), environment: Environment());
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.ErrorText, Does.Match(@"Ran [3-9]\d tests in [\s\S]*\nOK\n$"));
    }

    // The package and README's programs are typed throughout; the tests are checked as far as they say.
    [Test]
    public async Task AreTyped()
    {
        using var folder = new TempFolder();
        string[] programs = [.. Readme.Blocks("python").Select((block, i) => folder.Write($"program_{i}.py", block))];
        Assert.That(programs, Has.Length.EqualTo(2));
        string[] tests = Directory.GetFiles(Tests, "*.py");
        await AssertTypedAsync(folder, ["--strict", Path.Combine(Header.Root, "hosts", "Native", "python", "sshcore"), .. programs]);

        // Without looking into asyncssh, which takes longer than all the rest.
        string settings = folder.Write("mypy.ini", "[mypy]\n[mypy-asyncssh.*]\nfollow_imports = skip\n");
        await AssertTypedAsync(folder, ["--check-untyped-defs", "--config-file", settings, .. tests]);

        string wrong = folder.Write("wrong.py", "import sshcore\nkey: str = sshcore.Key.generate()\n");
        var result = await MypyAsync(folder, "--strict", wrong);
        Assert.That(result.Text, Does.Contain("Incompatible types in assignment"));
    }

    private static string Tests => Path.Combine(Header.Root, "tests", "Native", "python");

    private static async Task AssertTypedAsync(TempFolder folder, params string[] arguments)
    {
        var result = await MypyAsync(folder, arguments);
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.Text, Does.StartWith("Success: no issues found"));
    }

    private static Task<CommandResult> MypyAsync(TempFolder folder, params string[] arguments)
    {
        // No library is needed for it.
        var environment = new Dictionary<string, string> { ["MYPYPATH"] = Path.Combine(Header.Root, "hosts", "Native", "python") };
        string[] all = ["--cache-dir", folder.File("cache"), .. arguments];
        return PeerProcess.RunAsync(Mypy, all, limit: TimeSpan.FromMinutes(3), environment: environment);
    }

    public static Dictionary<string, string> Environment() => new()
    {
        ["SSHCORE_LIBRARY"] = Path.Combine(Published.LibraryFolder, "libsshcore.so"),
        ["PYTHONPATH"] = Path.Combine(Header.Root, "hosts", "Native", "python"),
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };
}
