using SshCore.Events;

namespace SshCore.Memory;

/// <summary>Feeds a recording to a fresh connection and compares every event and every byte of output.</summary>
public static class ConnectionReplayer
{
    /// <summary>
    /// Replays. The connection must be made of equal settings with an equal random source, and <paramref name="onEvent"/>
    /// must do what the recorded side's handler did.
    /// </summary>
    /// <param name="recording">What to replay.</param>
    /// <param name="connection">A connection that was given nothing yet.</param>
    /// <param name="onEvent">Gets each event.</param>
    /// <param name="commands">The commands that the recording names.</param>
    /// <returns>Null if all is equal, else what is not: the step and the difference.</returns>
    public static string? Replay(
        ConnectionRecording recording,
        SshConnection connection,
        Action<SshEvent>? onEvent = null,
        IReadOnlyDictionary<string, Action<SshConnection>>? commands = null)
    {
        for (int i = 0; i < recording.Steps.Count; i++)
        {
            if (Do(recording.Steps[i], connection, onEvent, commands) is { } difference)
            {
                return $"Step {i + 1} of {recording.Steps.Count}, {recording.Steps[i].Kind}: {difference}";
            }
        }

        return connection.TryPollEvent(out var more) ? $"After the last step there is an event {more}." : null;
    }

    private static string? Do(
        in RecordedStep step, SshConnection connection, Action<SshEvent>? onEvent, IReadOnlyDictionary<string, Action<SshConnection>>? commands)
    {
        switch (step.Kind)
        {
            case RecordedStepKind.Tick:
                connection.Tick(new SshInstant(TimeSpan.FromTicks(step.Number)));
                return null;
            case RecordedStepKind.Lease:
                for (int at = 0, count; at < step.Bytes.Length; at += count)
                {
                    // The size of a lease is no promise: it may take several.
                    var buffer = connection.GetReceiveBuffer().Span;
                    count = Math.Min(buffer.Length, step.Bytes.Length - at);
                    step.Bytes.AsSpan(at, count).CopyTo(buffer);
                    connection.CommitReceived(count);
                }

                return null;
            case RecordedStepKind.Receive:
                int taken = connection.Receive(step.Bytes);
                return taken == step.Bytes.Length ? null : $"The connection takes {taken} bytes, it took {step.Bytes.Length}.";
            case RecordedStepKind.End:
                connection.ReceiveEnd();
                return null;
            case RecordedStepKind.Command:
                if (commands is null || !commands.TryGetValue(step.Name, out var command))
                {
                    return $"There is no command '{step.Name}'.";
                }

                command(connection);
                return null;
            case RecordedStepKind.Event:
                if (!connection.TryPollEvent(out var e) || e.Kind != (SshEventKind)step.Number)
                {
                    return $"The event is {e}, it was {(SshEventKind)step.Number}.";
                }

                onEvent?.Invoke(e);
                return null;
            case RecordedStepKind.Dry:
                return connection.TryPollEvent(out var unexpected) ? $"There is an event {unexpected}, there was none." : null;
            default:
                return Compare(step.Bytes, connection);
        }
    }

    private static string? Compare(byte[] expected, SshConnection connection)
    {
        int position = 0;
        while (position < expected.Length)
        {
            var output = connection.PeekOutput().Span;
            int count = Math.Min(output.Length, expected.Length - position);
            if (count == 0)
            {
                return $"The output ends after {position} of {expected.Length} bytes.";
            }

            for (int i = 0; i < count; i++)
            {
                if (output[i] != expected[position + i])
                {
                    return $"Byte {position + i} of the output is {output[i]:x2}, it was {expected[position + i]:x2}.";
                }
            }

            connection.AdvanceOutput(count);
            position += count;
        }

        return null;
    }
}
