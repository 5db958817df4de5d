namespace SshCore.Hosts.Sftp;

/// <summary>A part of a file.</summary>
/// <param name="Offset">Its first byte, at least 0.</param>
/// <param name="Length">Its bytes, at least 0.</param>
public readonly record struct SftpRange(long Offset, int Length);
