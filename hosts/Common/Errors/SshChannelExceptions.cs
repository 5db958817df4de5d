using SshCore.Channels;
using SshCore.Errors;

namespace SshCore.Hosts;

/// <summary>The peer refused to open a channel (RFC 4254 §5.1), or did not answer in time.</summary>
public sealed class SshChannelOpenException : SshException
{
    /// <summary>Carries the peer's answer.</summary>
    public SshChannelOpenException(string channelType, ChannelOpenFailure reason, string description)
        : base(new SshError(
            reason == ChannelOpenFailure.None ? SshErrorKind.Timeout : SshErrorKind.Incompatible,
            $"The {channelType} channel was not opened: {reason}" + (description.Length == 0 ? "." : $" ({description}).")))
    {
        Reason = reason;
        Description = description;
    }

    /// <summary>A refusal with one sentence for a person.</summary>
    public SshChannelOpenException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal with one sentence for a person and its cause.</summary>
    public SshChannelOpenException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A refusal without more to say.</summary>
    public SshChannelOpenException()
        : base("The channel was not opened.")
    {
    }

    /// <summary>The peer's reason; <see cref="ChannelOpenFailure.None"/> if none came in time.</summary>
    public ChannelOpenFailure Reason { get; }

    /// <summary>The peer's text, made printable.</summary>
    public string Description { get; } = "";
}

/// <summary>The peer refused a request on a channel (RFC 4254 §5.4), for example to run a command.</summary>
public sealed class SshChannelRequestException : SshException
{
    private SshChannelRequestException(SshError error, string requestType)
        : base(error) => RequestType = requestType;

    /// <summary>A refusal with one sentence for a person.</summary>
    public SshChannelRequestException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal with one sentence for a person and its cause.</summary>
    public SshChannelRequestException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A refusal without more to say.</summary>
    public SshChannelRequestException()
        : base("The channel request was refused.")
    {
    }

    /// <summary>The request's type on the wire.</summary>
    public string RequestType { get; } = "";

    internal static SshChannelRequestException Refused(string requestType) =>
        new(new SshError(SshErrorKind.Incompatible, $"The peer refused the request '{requestType}'."), requestType);
}

/// <summary>
/// The channel ended without exit status and without exit signal (RFC 4254 §6.10): whether the command succeeded is not
/// known, so it counts as failed.
/// </summary>
public sealed class SshExitMissingException : SshException
{
    /// <summary>Carries what the command had written before.</summary>
    public SshExitMissingException(ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> errorOutput)
        : base(new SshError(SshErrorKind.ProtocolViolation, "The channel ended without an exit status."))
    {
        Output = output;
        ErrorOutput = errorOutput;
    }

    /// <summary>A missing status with one sentence for a person.</summary>
    public SshExitMissingException(string message)
        : base(message)
    {
    }

    /// <summary>A missing status with one sentence for a person and its cause.</summary>
    public SshExitMissingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A missing status without more to say.</summary>
    public SshExitMissingException()
        : this(ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty)
    {
    }

    /// <summary>Standard output up to the end.</summary>
    public ReadOnlyMemory<byte> Output { get; }

    /// <summary>Standard error up to the end.</summary>
    public ReadOnlyMemory<byte> ErrorOutput { get; }
}
