using System.IO;
using System.Text;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using SshCore.Cli.Unix;

namespace SshCore.Cli;

/// <summary>
/// Lines for the user, on standard error or in the file of -E. Not by <see cref="Console"/>: that would take hold of the
/// terminal's settings, which are ours to change.
/// </summary>
internal sealed class Diagnostics : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SafeFileHandle _output;

    private Diagnostics(SafeFileHandle output) => _output = output;

    /// <summary>On standard error.</summary>
    internal static Diagnostics ToStandardError() => new(Descriptor.Borrow(2));

    /// <summary>Appended to a file.</summary>
    internal static Diagnostics ToFile(string path)
    {
        // Opened and closed once by .NET, which makes it if it isn't there.
        using (new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
        }

        return new(Descriptor.OpenToAppend(path));
    }

    /// <summary>True while the terminal is raw: lines then end in CR LF.</summary>
    internal bool IsTerminalRaw { get; set; }

    /// <summary>Writes a line; if it can't be written there is nobody to tell.</summary>
    internal void WriteLine(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(IsTerminalRaw ? text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n" : text + "\n");
        lock (_gate)
        {
            try
            {
                BlockingDescriptor.Write(_output, bytes);
            }
            catch (UnixException)
            {
                // Standard error is closed, or the disk is full.
            }
        }
    }

    public void Dispose() => _output.Dispose();
}
