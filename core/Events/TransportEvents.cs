using SshCore.Errors;

namespace SshCore.Events;

/// <summary>The peer's identification (RFC 4253 §4.2).</summary>
public sealed class VersionReceived : SshEventBody
{
    internal VersionReceived(string identification, IReadOnlyList<string> linesBefore)
    {
        Identification = identification;
        LinesBefore = linesBefore;
    }

    /// <summary>The whole line without its end, for example <c>SSH-2.0-OpenSSH_10.0</c>. Printable ASCII only.</summary>
    public string Identification { get; }

    /// <summary>What follows <c>SSH-2.0-</c>, up to the first space.</summary>
    public string SoftwareVersion
    {
        get
        {
            int start = Identification.IndexOf('-', 4) + 1;
            int space = Identification.IndexOf(' ', start);
            return space < 0 ? Identification.Substring(start) : Identification.Substring(start, space - start);
        }
    }

    /// <summary>Lines the server sent before it, made printable (RFC 4253 §4.2); empty on a server.</summary>
    public IReadOnlyList<string> LinesBefore { get; }
}

/// <summary>Extensions of the peer (RFC 8308).</summary>
public sealed class ExtInfoReceived : SshEventBody
{
    internal ExtInfoReceived(IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> extensions, IReadOnlyList<string>? serverSigAlgs)
    {
        Extensions = extensions;
        ServerSigAlgs = serverSigAlgs;
    }

    /// <summary>Names and values in the order received.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Extensions { get; }

    /// <summary>The parsed server-sig-algs (RFC 8308 §3.1), null if absent.</summary>
    public IReadOnlyList<string>? ServerSigAlgs { get; }
}

/// <summary>A DEBUG message (RFC 4253 §11.3).</summary>
public sealed class DebugReceived : SshEventBody
{
    internal DebugReceived(bool alwaysDisplay, string message)
    {
        AlwaysDisplay = alwaysDisplay;
        Message = message;
    }

    /// <summary>The peer wants it shown even without a debug option.</summary>
    public bool AlwaysDisplay { get; }

    /// <summary>The text, made printable.</summary>
    public string Message { get; }
}

/// <summary>A DISCONNECT of the peer (RFC 4253 §11.1).</summary>
public sealed class PeerDisconnected : SshEventBody
{
    internal PeerDisconnected(DisconnectReason reason, string description)
    {
        Reason = reason;
        Description = description;
    }

    /// <summary>The reason code.</summary>
    public DisconnectReason Reason { get; }

    /// <summary>The text, made printable.</summary>
    public string Description { get; }
}

/// <summary>The end of the connection.</summary>
public sealed class Closed : SshEventBody
{
    internal Closed(SshError error) => Error = error;

    /// <summary>Why. <see cref="SshErrorKind.LocalDisconnect"/> after our own <c>Disconnect</c>.</summary>
    public SshError Error { get; }
}
