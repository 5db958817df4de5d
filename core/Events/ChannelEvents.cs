using SshCore.Channels;

namespace SshCore.Events;

/// <summary>The peer opens a channel. Until answered, only that channel waits.</summary>
public sealed class OpenRequested : SshDecision
{
    private readonly Action<OpenRequested, bool> _answer;

    internal OpenRequested(ChannelId id, string type, ReadOnlyMemory<byte> data, Action<OpenRequested, bool> answer)
    {
        Id = id;
        ChannelType = type;
        Data = data;
        _answer = answer;
    }

    /// <summary>The id the channel has once it is accepted.</summary>
    public ChannelId Id { get; }

    /// <summary>The channel type.</summary>
    public string ChannelType { get; }

    /// <summary>Type-specific data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    internal uint? WindowSize { get; private set; }

    internal uint? MaxPacketSize { get; private set; }

    internal bool ManualWindow { get; private set; }

    internal ChannelOpenFailure Reason { get; private set; } = ChannelOpenFailure.AdministrativelyProhibited;

    internal string Description { get; private set; } = "";

    /// <summary>Opens it. Sizes as in <see cref="ChannelOpen"/>; null is the connection's default.</summary>
    public void Accept(uint? windowSize = null, uint? maxPacketSize = null, bool manualWindow = false)
    {
        if (TryAnswer())
        {
            WindowSize = windowSize;
            MaxPacketSize = maxPacketSize;
            ManualWindow = manualWindow;
            _answer(this, true);
        }
    }

    /// <summary>Refuses it for a reason; the description goes to the peer.</summary>
    public void Refuse(ChannelOpenFailure reason, string description = "")
    {
        if (TryAnswer())
        {
            Reason = reason;
            Description = description;
            _answer(this, false);
        }
    }

    /// <summary>Refuses it as administratively prohibited.</summary>
    public override void Deny() => Refuse(ChannelOpenFailure.AdministrativelyProhibited, "refused");
}

/// <summary>Our channel open was confirmed.</summary>
public sealed class ChannelOpened : SshEventBody
{
    internal ChannelOpened(ReadOnlyMemory<byte> data) => Data = data;

    /// <summary>Type-specific data of the confirmation, empty as a rule.</summary>
    public ReadOnlyMemory<byte> Data { get; }
}

/// <summary>Our channel open failed.</summary>
public sealed class ChannelRefused : SshEventBody
{
    internal ChannelRefused(ChannelOpenFailure reason, string description)
    {
        Reason = reason;
        Description = description;
    }

    /// <summary>The peer's reason; <see cref="ChannelOpenFailure.None"/> for a time-out here.</summary>
    public ChannelOpenFailure Reason { get; }

    /// <summary>The text, made printable.</summary>
    public string Description { get; }
}

/// <summary>The peer asks for something on a channel. Replies leave in the order of the requests.</summary>
public sealed class ChannelRequested : SshDecision
{
    private readonly Action<bool> _answer;

    internal ChannelRequested(ChannelRequest request, bool wantReply, Action<bool> answer)
    {
        Request = request;
        WantReply = wantReply;
        _answer = answer;
    }

    /// <summary>The parsed request; a <see cref="RawChannelRequest"/> if its type is not known.</summary>
    public ChannelRequest Request { get; }

    /// <summary>Whether the peer waits for the answer.</summary>
    public bool WantReply { get; }

    /// <summary>CHANNEL_SUCCESS, if a reply was asked for.</summary>
    public void Accept()
    {
        if (TryAnswer())
        {
            _answer(true);
        }
    }

    /// <summary>CHANNEL_FAILURE, if a reply was asked for.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(false);
        }
    }
}

/// <summary>The answer to a channel request of ours.</summary>
public sealed class RequestReplied : SshEventBody
{
    internal RequestReplied(ChannelRequestId id, bool success)
    {
        Id = id;
        Success = success;
    }

    /// <summary>Which request.</summary>
    public ChannelRequestId Id { get; }

    /// <summary>CHANNEL_SUCCESS or CHANNEL_FAILURE. False also when the channel closed without an answer.</summary>
    public bool Success { get; }
}

/// <summary>The remote command ended with a status (RFC 4254 §6.10).</summary>
public sealed class ExitStatus : SshEventBody
{
    internal ExitStatus(uint status) => Status = status;

    /// <summary>The status.</summary>
    public uint Status { get; }
}

/// <summary>A signal ended the remote command (RFC 4254 §6.10).</summary>
public sealed class ExitSignal : SshEventBody
{
    internal ExitSignal(string name, bool coreDumped, string message, string language)
    {
        Name = name;
        CoreDumped = coreDumped;
        Message = message;
        Language = language;
    }

    /// <summary>Signal name without SIG, made printable.</summary>
    public string Name { get; }

    /// <summary>Whether a core was dumped.</summary>
    public bool CoreDumped { get; }

    /// <summary>Text, made printable.</summary>
    public string Message { get; }

    /// <summary>RFC 3066 language tag.</summary>
    public string Language { get; }
}

/// <summary>A global request of the peer (RFC 4254 §4). Replies leave in the order of the requests.</summary>
public sealed class GlobalRequested : SshDecision
{
    private readonly Action<bool, ReadOnlyMemory<byte>> _answer;

    internal GlobalRequested(string name, bool wantReply, ReadOnlyMemory<byte> data, Action<bool, ReadOnlyMemory<byte>> answer)
    {
        Name = name;
        WantReply = wantReply;
        Data = data;
        _answer = answer;
    }

    /// <summary>The request name.</summary>
    public string Name { get; }

    /// <summary>Whether the peer waits for the answer.</summary>
    public bool WantReply { get; }

    /// <summary>The request-specific data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>REQUEST_SUCCESS with data, if a reply was asked for.</summary>
    public void Accept(ReadOnlyMemory<byte> data = default)
    {
        if (TryAnswer())
        {
            _answer(true, data);
        }
    }

    /// <summary>REQUEST_FAILURE, if a reply was asked for.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(false, default);
        }
    }
}

/// <summary>The answer to a global request of ours.</summary>
public sealed class GlobalReplied : SshEventBody
{
    internal GlobalReplied(GlobalRequestId id, bool success, ReadOnlyMemory<byte> data)
    {
        Id = id;
        Success = success;
        Data = data;
    }

    /// <summary>Which request.</summary>
    public GlobalRequestId Id { get; }

    /// <summary>REQUEST_SUCCESS or REQUEST_FAILURE. False also when the connection ended without an answer.</summary>
    public bool Success { get; }

    /// <summary>Data of the reply.</summary>
    public ReadOnlyMemory<byte> Data { get; }
}
