using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>Valgrind's memcheck with the suppressions that ship: for programs that are built against the library.</summary>
internal sealed class Memcheck(Compiler build)
{
    private const int Found = 99;
    private static readonly PeerProgram Valgrind = new("valgrind", "valgrind");

    /// <summary>
    /// The command, as valgrind runs it. What can still be reached at the end is the runtime's, which is never torn down; what
    /// the program holds in handles, <c>sshcore_live_handles</c> counts. The log of a forked child is a file of its own.
    /// </summary>
    public string[] Command(params string[] command) =>
    [
        // The runtime reserves address space for its heap, which valgrind has less of.
        "/usr/bin/env", "DOTNET_GCHeapHardLimit=0x10000000", Valgrind.Path,
        "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible", "--show-leak-kinds=definite,indirect,possible",
        $"--error-exitcode={Found}", "--log-file=" + build.Folder.File("valgrind.%p.log"),
        "--suppressions=" + Path.Combine(Header.Root, "hosts", "Native", "examples", "sshcore.supp"),
        .. command,
    ];

    /// <summary>Runs it to its end.</summary>
    public Task<CommandResult> RunAsync(params string[] command)
    {
        string[] all = Command(command);
        return PeerProcess.RunAsync(new PeerProgram(all[0], "coreutils"), all[1..], limit: TimeSpan.FromMinutes(2));
    }

    /// <summary>Runs it, and finds nothing.</summary>
    public async Task<CommandResult> AssertCleanAsync(params string[] command)
    {
        var result = await RunAsync(command);
        Assert.That(result.ExitStatus, Is.Zero, result + Report);
        AssertClean();
        return result;
    }

    /// <summary>Nothing was found in the program or a forked child.</summary>
    public void AssertClean()
    {
        Assert.That(Report, Does.Contain("ERROR SUMMARY: 0 errors"));
        Assert.That(Report, Does.Not.Match("ERROR SUMMARY: [1-9]"));
    }

    /// <summary>All that it wrote.</summary>
    public string Report => string.Concat(Directory.GetFiles(build.Folder.Path, "valgrind.*.log").Order().Select(File.ReadAllText));

    /// <summary>Runs a program that has a fault, which is found.</summary>
    public async Task AssertFindsAsync(string message, params string[] command)
    {
        var result = await RunAsync(command);
        Assert.That(result.ExitStatus, Is.EqualTo(Found), result + Report);
        Assert.That(Report, Does.Contain(message));
        Assert.That(Report, Does.Contain("ERROR SUMMARY: 1 errors from 1 contexts"));
    }
}
