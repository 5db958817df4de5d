using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A file that a client has open.</summary>
internal sealed class OpenFile(ISftpFile file, SftpPath path)
{
    public ISftpFile File { get; } = file;

    public SftpPath Path { get; } = path;

    public long BytesRead { get; set; }

    public long BytesWritten { get; set; }
}

/// <summary>A directory that a client has open, with the names that did not fit the last reply.</summary>
internal sealed class OpenDirectory(ISftpDirectory directory, SftpPath path)
{
    private const int BatchLength = 128;

    public ISftpDirectory Directory { get; } = directory;

    public SftpPath Path { get; } = path;

    public SftpFileName[] Batch { get; } = new SftpFileName[BatchLength];

    public int Next { get; set; }

    public int End { get; set; }
}
