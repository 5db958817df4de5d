namespace SshCore.Cli.Sftp.Commands;

/// <summary>What a command does; several words may mean the same.</summary>
internal enum SftpCommandKind
{
    None,
    ChangeDirectory,
    ChangeGroup,
    ChangeMode,
    ChangeOwner,
    Copy,
    FileSystem,
    Get,
    Help,
    LocalChangeDirectory,
    Link,
    LocalList,
    LocalMakeDirectory,
    LocalPrintDirectory,
    List,
    LocalMask,
    MakeDirectory,
    Progress,
    Put,
    PrintDirectory,
    Quit,
    Resume,
    ResumePut,
    Rename,
    Remove,
    RemoveDirectory,
    Shell,
    SymbolicLink,
    Version,
}

/// <summary>What a command's arguments name, for completion.</summary>
internal enum ArgumentPlace
{
    None,
    Remote,
    Local,

    /// <summary>The first one local, the second one remote.</summary>
    LocalFirst,

    /// <summary>The first one remote, the second one local.</summary>
    RemoteFirst,
}
