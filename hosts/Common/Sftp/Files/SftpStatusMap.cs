using System.IO;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>Exceptions and error numbers of file systems as the status a client is told.</summary>
public static class SftpStatusMap
{
    /// <summary>
    /// The status for an exception. Only exceptions of I/O give their kind; no message of an exception goes out, because it can tell of paths
    /// outside the root.
    /// </summary>
    public static SftpStatus FromException(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException or DriveNotFoundException => new SftpStatus(SftpStatusCode.NoSuchFile),
        UnauthorizedAccessException or System.Security.SecurityException => SftpStatusCode.PermissionDenied,
        EndOfStreamException => SftpStatusCode.EndOfFile,
        NotSupportedException => SftpStatusCode.OperationUnsupported,
        PathTooLongException => new SftpStatus(SftpStatusCode.Failure, "File name too long"),
        _ => SftpStatusCode.Failure,
    };

    /// <summary>The status for an error number of Linux or of the BSDs, which agree on these.</summary>
    public static SftpStatus FromErrno(int errno) => errno switch
    {
        0 => SftpStatus.Ok,
        2 or 20 => SftpStatusCode.NoSuchFile,           // ENOENT, ENOTDIR
        1 or 13 or 14 => SftpStatusCode.PermissionDenied, // EPERM, EACCES, EFAULT
        17 => new SftpStatus(SftpStatusCode.Failure, "File exists"),
        21 => new SftpStatus(SftpStatusCode.Failure, "Is a directory"),
        28 => new SftpStatus(SftpStatusCode.Failure, "No space left on device"),
        30 => SftpStatusCode.PermissionDenied,           // EROFS
        39 or 66 => new SftpStatus(SftpStatusCode.Failure, "Directory not empty"),
        _ => SftpStatusCode.Failure,
    };
}
