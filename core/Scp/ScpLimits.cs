namespace SshCore.Scp;

/// <summary>Bounds on what an scp peer can make this side hold or do. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record ScpLimits
{
    /// <summary>The defaults.</summary>
    public static ScpLimits Default { get; } = new();

    /// <summary>Bytes of one control line or message, its line feed not counted.</summary>
    public int LineLength { get; init; } = 8 * 1024;
    /// <summary>Directories inside each other.</summary>
    public int Depth { get; init; } = 256;
    /// <summary>Messages of the peer about what it could not do.</summary>
    public int Warnings { get; init; } = 64 * 1024;
    /// <summary>Unsent bytes at which nothing more is taken in or from the host.</summary>
    public int QueuedOutput { get; init; } = 1024 * 1024;
}
