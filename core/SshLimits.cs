namespace SshCore;

/// <summary>
/// Every bound on what a peer can make this side do, hold or wait for. Immutable; make a changed copy with <c>with</c>.
/// Times run on the wall and traffic never extends them.
/// </summary>
public sealed record SshLimits
{
    /// <summary>The defaults.</summary>
    public static SshLimits Default { get; } = new();

    /// <summary>Bytes of the identification line with its line end (RFC 4253 §4.2: 255).</summary>
    public int IdentificationLength { get; init; } = 255;
    /// <summary>Lines a server may send before its identification; as a server we accept none.</summary>
    public int PreBannerLines { get; init; } = 1024;
    /// <summary>Bytes of one line before the identification.</summary>
    public int PreBannerLineLength { get; init; } = 8 * 1024;
    /// <summary>Bytes of all lines before the identification.</summary>
    public int PreBannerBytes { get; init; } = 64 * 1024;

    /// <summary>Largest packet_length accepted before authentication has succeeded.</summary>
    public int PacketLengthBeforeAuth { get; init; } = 64 * 1024;
    /// <summary>Largest packet_length accepted after authentication.</summary>
    public int PacketLength { get; init; } = 256 * 1024;

    /// <summary>Names in one name-list.</summary>
    public int NameListCount { get; init; } = 256;
    /// <summary>Bytes of one name (RFC 4251 §6: 64).</summary>
    public int NameLength { get; init; } = 64;
    /// <summary>Bytes of one name-list.</summary>
    public int NameListLength { get; init; } = 16 * 1024;
    /// <summary>Extensions in one EXT_INFO.</summary>
    public int ExtInfoEntries { get; init; } = 64;

    /// <summary>Bytes received before authentication has succeeded.</summary>
    public long BytesBeforeAuth { get; init; } = 1024 * 1024;
    /// <summary>Packets received before authentication has succeeded.</summary>
    public int PacketsBeforeAuth { get; init; } = 512;
    /// <summary>Key exchanges before authentication has succeeded, the first one included.</summary>
    public int ExchangesBeforeAuth { get; init; } = 3;

