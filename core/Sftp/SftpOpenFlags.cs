namespace SshCore.Sftp;

/// <summary>pflags of SSH_FXP_OPEN (draft-ietf-secsh-filexfer-02 §6.3).</summary>
[Flags]
public enum SftpOpenFlags : uint
{
    /// <summary>None. A server takes an open without <see cref="Read"/> and <see cref="Write"/> as one for reading, as OpenSSH's does.</summary>
    None = 0,
    /// <summary>For reading.</summary>
    Read = 0x01,
    /// <summary>For writing.</summary>
    Write = 0x02,
    /// <summary>Every write goes to the end.</summary>
    Append = 0x04,
    /// <summary>Create it if it is not there.</summary>
    Create = 0x08,
    /// <summary>Cut an existing file to nothing; with <see cref="Create"/>.</summary>
    Truncate = 0x10,
    /// <summary>Fail if it is there; with <see cref="Create"/>.</summary>
    Exclusive = 0x20,
}
