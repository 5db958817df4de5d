using System.IO;
using System.Text;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Ssh;

/// <summary>
/// Asks the user on the controlling terminal, whatever standard input is, or by the program of SSH_ASKPASS (ssh(1)). One
/// question at a time.
/// </summary>
internal sealed class UserPrompt
{
    private const int LongestAnswer = 1024;

    private readonly Lock _one = new();
    private readonly bool _allowed;

    /// <summary>Asks nobody unless <paramref name="allowed"/>.</summary>
    internal UserPrompt(bool allowed) => _allowed = allowed;

    /// <summary>
    /// Asks; null if there is nobody to ask or no answer was given. The answer is UTF-8 as typed; the caller zeroes secrets.
    /// </summary>
    internal byte[]? Ask(string question, bool hidden)
    {
        if (!_allowed)
        {
            return null;
        }

        lock (_one)
        {
            return AskProgram() is { } program ? AskByProgram(program, question) : AskOnTerminal(question, hidden);
        }
    }

    /// <summary>The program to ask by; null for the terminal.</summary>
    private static string? AskProgram()
    {
        string? program = Environment.GetEnvironmentVariable("SSH_ASKPASS");
        bool hasDisplay = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DISPLAY"));
        return string.IsNullOrEmpty(program) ? null : Environment.GetEnvironmentVariable("SSH_ASKPASS_REQUIRE")?.ToLowerInvariant() switch
        {
            "force" => program,
            "prefer" when hasDisplay => program,
            "never" => null,
            _ => hasDisplay && !HasTerminal() ? program : null,
        };
    }

    private static bool HasTerminal()
    {
        try
        {
            using SafeFileHandle terminal = Descriptor.Open("/dev/tty", UnixConstants.OpenReadWrite);
            return true;
        }
        catch (UnixException)
        {
            return false;
        }
    }

    private static byte[]? AskByProgram(string path, string question)
    {
        var environment = new List<ReadOnlyMemory<byte>>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment.Add(Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"));
        }

        var program = new ProgramStart(path, [Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(question)], environment, Directory.GetCurrentDirectory());
        using Piped run = Piped.Start(program);
        run.Input.Dispose();
        byte[] answer = new byte[LongestAnswer];
        int length = run.Output.ReadAtLeast(answer, answer.Length, throwOnEndOfStream: false);
        ProcessEnd end = run.Child.End.GetAwaiter().GetResult();
        int line = answer.AsSpan(0, length).IndexOfAny((byte)'\n', (byte)'\r');
        byte[]? result = end is { Signal: 0, Status: 0 } ? answer[..(line < 0 ? length : line)] : null;
        answer.AsSpan().Clear();
        return result;
    }

    private static byte[]? AskOnTerminal(string question, bool hidden)
    {
        SafeFileHandle terminal;
        try
        {
            terminal = Descriptor.Open("/dev/tty", UnixConstants.OpenReadWrite);
        }
        catch (UnixException)
        {
            return null;
        }

        using (terminal)
        {
            using RawTerminal? hiding = hidden ? RawTerminal.Hidden(terminal) : null;
            BlockingDescriptor.Write(terminal, Encoding.UTF8.GetBytes(question));
            byte[]? answer = ReadLine(terminal);
            if (hidden)
            {
                BlockingDescriptor.Write(terminal, "\n"u8);
            }

            return answer;
        }
    }

    private static byte[]? ReadLine(SafeFileHandle terminal)
    {
        Span<byte> line = stackalloc byte[LongestAnswer];
        Span<byte> one = stackalloc byte[1];
        int length = 0;
        try
        {
            while (BlockingDescriptor.Read(terminal, one) == 1)
            {
                if (one[0] is (byte)'\n' or (byte)'\r')
                {
                    return line[..length].ToArray();
                }

                if (length < line.Length)
                {
                    line[length++] = one[0];
                }
            }

            return length > 0 ? line[..length].ToArray() : null;
        }
        finally
        {
            line.Clear();
        }
    }
}
