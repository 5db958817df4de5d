using System.IO;
using System.Text;
using SshCore.Cli.Unix;

namespace SshCore.Cli;

/// <summary>Lines on standard output, without <see cref="Console"/> and its hold on the terminal.</summary>
internal static class StandardOutput
{
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    /// <exception cref="UnixException">It can't be written for another reason, such as a full disk.</exception>
    internal static void WriteLine(string text) => Write(Encoding.UTF8.GetBytes(text + "\n"));

    private static void Write(byte[] bytes)
    {
        try
        {
            BlockingDescriptor.Write(Descriptor.Borrow(1), bytes);
        }
        catch (UnixException e) when (e.Error == UnixConstants.BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
    }
}

/// <summary>Nobody reads standard output any more, as after <c>| head</c>: no more to do, and nothing to complain of.</summary>
internal sealed class OutputClosedException(IOException cause) : IOException(cause.Message, cause);
