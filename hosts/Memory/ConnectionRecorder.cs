using SshCore.Events;

namespace SshCore.Memory;

/// <summary>
/// Writes down all that one connection is given and gives: ticks, bytes in, named commands, events and bytes out, in order.
/// A <see cref="MemoryPair"/> fills it; any other host can. What the handler of an event does is not written down: the
/// replay runs a handler of its own.
/// </summary>
public sealed class ConnectionRecorder
{
    private readonly List<RecordedStep> _steps = [];

    /// <summary>What was recorded so far.</summary>
    public ConnectionRecording ToRecording() => new([.. _steps]);

    /// <summary>Carries out a command outside the event handlers and records its name, by which the replay finds it.</summary>
    public void Command(string name, SshConnection connection, Action<SshConnection> command)
    {
        _steps.Add(new(RecordedStepKind.Command, name: name));
        command(connection);
    }

    /// <summary>The connection was told the time.</summary>
    public void Ticked(SshInstant now) => _steps.Add(new(RecordedStepKind.Tick, number: now.SinceOrigin.Ticks));

    /// <summary>Bytes went in, by a lease or by a copy.</summary>
    public void Received(ReadOnlySpan<byte> bytes, bool leased) =>
        _steps.Add(new(leased ? RecordedStepKind.Lease : RecordedStepKind.Receive, bytes: bytes.ToArray()));

    /// <summary>The stream ended.</summary>
    public void Ended() => _steps.Add(new(RecordedStepKind.End));

    /// <summary>An event was polled.</summary>
    public void Polled(in SshEvent e) => _steps.Add(new(RecordedStepKind.Event, number: (long)e.Kind));

    /// <summary>A poll gave no event: what was received has been handled as far as it goes.</summary>
    public void PolledDry() => _steps.Add(new(RecordedStepKind.Dry));

    /// <summary>Output was taken.</summary>
    public void Sent(ReadOnlySpan<byte> bytes) => _steps.Add(new(RecordedStepKind.Sent, bytes: bytes.ToArray()));
}
