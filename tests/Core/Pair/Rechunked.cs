using SshCore.Events;
using SshCore.Memory;

namespace SshCore.Tests.Core.Pair;

/// <summary>Feeds a recorded input again in pieces of another size, with the same application.</summary>
internal static class Rechunked
{
    /// <param name="size">Bytes in a piece; 0 for as they were.</param>
    public static byte[] Replay(ConnectionRecording recording, SshConnection connection, Action<SshEvent> onEvent, int size, Action<SshConnection> beforeSteps)
    {
        var output = new List<byte>();
        beforeSteps(connection);
        foreach (var step in recording.Steps)
        {
            switch (step.Kind)
            {
                case RecordedStepKind.Tick:
                    connection.Tick(new SshInstant(TimeSpan.FromTicks(step.Number)));
                    break;
                case RecordedStepKind.Lease or RecordedStepKind.Receive:
                    ReadOnlySpan<byte> rest = step.Bytes;
                    while (!rest.IsEmpty)
                    {
                        int taken = connection.Receive(rest[..Math.Min(rest.Length, size == 0 ? rest.Length : size)]);
                        rest = rest[taken..];
                        bool progress = Pump();
                        if (taken == 0 && !progress)
                        {
                            throw new InvalidOperationException($"The connection takes no input: {connection.Error}.");
                        }
                    }

                    break;
                case RecordedStepKind.End:
                    connection.ReceiveEnd();
                    break;
                default:
                    break;
            }

            Pump();
        }

        return [.. output];

        bool Pump()
        {
            bool any = false;
            bool progress = true;
            while (progress)
            {
                progress = false;
                while (connection.TryPollEvent(out var e))
                {
                    any = progress = true;
                    onEvent(e);
                }

                while (connection.HasOutput)
                {
                    any = progress = true;
                    var bytes = connection.PeekOutput();
                    output.AddRange(bytes.ToArray());
                    connection.AdvanceOutput(bytes.Length);
                }
            }

            return any;
        }
    }
}
