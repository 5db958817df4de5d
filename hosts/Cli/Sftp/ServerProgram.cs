using System.IO;
using System.Text;
using SshCore.Cli.Arguments;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Sftp;

/// <summary>A server program of this machine on two pipes; what it says on standard error goes to ours.</summary>
internal sealed class ServerProgram : IDisposable
{
    private ServerProgram(ChildProcess child, Stream input, Stream output)
    {
        Child = child;
        Input = input;
        Output = output;
    }

    internal ChildProcess Child { get; }

    /// <summary>What it reads.</summary>
    internal Stream Input { get; }

    /// <summary>What it writes.</summary>
    internal Stream Output { get; }

    /// <summary>Starts a program with its arguments, split as by a shell's simplest rules.</summary>
    /// <exception cref="UsageException">There is no such program.</exception>
    /// <exception cref="UnixException">It can't be started.</exception>
    internal static ServerProgram Start(string command)
    {
        List<string> words = Words.Split(command);
        if (words.Count == 0)
        {
            throw new UsageException("-D wants a program");
        }

        string path = FindProgram(words[0]) ?? throw new UsageException($"{words[0]}: there is no such program");
        var environment = new List<ReadOnlyMemory<byte>>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment.Add(Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"));
        }

        var program = new ProgramStart(path, words.ConvertAll(static word => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(word)), environment, Environment.CurrentDirectory);
        var input = Descriptor.Pipe();
        using (input.Reader)
        {
            var output = Descriptor.Pipe();
            using (output.Writer)
            {
                using var error = Descriptor.Borrow(2);
                try
                {
                    ChildProcess child = Spawn.WithDescriptors(program, input.Reader, output.Writer, error);
                    PollReactor reactor = PollReactor.Next();
                    return new ServerProgram(
                        child,
                        new DescriptorStream(input.Writer, FileAccess.Write, reactor),
                        new DescriptorStream(output.Reader, FileAccess.Read, reactor));
                }
                catch
                {
                    input.Writer.Dispose();
                    output.Reader.Dispose();
                    throw;
                }
            }
        }
    }

    /// <summary>Closes the pipes, upon which the program ends, and waits for that for a while.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        _ = Child.End.Wait(TimeSpan.FromSeconds(5));
    }

    private static string? FindProgram(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        }

        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
