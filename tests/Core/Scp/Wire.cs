using System.Text;
using NUnit.Framework;
using SshCore.Scp;

namespace SshCore.Tests.Core.Scp;

/// <summary>Drives one machine with bytes written as text: \0, \1 and \2 stand for the marks.</summary>
internal static class Wire
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Sent(ScpMachine machine)
    {
        var sent = new StringBuilder();
        while (machine.HasOutput)
        {
            var bytes = machine.PeekOutput();
            sent.Append(Encoding.Latin1.GetString(bytes.Span));
            machine.AdvanceOutput(bytes.Length);
        }

        return sent.ToString();
    }

    public static void Give(ScpMachine machine, string text) =>
        Assert.That(machine.Receive(Bytes(text)), Is.EqualTo(text.Length), "all of it is taken");

    public static ScpEvent Next(ScpMachine machine, string text = "")
    {
        Give(machine, text);
        Assert.That(machine.TryPollEvent(out var e), Is.True, $"there is an event; {machine.Error}");
        return e;
    }

    public static ScpEvent Next(ScpMachine machine, ScpEventKind kind, string text = "")
    {
        var e = Next(machine, text);
        Assert.That(e.Kind, Is.EqualTo(kind), $"{machine.Error}");
        return e;
    }

    public static void None(ScpMachine machine, string text = "")
    {
        Give(machine, text);
        Assert.That(machine.TryPollEvent(out var e), Is.False, $"no event, but {e}");
    }

    public static string Name(this ScpEvent e) => Encoding.UTF8.GetString(e.Entry!.Name.Span);

    public static ScpEntry Entry(string name, int mode, long size, ScpTimes? times = null) => new(Encoding.UTF8.GetBytes(name), mode, size, times);
}
