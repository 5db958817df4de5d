using System.IO;
using System.Text;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Text;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Files;

/// <summary>One side of a transfer: files of this machine or of a server. Failures are <see cref="SftpCommandException"/>s in the words of OpenSSH.</summary>
internal abstract class FileSide
{
    /// <summary>Attributes of what a path leads to; null if it leads nowhere.</summary>
    internal abstract SftpAttributes? Find(SftpPath path, bool followLinks);

    /// <summary>The names in a directory, without . and .. and without names that are none.</summary>
    internal abstract IEnumerable<SftpFileName> List(SftpPath directory);

    /// <summary>Opens a file to read it from the beginning.</summary>
    internal abstract OpenFile OpenRead(SftpPath path);

    /// <summary>Opens a file to write it; it is made if it isn't there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="permissions">Of a file that is made.</param>
    /// <param name="offset">Where to begin; 0 cuts an existing file to nothing.</param>
    internal abstract OpenFile OpenWrite(SftpPath path, uint permissions, long offset);

    /// <summary>Makes a directory; it is fine if there is one.</summary>
    /// <returns>Whether there was one.</returns>
    internal abstract bool EnsureDirectory(SftpPath path, uint permissions);

    /// <summary>Sets the attributes that are there.</summary>
    internal abstract void SetAttributes(SftpPath path, SftpAttributes attributes);

    /// <summary>The absolute form.</summary>
    internal abstract SftpPath Normalize(SftpPath path);

    /// <summary>A path as messages show it.</summary>
    internal static string Show(SftpPath path) => ByteText.From(path.Span);

    /// <summary>Whether a name that a peer tells may become part of a path: a plain name and nothing else (CVE-2019-6111).</summary>
    internal static bool IsPlainName(SftpPath name) => SshCore.Scp.ScpEntry.IsName(name.Span);

    /// <summary>A status as OpenSSH words it; the server's own text is added where the code says nothing.</summary>
    internal static string Reason(SftpStatusCode code, string message)
    {
        string reason = code switch
        {
            SftpStatusCode.Ok => "No error",
            SftpStatusCode.EndOfFile => "End of file",
            SftpStatusCode.NoSuchFile => "No such file or directory",
            SftpStatusCode.PermissionDenied => "Permission denied",
            SftpStatusCode.Failure => "Failure",
            SftpStatusCode.BadMessage => "Bad message",
            SftpStatusCode.NoConnection => "No connection",
            SftpStatusCode.ConnectionLost => "Connection lost",
            SftpStatusCode.OperationUnsupported => "Operation unsupported",
            _ => "Unknown status",
        };
        return code != SftpStatusCode.Failure || message.Length == 0 || string.Equals(message, reason, StringComparison.OrdinalIgnoreCase)
            ? reason
            : $"{reason} ({message})";
    }
}

/// <summary>An open file as a stream, with what can be done to it before it closes.</summary>
internal abstract class OpenFile : IDisposable
{
    /// <summary>Its bytes.</summary>
    internal abstract Stream Stream { get; }

    /// <summary>Its length in bytes; null if it has none, as a device.</summary>
    internal abstract long? Length { get; }

    /// <summary>Reads from a place in it; a device goes on where it is.</summary>
    /// <returns>Bytes read; 0 at the end.</returns>
    internal abstract int Read(long offset, Memory<byte> buffer);

    /// <summary>Writes all of it to a place; a device goes on where it is.</summary>
    internal abstract void Write(long offset, ReadOnlyMemory<byte> data);

    /// <summary>Cuts or grows it.</summary>
    internal void Cut(long length) => SetAttributes(new SftpAttributes { Size = (ulong)length });

    /// <summary>Sets the attributes that are there.</summary>
    internal abstract void SetAttributes(SftpAttributes attributes);

    /// <summary>Brings what was written to the disk; false if that can't be done there.</summary>
    internal abstract bool TrySync();

    /// <summary>Closes it; failures of late writes are told here.</summary>
    internal abstract void Close();

    /// <summary>Closes it if that wasn't done; failures don't matter any more.</summary>
    public abstract void Dispose();
}
