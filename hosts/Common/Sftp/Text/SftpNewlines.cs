namespace SshCore.Hosts.Sftp;

/// <summary>The ends of lines that were met.</summary>
[Flags]
public enum SftpNewlines
{
    /// <summary>None yet.</summary>
    None = 0,
    /// <summary>LF, as on Unix.</summary>
    LineFeed = 1,
    /// <summary>CR, as on old Macs.</summary>
    CarriageReturn = 2,
    /// <summary>CR LF, as on Windows.</summary>
    CarriageReturnLineFeed = 4,
}
