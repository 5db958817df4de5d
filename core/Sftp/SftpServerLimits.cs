namespace SshCore.Sftp;

/// <summary>
/// What limits@openssh.com says of a server (OpenSSH PROTOCOL §4.8), or what is safe without it. 0 means that the
/// server does not say.
/// </summary>
/// <param name="PacketLength">Largest message that it takes.</param>
/// <param name="ReadLength">Most bytes of one READ.</param>
/// <param name="WriteLength">Most bytes of one WRITE.</param>
/// <param name="OpenHandles">Handles that may be open at once.</param>
public sealed record SftpServerLimits(ulong PacketLength, ulong ReadLength, ulong WriteLength, ulong OpenHandles)
{
    /// <summary>The draft's §3: all implementations take packets of 34,000 bytes, so 32 KiB of data.</summary>
    public static SftpServerLimits Default { get; } = new(34_000, 32 * 1024, 32 * 1024, 0);
}
