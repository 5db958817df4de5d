namespace SshCore.Scp;

/// <summary>What a sink lets the source send.</summary>
public sealed record ScpSinkOptions
{
    /// <summary>Whether directories were asked for.</summary>
    public bool Recursive { get; init; }

    /// <summary>
    /// Patterns (<see cref="Config.FileGlob"/>) of which one must match each name at the top: what was asked for. Null if
    /// the source chooses, as a client that sends to a server does.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? ExpectedNames { get; init; }

    /// <summary>Entries at the top that may come: 1 when the target is one file and not a directory to put files into.</summary>
    public int MaxEntries { get; init; } = int.MaxValue;
}
