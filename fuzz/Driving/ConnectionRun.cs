using SshCore.Events;

namespace SshCore.Fuzz.Driving;

/// <summary>
/// One connection, its application, and the promises that every host relies on: polling ends, input is taken or there is
/// a reason not to, the end of the stream ends the connection, and no exception leaves it.
/// </summary>
internal sealed class ConnectionRun : IDisposable
{
    private readonly Application _application;
    private readonly List<(SshDecision Decision, Channels.ChannelId Channel)> _held = [];
    private readonly List<string> _events = [];
    private ulong _output = 0xCBF29CE484222325;
    private long _outputLength;
    private long _budget = 4096;

    public ConnectionRun(Application application) => _application = application;

    public IReadOnlyList<string> Events => _events;

    public string Output => $"{_outputLength} bytes, {_output:x16}";

    /// <summary>Takes what is sent; null drops it.</summary>
    public Action<ReadOnlyMemory<byte>>? Sent { get; set; }

    private SshConnection Connection => _application.Connection;

    /// <summary>Feeds bytes, at most <paramref name="chunk"/> at a time, and handles all that follows.</summary>
    public void Feed(ReadOnlySpan<byte> data, int chunk, bool holdDecisions = false)
    {
        // Each byte pays for a few events: a loop without input runs out of budget.
        _budget += data.Length * 8L;
        while (!data.IsEmpty && !Connection.IsFinished)
        {
            Settle(holdDecisions);
            if (!Connection.WantsInput)
            {
                if (Connection.Error is not null)
                {
                    return;
                }

                AnswerHeld();
                Settle(holdDecisions: false);
                if (!Connection.WantsInput && Connection.Error is null)
                {
                    throw new FuzzFindingException("Nothing is left to do or to send, and yet no input is wanted.");
                }

                continue;
            }

            int taken = Connection.Receive(data[..Math.Min(chunk, data.Length)]);
            if (taken == 0 && Connection.WantsInput)
            {
                throw new FuzzFindingException("Input is wanted and not taken.");
            }

            data = data[taken..];
        }

        Settle(holdDecisions);
    }

    /// <summary>Polls every event and takes all output, until neither is left.</summary>
    public void Settle(bool holdDecisions)
    {
        while (true)
        {
            bool polled = Connection.TryPollEvent(out var e);
            bool sent = Drain();
            if (!polled)
            {
                if (!sent)
                {
                    return;
                }

                // What was sent may have made room for more.
                continue;
            }

            if (--_budget < 0)
            {
                throw new FuzzFindingException($"Events without end, the last one: {Application.Describe(e)}.");
            }

            _events.Add(Application.Describe(e));
            if (holdDecisions && e.Body is SshDecision { IsAnswered: false } decision)
            {
                _held.Add((decision, e.Channel));
            }
            else
            {
                _application.Handle(e);
            }

            Drain();
        }
    }

    public void AnswerHeld()
    {
        foreach (var (decision, channel) in _held)
        {
            if (!decision.IsAnswered)
            {
                _application.Answer(decision, channel);
            }
        }

        _held.Clear();
    }

    /// <summary>Ends the stream and demands the end of the connection.</summary>
    public void End()
    {
        AnswerHeld();
        Connection.ReceiveEnd();
        Settle(holdDecisions: false);
        if (!Connection.IsFinished)
        {
            throw new FuzzFindingException("The stream ended, and the connection did not.");
        }

        if (Connection.Error is null)
        {
            throw new FuzzFindingException("The connection ended without an error that says why.");
        }
    }

    public void Dispose() => Connection.Dispose();

    private bool Drain()
    {
        bool sent = Connection.HasOutput;
        while (Connection.HasOutput)
        {
            var output = Connection.PeekOutput();
            if (output.IsEmpty)
            {
                throw new FuzzFindingException("There is output, and it is empty.");
            }

            Sent?.Invoke(output);
            foreach (byte b in output.Span)
            {
                _output = (_output ^ b) * 0x100000001B3;
            }

            _outputLength += output.Length;
            Connection.AdvanceOutput(output.Length);
        }

        return sent;
    }
}
