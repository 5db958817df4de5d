namespace SshCore.Sftp;

/// <summary>What statvfs@openssh.com and fstatvfs@openssh.com tell of a file system (OpenSSH PROTOCOL §4.4): struct statvfs.</summary>
/// <param name="BlockSize">f_bsize: preferred block size in bytes.</param>
/// <param name="FragmentSize">f_frsize: unit of the block counts in bytes.</param>
/// <param name="Blocks">f_blocks: size in fragments.</param>
/// <param name="BlocksFree">f_bfree: free fragments.</param>
/// <param name="BlocksAvailable">f_bavail: free fragments for users without privilege.</param>
/// <param name="Files">f_files: inodes.</param>
/// <param name="FilesFree">f_ffree: free inodes.</param>
/// <param name="FilesAvailable">f_favail: free inodes for users without privilege.</param>
/// <param name="Id">f_fsid.</param>
/// <param name="Flags">f_flag: 1 read-only, 2 no setuid.</param>
/// <param name="NameMax">f_namemax: bytes of one file name.</param>
public readonly record struct SftpFileSystemInfo(
    ulong BlockSize,
    ulong FragmentSize,
    ulong Blocks,
    ulong BlocksFree,
    ulong BlocksAvailable,
    ulong Files,
    ulong FilesFree,
    ulong FilesAvailable,
    ulong Id,
    ulong Flags,
    ulong NameMax);
