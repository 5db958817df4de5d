using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Cli.Unix;
using SshCore.Tests.Cli.Serve;

namespace SshCore.Tests.Cli.Ssh;

/// <summary><c>sshcore ssh</c> as a process: signals, terminals and pipes.</summary>
[CancelAfter(60_000)]
public sealed class ProgramTests
{
    private static readonly WindowSize Size = new() { Rows = 33, Columns = 97 };

    [TestCase("TERM")]
    [TestCase("HUP")]
    [TestCase("INT")]
    [TestCase("QUIT")]
    public async Task A_signal_puts_the_terminal_back_closes_the_connection_and_exits_255(string signal)
    {
        await using ShellServer server = ShellServer.Start();
        using PseudoTerminal terminal = PseudoTerminal.Open(Size, TerminalModes.Empty);
        using var slave = Descriptor.Open(terminal.Name, UnixConstants.OpenReadWrite);
        var before = Termios.Read(slave).ToModes().Modes;
        ChildProcess child = terminal.Start(Program.ByShell("exec " + Program.Ssh(server, "-tt", "echo ready; sleep 1000")));
        await ReadUntil(terminal.Stream, "ready");
        Assert.That(Termios.Read(slave)[51], Is.Zero, "raw while it runs");
        Assert.That(SignalNames.TryParse(signal, out int number), Is.True);
        child.SignalGroup(number);
        Assert.That(await child.End, Is.EqualTo(new ProcessEnd(255, 0, false)));
        Assert.That(Termios.Read(slave).ToModes().Modes, Is.EqualTo(before));
        await server.UntilNobodyIsConnected();
    }

    [Test]
    public async Task A_signal_ends_it_while_nobody_reads_its_output()
    {
        await using ShellServer server = ShellServer.Start();
        using Piped run = Piped.Start(Program.ByShell("exec " + Program.Ssh(server, "", "echo ready >&2; read go; exec cat /dev/zero")));
        await ReadUntil(run.Error, "ready");
        await run.Input.WriteAsync("go\n"u8.ToArray());
        byte[] some = new byte[1];
        await run.Output.ReadExactlyAsync(some);
        run.Child.SignalGroup(SignalNames.Terminate);
        Assert.That(await run.Child.End, Is.EqualTo(new ProcessEnd(255, 0, false)));
    }

    [TestCase("", ">&2")]
    [TestCase(">&2", "")]
    public async Task An_output_that_nobody_reads_does_not_hold_up_the_other(string unread, string wanted)
    {
        const int Size = 1_000_000;
        await using ShellServer server = ShellServer.Start();
        using Piped run = Piped.Start(Program.ByShell("exec " + Program.Ssh(server, "", $"head -c {Size} /dev/zero {unread}; echo late {wanted}; read go; exit 3")));
        var (slow, quick) = wanted.Length > 0 ? (run.Output, run.Error) : (run.Error, run.Output);
        await ReadUntil(quick, "late\n");
        await run.Input.WriteAsync("go\n"u8.ToArray());

        using var rest = new MemoryStream();
        await slow.CopyToAsync(rest);
        Assert.That(rest.Length, Is.GreaterThanOrEqualTo(Size));
        Assert.That((await run.Child.End).Status, Is.EqualTo(3));
    }

    [Test]
    public async Task An_ignored_signal_stays_ignored()
    {
        await using ShellServer server = ShellServer.Start();
        using Piped run = Piped.Start(Program.ByShell("trap '' HUP; exec " + Program.Ssh(server, "", "echo ready; read line; echo $line; exit 3")));
        await ReadUntil(run.Output, "ready\n");
        run.Child.SignalGroup(SignalNames.HangUp);
        await run.Input.WriteAsync("more\n"u8.ToArray());
        await ReadUntil(run.Output, "more\n");
        Assert.That(await run.Child.End, Is.EqualTo(new ProcessEnd(3, 0, false)));
    }

    [Test]
    public async Task A_terminal_forced_without_one_has_no_size_and_no_name()
    {
        await using ShellServer server = ShellServer.Start();
        using Piped run = Piped.Start(Program.ByShell("exec " + Program.Ssh(server, "-tt", "stty size; echo /$TERM/")));
        run.Input.Dispose();
        using var reader = new StreamReader(run.Output);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("0 0\r\n//\r\n").Or.EqualTo("0 0\r\n/dumb/\r\n"));
        Assert.That((await run.Child.End).Status, Is.Zero);
    }

    [TestCase("ssh -Q cipher", 141)]
    [TestCase("ssh --help", 141)]
    [TestCase("serve --listen 127.0.0.1:0 --user a:b", 141)]
    [TestCase("--help", 0)]
    public async Task Nobody_who_reads_the_output_is_no_reason_to_complain(string words, int status)
    {
        // The reader has gone before anything is written.
        using Piped run = Piped.Start(Program.ByShell($"{{ read go; {Program.Shell} {words}; echo status $? >&2; }} | exec true; :"));
        run.Input.Dispose();
        using var reader = new StreamReader(run.Error);
        string error = await reader.ReadToEndAsync();
        Assert.That(error, Does.EndWith($"status {status}\n"));
        Assert.That(error, Does.Not.Contain("pipe").IgnoreCase);
    }

    private static async Task ReadUntil(Stream stream, string text)
    {
        var read = new StringBuilder();
        byte[] one = new byte[1];
        while (!read.ToString().Contains(text, StringComparison.Ordinal))
        {
            Assert.That(await stream.ReadAsync(one, CancellationToken.None), Is.EqualTo(1), read.ToString());
            read.Append((char)one[0]);
        }
    }
}
