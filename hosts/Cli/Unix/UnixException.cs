using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;

namespace SshCore.Cli.Unix;

/// <summary>A call of the C library failed.</summary>
internal sealed class UnixException : IOException
{
    internal UnixException(string call, int error)
        : base($"{call}: {new Win32Exception(error).Message}") => Error = error;

    /// <summary>The errno.</summary>
    internal int Error { get; }

    /// <summary>The failure of the call just made, by its errno.</summary>
    internal static UnixException Last(string call) => new(call, Marshal.GetLastPInvokeError());

    /// <summary>Throws if <paramref name="result"/> is not 0, for the functions that return their error.</summary>
    internal static void ThrowIf(int result, string call)
    {
        if (result != 0)
        {
            throw new UnixException(call, result);
        }
    }
}
