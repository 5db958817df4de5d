using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>How far a transfer has come.</summary>
/// <param name="Path">The file on the server.</param>
/// <param name="Bytes">Bytes of this file that are moved, what was there before a resumed transfer included.</param>
/// <param name="Total">Bytes of this file; null if not known.</param>
public readonly record struct SftpProgress(SftpPath Path, long Bytes, long? Total);
