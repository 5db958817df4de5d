namespace SshCore.Hosts.Sftp;

/// <summary>How one file is moved. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SftpTransferOptions
{
    /// <summary>The defaults: replaces what is there, and compares the sizes afterwards.</summary>
    public static SftpTransferOptions Default { get; } = new();

    /// <summary>Compares the size that has arrived with what was sent; a difference is an error. True by default.</summary>
    public bool Confirm { get; init; } = true;

    /// <summary>
    /// Writes under a temporary name beside the target and renames it when it is whole: who looks sees the old content or the
    /// new. On the server this needs posix-rename@openssh.com if the target exists.
    /// </summary>
    public bool Atomic { get; init; }

    /// <summary>
    /// Goes on behind what the target already has, which is taken to be the beginning of the source; a target that is longer
    /// than the source is an error. Not together with <see cref="Atomic"/>.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Gives the target the times of the source.</summary>
    public bool KeepTimes { get; init; }

    /// <summary>Gives the target the permissions of the source; see <see cref="KeepSetId"/>.</summary>
    public bool KeepPermissions { get; init; }

    /// <summary>Keeps set-user-ID, set-group-ID and sticky bits as well. They are stripped unless this is asked for.</summary>
    public bool KeepSetId { get; init; }

    /// <summary>Asks the server to bring an uploaded file to its disk (fsync@openssh.com), or flushes a downloaded one.</summary>
    public bool Flush { get; init; }
}
