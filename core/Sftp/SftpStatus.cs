namespace SshCore.Sftp;

/// <summary>How a request ended: code and text of SSH_FXP_STATUS (draft-ietf-secsh-filexfer-02 §7).</summary>
/// <param name="Code">The code.</param>
/// <param name="Message">The text for people; null for the code's usual one.</param>
public readonly record struct SftpStatus(SftpStatusCode Code, string? Message = null)
{
    /// <summary>Done.</summary>
    public static SftpStatus Ok => default;

    /// <summary>True if <see cref="Code"/> is <see cref="SftpStatusCode.Ok"/>.</summary>
    public bool IsOk => Code == SftpStatusCode.Ok;

    /// <summary>The text: <see cref="Message"/>, or the code's usual one.</summary>
    public string Text => Message ?? TextOf(Code);

    /// <summary>A code alone, with its usual text.</summary>
    public static implicit operator SftpStatus(SftpStatusCode code) => new(code);

    /// <summary>The usual text of a code.</summary>
    public static string TextOf(SftpStatusCode code) => code switch
    {
        SftpStatusCode.Ok => "Success",
        SftpStatusCode.EndOfFile => "End of file",
        SftpStatusCode.NoSuchFile => "No such file",
        SftpStatusCode.PermissionDenied => "Permission denied",
        SftpStatusCode.Failure => "Failure",
        SftpStatusCode.BadMessage => "Bad message",
        SftpStatusCode.NoConnection => "No connection",
        SftpStatusCode.ConnectionLost => "Connection lost",
        SftpStatusCode.OperationUnsupported => "Operation unsupported",
        _ => "Unknown error",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Text}";
}
