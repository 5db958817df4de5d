namespace SshCore.Hosts.Sftp;

/// <summary>What becomes of symbolic links in a tree.</summary>
public enum SftpLinks
{
    /// <summary>They are left out.</summary>
    Skip,
    /// <summary>They are made anew with the same target, after everything else.</summary>
    Keep,
    /// <summary>What they lead to is moved; a link to one of the directories around it is left out.</summary>
    Follow,
}

/// <summary>When a file that is there already is left alone.</summary>
public enum SftpCompare
{
    /// <summary>Never.</summary>
    None,
    /// <summary>Its size and its modification time, in seconds, are equal. Implies that times are kept.</summary>
    SizeAndTime,
    /// <summary>Its size and its hash are equal, which the server makes (check-file).</summary>
    Hash,
}

/// <summary>How a tree is moved. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SftpTreeOptions
{
    /// <summary>The defaults: all files, replacing what is there; links are left out.</summary>
    public static SftpTreeOptions Default { get; } = new();

    /// <summary>How each file is moved. Not atomic and not resumed.</summary>
    public SftpTransferOptions Transfer { get; init; } = SftpTransferOptions.Default;

    /// <summary>What becomes of symbolic links.</summary>
    public SftpLinks Links { get; init; }

    /// <summary>Which files are left alone.</summary>
    public SftpCompare Compare { get; init; }

    /// <summary>Patterns of file names (<c>*</c>, <c>?</c>, <c>[…]</c>) that are moved; none for all. Directories are always entered.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns of names that are left out, directories too.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>
    /// True: what fails is listed in the result and the rest goes on. False, the default: the first failure ends it all. The end of
    /// the session always does.
    /// </summary>
    public bool ContinueOnError { get; init; }

    /// <summary>Files and directories of one tree at most, against listings without an end.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>Directories inside each other at most.</summary>
    public int MaxDepth { get; init; } = 128;
}

/// <summary>What became of a tree.</summary>
/// <param name="Files">Files that were moved.</param>
/// <param name="Unchanged">Files that were left alone, as they are the same on both sides.</param>
/// <param name="Directories">Directories that were entered.</param>
/// <param name="Links">Links that were made.</param>
/// <param name="Skipped">Links and special files that were left out.</param>
/// <param name="Bytes">Bytes that were moved.</param>
/// <param name="Failures">What failed, if it was to go on all the same.</param>
public sealed record SftpTreeResult(int Files, int Unchanged, int Directories, int Links, int Skipped, long Bytes, IReadOnlyList<Exception> Failures);
