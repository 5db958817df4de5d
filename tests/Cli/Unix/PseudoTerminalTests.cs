using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Cli.Unix;

namespace SshCore.Tests.Cli.Unix;

public sealed class PseudoTerminalTests
{
    private static readonly WindowSize Size = new() { Rows = 33, Columns = 97 };

    [Test]
    public async Task A_shell_on_it_has_it_as_controlling_terminal_and_sees_its_size()
    {
        (string output, ProcessEnd end) = await Run("stty size; tty; echo x > /dev/tty; exit 3", TerminalModes.Empty);
        Assert.That(output, Does.StartWith("33 97\r\n/dev/"));
        Assert.That(output, Does.EndWith("\r\nx\r\n"));
        Assert.That(end, Is.EqualTo(new ProcessEnd(3, 0, false)));
    }

    [Test]
    public async Task Modes_of_the_peer_are_in_force()
    {
        var modes = new TerminalModes([new(1, 7), new(53, 0), new(72, 0), new(33, 1), new(5, 255), new(128, 19200), new(129, 19200), new(15, 1), new(159, 1)]);
        (string output, _) = await Run("stty -a", modes);
        Assert.That(output, Does.Contain("speed 19200 baud").And.Contain("intr = ^G").And.Contain("eof = <undef>"));
        Assert.That(output, Does.Contain(" -echo ").And.Contain("-onlcr").And.Contain(" istrip"));
    }

    [Test]
    public async Task Modes_read_are_the_modes_applied()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open(Size, new TerminalModes([new(1, 7), new(53, 0), new(42, 1), new(91, 1), new(128, 9600), new(129, 9600)]));
        using var slave = Descriptor.Open(terminal.Name, UnixConstants.OpenReadWrite);
        TerminalModes modes = Termios.Read(slave).ToModes();
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(1, 7)));
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(53, 0)));
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(42, 1)));
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(91, 1)));
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(90, 0)));
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(128, 9600)));
        Assert.That(modes.Modes, Does.Contain(new KeyValuePair<byte, uint>(129, 9600)));
        using PseudoTerminal other = PseudoTerminal.Open(Size, modes);
        using var otherSlave = Descriptor.Open(other.Name, UnixConstants.OpenReadWrite);
        Assert.That(Termios.Read(otherSlave).ToModes().Modes, Is.EqualTo(modes.Modes));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Raw_is_what_a_client_wants_and_is_put_back()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open(Size, TerminalModes.Empty);
        using var slave = Descriptor.Open(terminal.Name, UnixConstants.OpenReadWrite);
        var before = Termios.Read(slave).ToModes().Modes;
        using (RawTerminal.Raw(slave))
        {
            Termios raw = Termios.Read(slave);
            Assert.That(raw[50], Is.Zero, "ISIG");
            Assert.That(raw[51], Is.Zero, "ICANON");
            Assert.That(raw[53], Is.Zero, "ECHO");
            Assert.That(raw[70], Is.Zero, "OPOST");
            Assert.That(raw[36], Is.Zero, "ICRNL");
            await terminal.Stream.WriteAsync("\u0003\r"u8.ToArray());
            using var typed = new DescriptorStream(Descriptor.Open(terminal.Name, UnixConstants.OpenReadWrite), FileAccess.Read);
            byte[] two = new byte[2];
            await typed.ReadExactlyAsync(two);
            Assert.That(two, Is.EqualTo("\u0003\r"u8.ToArray()));
        }

        Assert.That(Termios.Read(slave).ToModes().Modes, Is.EqualTo(before));
    }

    [Test]
    public async Task A_resize_reaches_the_program()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open(Size, new TerminalModes([new(53, 0)]));
        ChildProcess child = terminal.Start(Shell.Program("trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done"));
        var reader = new StreamReader(terminal.Stream);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("ready"));
        terminal.Resize(new WindowSize { Rows = 5, Columns = 6 });
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("5 6"));
        Assert.That(await child.End, Is.EqualTo(new ProcessEnd(0, 0, false)));
    }

    [Test]
    public async Task A_break_interrupts_where_the_settings_say_so()
    {
        using PseudoTerminal terminal = PseudoTerminal.Open(Size, new TerminalModes([new(53, 0)]));
        ChildProcess child = terminal.Start(Shell.Program("stty brkint; trap 'echo broken; exit 4' INT; echo ready; while :; do sleep 0.05; done"));
        var reader = new StreamReader(terminal.Stream);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("ready"));
        terminal.SendBreak();
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("broken"));
        Assert.That((await child.End).Status, Is.EqualTo(4));
    }

    [Test]
    public async Task Closing_it_hangs_the_session_up()
    {
        PseudoTerminal terminal = PseudoTerminal.Open(Size, new TerminalModes([new(53, 0)]));
        ChildProcess child = terminal.Start(Shell.Program("echo ready; cat"));
        byte[] ready = new byte[7];
        await terminal.Stream.ReadExactlyAsync(ready);
        ValueTask<int> waiting = terminal.Stream.ReadAsync(new byte[1]);
        terminal.Dispose();
        Assert.That((await child.End).Signal, Is.EqualTo(SignalNames.HangUp));
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<ObjectDisposedException>());
    }

    private static async Task<(string Output, ProcessEnd End)> Run(string command, TerminalModes modes)
    {
        using PseudoTerminal terminal = PseudoTerminal.Open(Size, modes);
        ChildProcess child = terminal.Start(Shell.Program(command));
        using var output = new MemoryStream();
        await terminal.Stream.CopyToAsync(output, CancellationToken.None);
        return (Encoding.UTF8.GetString(output.ToArray()), await child.End);
    }
}
