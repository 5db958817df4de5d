using SshCore.Channels;

namespace SshCore.Hosts;

/// <summary>A policy's verdict on a channel that the client opens. The default value refuses.</summary>
/// <param name="IsAccepted">Whether it is opened.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Description">Why not, in words.</param>
public readonly record struct SshOpenDecision(bool IsAccepted, ChannelOpenFailure Reason, string? Description)
{
    /// <summary>Opens it.</summary>
    public static SshOpenDecision Accept { get; } = new(true, ChannelOpenFailure.None, null);

    /// <summary>Refuses it as administratively prohibited.</summary>
    public static SshOpenDecision Refuse => default;

    /// <summary>Refuses it for a reason.</summary>
    public static SshOpenDecision RefuseWith(ChannelOpenFailure reason, string description = "") => new(false, reason, description);
}
