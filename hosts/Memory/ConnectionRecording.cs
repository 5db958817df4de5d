using SshCore.Wire;

namespace SshCore.Memory;

internal enum RecordedStepKind : byte
{
    Tick = 1,
    Lease = 2,
    Receive = 3,
    End = 4,
    Command = 5,
    Event = 6,
    Sent = 7,
    Dry = 8,
}

internal readonly struct RecordedStep
{
    public RecordedStep(RecordedStepKind kind, long number = 0, string name = "", byte[]? bytes = null)
    {
        Kind = kind;
        Number = number;
        Name = name;
        Bytes = bytes ?? [];
    }

    public RecordedStepKind Kind { get; }

    public long Number { get; }

    public string Name { get; }

    public byte[] Bytes { get; }
}

/// <summary>One side of a connection, written down; can be kept as a file.</summary>
public sealed class ConnectionRecording
{
    internal ConnectionRecording(IReadOnlyList<RecordedStep> steps) => Steps = steps;

    internal IReadOnlyList<RecordedStep> Steps { get; }

    /// <summary>All bytes the connection sent.</summary>
    public byte[] Output() => Joined(static kind => kind == RecordedStepKind.Sent);

    /// <summary>All bytes the connection got.</summary>
    public byte[] Input() => Joined(static kind => kind is RecordedStepKind.Lease or RecordedStepKind.Receive);

    /// <summary>The recording as bytes.</summary>
    public byte[] Save()
    {
        using var writer = new SshWriter();
        foreach (var step in Steps)
        {
            writer.WriteByte((byte)step.Kind);
            writer.WriteUInt64((ulong)step.Number);
            writer.WriteString(step.Name);
            writer.WriteString(step.Bytes);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ConnectionRecording Load(ReadOnlySpan<byte> saved)
    {
        var steps = new List<RecordedStep>();
        var reader = new SshReader(saved);
        while (!reader.Remaining.IsEmpty)
        {
            var kind = (RecordedStepKind)reader.ReadByte();
            long number = (long)reader.ReadUInt64();
            string name = reader.ReadText();
            byte[] bytes = reader.ReadString().ToArray();
            if (kind is < RecordedStepKind.Tick or > RecordedStepKind.Dry)
            {
                reader.Fail();
            }

            steps.Add(new(kind, number, name, bytes));
        }

        return reader.Failed ? throw new FormatException("This is not a recording of a connection.") : new(steps);
    }

    private byte[] Joined(Func<RecordedStepKind, bool> wanted)
    {
        using var writer = new SshWriter();
        foreach (var step in Steps)
        {
            if (wanted(step.Kind))
            {
                writer.WriteBytes(step.Bytes);
            }
        }

        return writer.ToArray();
    }
}
