using System.Text;
using NUnit.Framework;
using SshCore.Cli.Ssh;

namespace SshCore.Tests.Cli.Ssh;

public sealed class EscapeFilterTests
{
    [TestCase("ls\r", "ls\r")]
    [TestCase("a~.\r", "a~.\r")]
    [TestCase("~~.\r", "~.\r")]
    [TestCase("~x\r", "~x\r")]
    [TestCase("~\r~.", "~\r|Disconnect")]
    [TestCase("~.", "|Disconnect")]
    [TestCase("ls\r~.x", "ls\r|Disconnect|x")]
    [TestCase("\n~\u001a~?", "\n|Suspend||Help")]
    [TestCase("~B~R", "|Break||Rekey")]
    public void Commands_stand_at_a_line_s_beginning(string typed, string result)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(typed);
        Assert.That(All([bytes]), Is.EqualTo(result), "at once");
        Assert.That(All(Array.ConvertAll(bytes, static b => new[] { b })), Is.EqualTo(result), "byte by byte");
    }

    private static string All(byte[][] chunks)
    {
        var filter = new EscapeFilter('~');
        var result = new StringBuilder();
        bool afterCommand = false;
        foreach (byte[] chunk in chunks)
        {
            ReadOnlySpan<byte> rest = chunk;
            byte[] output = new byte[chunk.Length + 1];
            while (!rest.IsEmpty)
            {
                (int taken, int put, EscapeCommand command) = filter.Take(rest, output);
                rest = rest[taken..];
                if (afterCommand && (put > 0 || command != EscapeCommand.None))
                {
                    result.Append('|');
                    afterCommand = false;
                }

                result.Append(Encoding.ASCII.GetString(output, 0, put));
                if (command != EscapeCommand.None)
                {
                    result.Append('|').Append(command);
                    afterCommand = true;
                }
            }
        }

        return result.ToString();
    }
}
