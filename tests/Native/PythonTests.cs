using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>The tests of the Python package, with Debian's python3 and the published library.</summary>
public sealed class PythonTests
{
    [Test]
    public async Task Pass()
    {
        var result = await PeerProcess.RunAsync(
            PeerProgram.Python, ["-W", "error", "-m", "unittest", "discover", "-s", Path.Combine(Header.Root, "tests", "Native", "python")], limit: System.TimeSpan.FromMinutes(3), environment: Environment());
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.ErrorText, Does.Match(@"Ran \d\d tests in [\s\S]*\nOK\n$"));
    }

    public static Dictionary<string, string> Environment() => new()
    {
        ["SSHCORE_LIBRARY"] = Path.Combine(Published.LibraryFolder, "libsshcore.so"),
        ["PYTHONPATH"] = Path.Combine(Header.Root, "hosts", "Native", "python"),
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };
}
