namespace SshCore.Errors;

/// <summary>What kind of end a connection, or a parsed text, met.</summary>
public enum SshErrorKind
{
    /// <summary>The bytes do not parse as what they claim to be.</summary>
    InvalidMessage,
    /// <summary>A well-formed message that the protocol forbids here.</summary>
    ProtocolViolation,
    /// <summary>The two sides have no algorithm, version or method in common.</summary>
    Incompatible,
    /// <summary>A packet did not authenticate: wrong MAC or tag, or a length that cannot be.</summary>
    Corrupted,
    /// <summary>A key exchange value or the server's signature over the exchange is wrong.</summary>
    KeyExchangeFailed,
    /// <summary>The host key was refused by the policy.</summary>
    HostKeyRejected,
    /// <summary>Authentication ended without success.</summary>
    AuthenticationFailed,
    /// <summary>A deadline passed.</summary>
    Timeout,
    /// <summary>A bound of <see cref="SshLimits"/> was exceeded.</summary>
    LimitExceeded,
    /// <summary>The peer makes us queue more than it reads.</summary>
    Flooded,
    /// <summary>The byte stream ended without a DISCONNECT.</summary>
    ConnectionLost,
    /// <summary>The peer sent DISCONNECT.</summary>
    PeerDisconnected,
    /// <summary>This side gave up by its own decision.</summary>
    LocalDisconnect,
    /// <summary>The host's own I/O failed.</summary>
    HostFailure,
    /// <summary>A key file is encrypted and no passphrase was given.</summary>
    PassphraseNeeded,
    /// <summary>The passphrase of a key file is wrong, or its encrypted part is damaged: the two cannot be told apart.</summary>
    PassphraseWrong,
    /// <summary>A file is in none of the formats that can be read.</summary>
    UnknownFormat,
    /// <summary>A key, cipher or key derivation that is known by name but not supported.</summary>
    UnsupportedKey,
}

/// <summary>Why a connection ended: one per connection, with what was expected and what came.</summary>
/// <param name="Kind">The class of the error.</param>
/// <param name="Message">One sentence for a person; text of the peer in it is made printable.</param>
/// <param name="Expected">What was expected, when that can be said.</param>
/// <param name="Got">What came instead, when that can be said.</param>
public sealed record SshError(SshErrorKind Kind, string Message, string? Expected = null, string? Got = null)
{
    /// <summary>The reason that goes, or came, with DISCONNECT.</summary>
    public DisconnectReason Reason { get; init; } = DisconnectMap.For(Kind);

    /// <summary>The sentence with expectation and finding.</summary>
    public override string ToString() =>
        Message + (Expected is null ? "" : $"; expected {Expected}") + (Got is null ? "" : $"; got {Got}");
}
