namespace SshCore;

/// <summary>What is sent when nothing has been received for a while.</summary>
public sealed record KeepAlive
{
    /// <summary>Nothing is sent.</summary>
    public static KeepAlive Off { get; } = new();

    /// <summary>Idle time after which a message goes out; zero turns it off.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>
    /// Unanswered <c>keepalive@openssh.com</c> requests after which the peer counts as dead
    /// (OpenSSH's ServerAliveCountMax, 3 by default). 0: send IGNORE, which nobody answers, and never give up.
    /// </summary>
    public int MaxUnanswered { get; init; } = 3;
}
