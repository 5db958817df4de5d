using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Cli.Unix;

namespace SshCore.Tests.Cli.Unix;

public sealed class ChildProcessTests
{
    [TestCase("exit 0", 0, 0)]
    [TestCase("exit 255", 255, 0)]
    [TestCase("kill -TERM $$", 0, 15)]
    [TestCase("kill -KILL $$", 0, 9)]
    public async Task Its_end_is_told(string command, int status, int signal)
    {
        using Piped run = Piped.Start(Shell.Program(command));
        ProcessEnd end = await run.Child.End;
        Assert.That((end.Status, end.Signal), Is.EqualTo((status, signal)));
    }

    [Test]
    public async Task The_three_descriptors_are_apart()
    {
        using Piped run = Piped.Start(Shell.Program("cat; echo err >&2; exit 7"));
        await run.Input.WriteAsync("in"u8.ToArray());
        run.Input.Dispose();
        Assert.That(await Text(run.Output), Is.EqualTo("in"));
        Assert.That(await Text(run.Error), Is.EqualTo("err\n"));
        Assert.That((await run.Child.End).Status, Is.EqualTo(7));
    }

    [Test]
    public async Task It_has_no_other_descriptor()
    {
        // An inheritable descriptor, as a careless parent leaves it.
        using var leaked = Descriptor.Open("/dev/null", UnixConstants.OpenReadOnly);
        Inherit.Allow(leaked);
        using Piped run = Piped.Start(Shell.Program("ls /dev/fd"));
        // ls itself has the directory open as the fourth.
        Assert.That(await Text(run.Output), Is.EqualTo("0\n1\n2\n3\n"));
    }

    [Test]
    public async Task It_leads_a_session_and_no_signal_is_ignored_or_blocked()
    {
        using Piped run = Piped.Start(Shell.Program("read -r line; echo \"$line\"; ps -o sid=,pgid= -p $$; exec grep -E '^Sig(Ign|Blk)' /proc/self/status"));
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("reads /proc");
        }

        await run.Input.WriteAsync("go\n"u8.ToArray());
        string[] lines = (await Text(run.Output)).Split('\n');
        Assert.That(lines[0], Is.EqualTo("go"));
        Assert.That(lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { $"{run.Child.Id}", $"{run.Child.Id}" }));
        // glibc's posix_spawn always ignores 32 and 33, which it keeps for its threads.
        const ulong internals = 0x180000000;
        Assert.That(Convert.ToUInt64(lines[2].Split('\t')[1], 16) & ~internals, Is.Zero, lines[2]);
        Assert.That(Convert.ToUInt64(lines[3].Split('\t')[1], 16) & ~internals, Is.Zero, lines[3]);
    }

    [Test]
    public async Task A_signal_reaches_the_whole_group()
    {
        using Piped run = Piped.Start(Shell.Program("sleep 1000 & echo ready; wait"));
        byte[] ready = new byte[6];
        await run.Output.ReadExactlyAsync(ready);
        Assert.That(run.Child.SignalGroup(SignalNames.Terminate), Is.True);
        // The background process has the pipe too: only when it is gone there is an end.
        Assert.That(await Text(run.Output), Is.Empty);
        Assert.That((await run.Child.End).Signal, Is.EqualTo(SignalNames.Terminate));
    }

    [Test]
    public async Task Megabytes_go_through_unchanged()
    {
        byte[] data = new byte[5_000_000];
        new Random(7).NextBytes(data);
        using Piped run = Piped.Start(Shell.Program("cat"));
        Task writing = WriteAll(run.Input, data);
        using var output = new MemoryStream();
        await run.Output.CopyToAsync(output, CancellationToken.None);
        await writing;
        Assert.That(SHA256.HashData(output.ToArray()), Is.EqualTo(SHA256.HashData(data)));
    }

    [Test]
    public async Task Writing_to_one_who_does_not_read_fails_and_kills_nobody()
    {
        using Piped run = Piped.Start(Shell.Program("exec <&-; echo closed"));
        Assert.That(await Text(run.Output), Is.EqualTo("closed\n"));
        await run.Child.End;
        Assert.That(async () => await run.Input.WriteAsync(new byte[10]), Throws.InstanceOf<UnixException>());
    }

    [Test]
    public async Task A_cancelled_read_ends_and_the_next_one_works()
    {
        using Piped run = Piped.Start(Shell.Program("cat"));
        using var cancel = new CancellationTokenSource();
        ValueTask<int> reading = run.Output.ReadAsync(new byte[1], cancel.Token);
        await cancel.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        await run.Input.WriteAsync("a"u8.ToArray());
        byte[] one = new byte[1];
        Assert.That(await run.Output.ReadAsync(one), Is.EqualTo(1));
        Assert.That(one[0], Is.EqualTo((byte)'a'));
    }

    [Test]
    public async Task Many_at_once_are_all_reaped()
    {
        var ends = new List<Task<ProcessEnd>>();
        for (int i = 0; i < 50; i++)
        {
            ends.Add(RunToEnd(i));
        }

        ProcessEnd[] all = await Task.WhenAll(ends);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.That(all[i].Status, Is.EqualTo(i));
        }

        static async Task<ProcessEnd> RunToEnd(int status)
        {
            using Piped run = Piped.Start(Shell.Program($"exit {status}"));
            return await run.Child.End;
        }
    }

    [Test]
    public void A_program_that_is_not_there_is_an_error()
    {
        ProgramStart program = Shell.Program("true") with { Path = "/nowhere/sh" };
        Assert.That(() => Piped.Start(program), Throws.InstanceOf<UnixException>().With.Message.Contains("/nowhere/sh"));
    }

    [Test]
    public void A_NUL_in_the_environment_is_refused() =>
        Assert.That(() => Piped.Start(Shell.Program("true", "A=b\0c")), Throws.ArgumentException);

    [Test]
    public void The_current_user_is_known()
    {
        UserAccount user = UserAccount.Current();
        Assert.That(user.Home, Does.StartWith("/"));
        Assert.That(user.Shell, Does.StartWith("/"));
        Assert.That(UserAccount.Find(user.Name), Is.EqualTo(user));
        Assert.That(UserAccount.Find("no-such-user-here"), Is.Null);
    }

    private static async Task WriteAll(DescriptorStream stream, byte[] data)
    {
        await stream.WriteAsync(data);
        stream.Dispose();
    }

    private static async Task<string> Text(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