    /// <summary>Time from the start to the peer's identification line.</summary>
    public TimeSpan IdentificationTimeout { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Time from the start to the first NEWKEYS of both sides.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Time from the start to successful authentication (login grace). On a client it runs only while a log-in is under way.</summary>
    public TimeSpan AuthTimeout { get; init; } = TimeSpan.FromSeconds(120);
    /// <summary>Time for a later key exchange, from our KEXINIT to NEWKEYS.</summary>
    public TimeSpan RekeyTimeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>Time an unanswered decision waits before it is denied.</summary>
    public TimeSpan DecisionTimeout { get; init; } = TimeSpan.FromSeconds(120);
    /// <summary>Time a channel open waits for the peer's answer (Paramiko: one hour).</summary>
    public TimeSpan ChannelOpenTimeout { get; init; } = TimeSpan.FromHours(1);
    /// <summary>Time the peer may leave our output unread while it owes us reading: then it counts as flooding.</summary>
    public TimeSpan StalledOutputTimeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>Time our last bytes may take to leave after DISCONNECT was queued.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The failed authentication attempt at which the server disconnects.</summary>
    public int AuthFailures { get; init; } = 6;
    /// <summary>USERAUTH_REQUESTs of any outcome that a server takes; methods that a client chooses in one log-in.</summary>
    public int AuthRequests { get; init; } = 64;
    /// <summary>Public key queries without a signature.</summary>
    public int KeyProbes { get; init; } = 15;
    /// <summary>Bytes of a password.</summary>
    public int PasswordLength { get; init; } = 1024;
    /// <summary>Bytes of a user name.</summary>
    public int UserNameLength { get; init; } = 256;
    /// <summary>Messages of a client that wait while an authentication decision is pending.</summary>
    public int PendingAuthMessages { get; init; } = 4;
    /// <summary>Times a server may ask for a new password in one attempt.</summary>
    public int PasswordChanges { get; init; } = 3;
    /// <summary>Prompts of one keyboard-interactive request.</summary>
    public int InteractivePrompts { get; init; } = 32;
    /// <summary>Rounds of one keyboard-interactive attempt.</summary>
    public int InteractiveRounds { get; init; } = 10;
    /// <summary>Bytes of a USERAUTH_BANNER, an instruction, a prompt or an answer.</summary>
    public int AuthTextLength { get; init; } = 16 * 1024;
    /// <summary>USERAUTH_BANNER messages accepted.</summary>
    public int AuthBanners { get; init; } = 16;

    /// <summary>Session channels that a client may have open at once.</summary>
    public int Sessions { get; init; } = 10;
    /// <summary>Channels of all kinds at once, pending ones included.</summary>
    public int Channels { get; init; } = 256;
    /// <summary>Channel opens by the peer in any minute.</summary>
    public int ChannelOpensPerMinute { get; init; } = 10_000;
    /// <summary>Largest receive window that automatic growth reaches.</summary>
    public uint LargestWindow { get; init; } = 64 * 1024 * 1024;
    /// <summary>Channel or global requests of the peer that wait for our answer, per scope.</summary>
    public int PendingRequests { get; init; } = 64;
    /// <summary>Bytes of the peer's channel opens, channel and global requests that wait for our answer, in all.</summary>
    public int PendingRequestBytes { get; init; } = 1024 * 1024;
    /// <summary>Environment variables per session.</summary>
    public int EnvironmentVariables { get; init; } = 64;
    /// <summary>Bytes of all names and values of a session's environment.</summary>
    public int EnvironmentBytes { get; init; } = 32 * 1024;
    /// <summary>Bytes of a command or subsystem name.</summary>
    public int CommandLength { get; init; } = 128 * 1024;
    /// <summary>Bytes of a terminal name.</summary>
    public int TerminalNameLength { get; init; } = 256;
    /// <summary>Bytes of encoded terminal modes.</summary>
    public int TerminalModesLength { get; init; } = 4 * 1024;

    /// <summary>Bytes of answers to the peer that may wait unsent before it counts as flooding.</summary>
    public int QueuedControlBytes { get; init; } = 1024 * 1024;
    /// <summary>Answers to the peer that may wait unsent before it counts as flooding.</summary>
    public int QueuedControlPackets { get; init; } = 1024;
    /// <summary>Bytes of commands of our host, data aside, that may wait unsent; then the next one is refused with an exception.</summary>
    public int QueuedCommandBytes { get; init; } = 16 * 1024 * 1024;
    /// <summary>Commands of our host that may wait unsent; then the next one is refused with an exception.</summary>
    public int QueuedCommandPackets { get; init; } = 64 * 1024;
    /// <summary>Bytes of channel data that wait unsent before <c>Write</c> takes no more.</summary>
    public int QueuedDataBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Key exchanges that the peer may start in any minute, not counting those that had at least
    /// <see cref="RekeyTrafficBytes"/> of traffic before them.
    /// </summary>
    public int PeerRekeysPerMinute { get; init; } = 8;
    /// <summary>Traffic, both directions together, that justifies a key exchange whenever it comes.</summary>
    public long RekeyTrafficBytes { get; init; } = 64 * 1024;

    /// <summary>Smallest RSA modulus in bits.</summary>
    public int SmallestRsaBits { get; init; } = 2048;
    /// <summary>Largest RSA modulus in bits.</summary>
    public int LargestRsaBits { get; init; } = 16 * 1024;
    /// <summary>Smallest prime of a group exchange in bits (RFC 8270).</summary>
    public int SmallestGroupBits { get; init; } = 2048;
    /// <summary>Largest prime of a group exchange in bits.</summary>
    public int LargestGroupBits { get; init; } = 8192;
    /// <summary>Rounds of bcrypt_pbkdf in a key file.</summary>
    public int BcryptRounds { get; init; } = 2048;
    /// <summary>Iterations of PBKDF2 in a key file.</summary>
    public int Pbkdf2Iterations { get; init; } = 5_000_000;
    /// <summary>Characters of one line of known_hosts, authorized_keys or moduli.</summary>
    public int TextLineLength { get; init; } = 64 * 1024;
    /// <summary>Bytes of a private key file (OpenSSH: 1 MiB).</summary>
    public int KeyFileLength { get; init; } = 1024 * 1024;
}
