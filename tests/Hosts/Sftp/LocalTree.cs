using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>A folder that is served, with a canary beside it that must stay as it is, and short forms of the calls.</summary>
internal sealed class LocalTree : IDisposable
{
    public const string Secret = "the canary";

    private readonly string _base;

    public LocalTree(LocalConfinement confinement, Func<LocalFileSystemOptions, LocalFileSystemOptions>? change = null)
    {
        if (confinement is LocalConfinement.Kernel or LocalConfinement.Walk && !LinuxConstants.IsKnown)
        {
            Assert.Ignore("Only on Linux.");
        }

        _base = Path.Combine(Path.GetTempPath(), "sshcore-" + Guid.NewGuid().ToString("N"));
        Root = Path.Combine(_base, "root");
        Outside = Path.Combine(_base, "root-sibling");
        Directory.CreateDirectory(Root);
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Canary, Secret);
        var options = new LocalFileSystemOptions { Root = Root, Confinement = confinement };
        File.SetLastWriteTimeUtc(Canary, DateTime.UnixEpoch.AddSeconds(1000));
        Files = new LocalFileSystem(change is null ? options : change(options));
    }

    public string Root { get; }

    public string Outside { get; }

    public string Canary => Path.Combine(Outside, "canary");

    public LocalFileSystem Files { get; }

    public static async Task<SftpStatus> WriteAsync(ISftpFileSystem files, SftpPath path, string text, SftpOpenFlags flags = SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate)
    {
        var opened = await files.OpenAsync(path, flags, default, default);
        if (!opened.IsOk)
        {
            return opened.Status;
        }

        var status = await opened.Value.WriteAsync(0, Encoding.UTF8.GetBytes(text), default);
        var closed = await opened.Value.CloseAsync();
        return status.IsOk ? closed : status;
    }

    public static async Task<SftpResult<string>> ReadAsync(ISftpFileSystem files, SftpPath path)
    {
        var opened = await files.OpenAsync(path, SftpOpenFlags.Read, default, default);
        if (!opened.IsOk)
        {
            return opened.Status;
        }

        var buffer = new byte[1000];
        var count = await opened.Value.ReadAsync(0, buffer, default);
        await opened.Value.CloseAsync();
        return count.IsOk ? Encoding.UTF8.GetString(buffer, 0, count.Value) : count.Status;
    }

    public static async Task<SftpResult<List<SftpFileName>>> ListAsync(ISftpFileSystem files, SftpPath path, int batch = 3)
    {
        var opened = await files.OpenDirectoryAsync(path, default);
        if (!opened.IsOk)
        {
            return opened.Status;
        }

        var names = new List<SftpFileName>();
        var entries = new SftpFileName[batch];
        SftpResult<int> count;
        while ((count = await opened.Value.ReadAsync(entries, default)).IsOk && count.Value > 0)
        {
            names.AddRange(entries.AsSpan(0, count.Value));
        }

        await opened.Value.CloseAsync();
        return count.IsOk ? names : count.Status;
    }

    public string Local(string name) => Path.Combine(Root, name);

    public void Link(string name, string target) => File.CreateSymbolicLink(Local(name), target);

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, program);
    }

    /// <summary>Nothing outside was touched.</summary>
    public void AssertOutsideIsWhole()
    {
        Assert.That(File.ReadAllText(Canary), Is.EqualTo(Secret));
        Assert.That(File.GetLastWriteTimeUtc(Canary), Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1000)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(Canary) & UnixFileMode.OtherWrite, Is.EqualTo(UnixFileMode.None));
        }

        Assert.That(Directory.GetFileSystemEntries(Outside), Is.EqualTo(new[] { Canary }));
        Assert.That(Directory.GetFileSystemEntries(_base), Is.EquivalentTo(new[] { Root, Outside }));
    }

    public void Dispose()
    {
        Files.Dispose();
        if (OperatingSystem.IsWindows())
        {
            Directory.Delete(_base, recursive: true);
        }
        else
        {
            // .NET's own can't name files that are not UTF-8.
            Run("rm", "-rf", _base);
        }
    }
}
