using NUnit.Framework;
using SshCore.Channels;

namespace SshCore.Tests.Core.Channels;

public sealed class TerminalModesTests
{
    [Test]
    public void Modes_survive_the_wire()
    {
        var modes = new TerminalModes([new((byte)TerminalMode.VINTR, 3), new((byte)TerminalMode.ISPEED, 115200), new(159, uint.MaxValue)]);
        var bytes = modes.Encode();
        Assert.That(bytes, Is.EqualTo(new byte[] { 1, 0, 0, 0, 3, 128, 0, 1, 0xc2, 0, 159, 0xff, 0xff, 0xff, 0xff, 0 }));
        Assert.That(TerminalModes.TryDecode(bytes, out var read), Is.True);
        Assert.That(read.Modes, Is.EqualTo(modes.Modes));
    }

    [Test]
    public void Reading_stops_at_the_end_at_undefined_opcodes_and_at_nothing()
    {
        Assert.That(TerminalModes.TryDecode([53, 0, 0, 0, 1, 0, 99], out var modes), Is.True);
        Assert.That(modes.Modes, Has.Count.EqualTo(1));
        Assert.That(TerminalModes.TryDecode([53, 0, 0, 0, 1, 160, 1], out modes), Is.True);
        Assert.That(modes.Modes, Has.Count.EqualTo(1));
        Assert.That(TerminalModes.TryDecode([53, 0, 0, 0, 1], out modes), Is.True);
        Assert.That(modes.Modes, Has.Count.EqualTo(1));
        Assert.That(TerminalModes.TryDecode([], out modes), Is.True);
        Assert.That(modes.Modes, Is.Empty);
    }

    [Test]
    public void A_cut_argument_is_malformed()
    {
        for (int length = 1; length < 5; length++)
        {
            Assert.That(TerminalModes.TryDecode(new byte[] { 53, 0, 0, 0, 1 }.AsSpan(0, length), out var modes), Is.False);
            Assert.That(modes.Modes, Is.Empty);
        }
    }

    [Test]
    public void The_last_of_two_equal_modes_counts()
    {
        var modes = new TerminalModes([new(53, 1), new(53, 0)]);
        Assert.That(modes.TryGetValue(TerminalMode.ECHO, out uint value), Is.True);
        Assert.That(value, Is.Zero);
        Assert.That(modes.TryGetValue(TerminalMode.ICANON, out _), Is.False);
    }

    [TestCase((byte)0)]
    [TestCase((byte)160)]
    public void Opcodes_without_argument_are_no_modes(byte opcode) =>
        Assert.That(() => new TerminalModes([new(opcode, 1)]), Throws.TypeOf<ArgumentOutOfRangeException>());
}
