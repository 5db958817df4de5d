using System.Text;
using SshCore.Cli.Unix;

namespace SshCore.Cli;

/// <summary>Lines on standard output, without <see cref="Console"/> and its hold on the terminal.</summary>
internal static class StandardOutput
{
    /// <exception cref="UnixException">Nobody reads any more.</exception>
    internal static void WriteLine(string text) => BlockingDescriptor.Write(Descriptor.Borrow(1), Encoding.UTF8.GetBytes(text + "\n"));
}
