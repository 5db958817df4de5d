using System.IO;

namespace SshCore.Cli.Unix;

/// <summary>A program with a pipe on each of its three standard descriptors.</summary>
internal sealed class Piped : IDisposable
{
    // Fewer, larger turns than with the 64 KiB that pipes have; 1 MiB is what Linux gives everybody.
    private const int PipeSize = 1024 * 1024;

    private Piped(ChildProcess child, DescriptorStream input, DescriptorStream output, DescriptorStream error)
    {
        Child = child;
        Input = input;
        Output = output;
        Error = error;
    }

    internal ChildProcess Child { get; }

    internal DescriptorStream Input { get; }

    internal DescriptorStream Output { get; }

    internal DescriptorStream Error { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="UnixException">No descriptors are left, or the program can't be started.</exception>
    internal static Piped Start(ProgramStart program)
    {
        var input = Descriptor.Pipe();
        using (input.Reader)
        {
            var output = Descriptor.Pipe();
            using (output.Writer)
            {
                var error = Descriptor.Pipe();
                using (error.Writer)
                {
                    Descriptor.EnlargePipe(input.Writer, PipeSize);
                    Descriptor.EnlargePipe(output.Reader, PipeSize);
                    try
                    {
                        PollReactor reactor = PollReactor.Next();
                        return new Piped(
                            Spawn.WithDescriptors(program, input.Reader, output.Writer, error.Writer),
                            new DescriptorStream(input.Writer, FileAccess.Write, reactor),
                            new DescriptorStream(output.Reader, FileAccess.Read, reactor),
                            new DescriptorStream(error.Reader, FileAccess.Read, reactor));
                    }
                    catch
                    {
                        input.Writer.Dispose();
                        output.Reader.Dispose();
                        error.Reader.Dispose();
                        throw;
                    }
                }
            }
        }
    }

    /// <summary>Closes our ends.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
    }
}
