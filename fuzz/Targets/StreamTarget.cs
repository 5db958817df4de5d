using SshCore.Channels;
using SshCore.Errors;
using SshCore.Fuzz.Driving;

namespace SshCore.Fuzz.Targets;

/// <summary>
/// A whole connection against a peer's stream. Without control bytes the stream is given whole and byte by byte, and both
/// must give the same events and output; with control bytes it is cut, delayed and mixed with commands as they say.
/// </summary>
public abstract class StreamTarget : FuzzTarget
{
    private protected abstract Application NewParty();

    public override void Run(ReadOnlySpan<byte> input)
    {
        var control = ControlBytes.Split(input, out var data);
        if (control.IsEmpty)
        {
            using var whole = Feed(data, int.MaxValue);
            using var single = Feed(data, 1);
            Compare(whole, single);
        }
        else
        {
            RunControlled(data, control);
        }
    }

    /// <summary>The events of an input without its control bytes: shows how deep it goes.</summary>
    public IReadOnlyList<string> Trace(ReadOnlySpan<byte> input)
    {
        ControlBytes.Split(input, out var data);
        using var run = Feed(data, int.MaxValue);
        return run.Events;
    }

    private ConnectionRun Feed(ReadOnlySpan<byte> data, int chunk)
    {
        var run = new ConnectionRun(NewParty());
        run.Settle(holdDecisions: false);
        run.Feed(data, chunk);
        run.End();
        return run;
    }

    private static void Compare(ConnectionRun whole, ConnectionRun single)
    {
        for (int i = 0; i < Math.Max(whole.Events.Count, single.Events.Count); i++)
        {
            string? one = i < whole.Events.Count ? whole.Events[i] : null;
            string? other = i < single.Events.Count ? single.Events[i] : null;
            if (one != other)
            {
                throw new FuzzFindingException($"Event {i} is '{one}' for the whole input and '{other}' for single bytes.");
            }
        }

        if (whole.Output != single.Output)
        {
            throw new FuzzFindingException($"The output is {whole.Output} for the whole input and {single.Output} for single bytes.");
        }
    }

    private void RunControlled(ReadOnlySpan<byte> data, ControlBytes control)
    {
        var party = NewParty();
        using var run = new ConnectionRun(party);
        var now = default(SshInstant);
        bool hold = false;
        run.Settle(hold);
        while (!data.IsEmpty && !party.Connection.IsFinished)
        {
            byte step = control.Next();
            if (step < 0xC0)
            {
                int length = Math.Min(data.Length, step < 0x80 ? step + 1 : (step - 0x7F) * 64);
                run.Feed(data[..length], length, hold);
                data = data[length..];
                continue;
            }

            // The steps without input are counted by what they consume of the budget: one byte each.
            if (step < 0xE0)
            {
                now += TimeSpan.FromMilliseconds(1 << (step & 0x1F) % 20);
                party.Connection.Tick(now);
            }
            else
            {
                Command(party, step & 0x1F, ref hold, run);
            }

            run.Settle(hold);
            run.Feed(data[..1], 1, hold);
            data = data[1..];
        }

        run.End();
    }

    private static void Command(Application party, int command, ref bool hold, ConnectionRun run)
    {
        var connection = party.Connection;
        var channel = party.Channels.Count == 0 ? default(SshChannel?) : connection.Channel(party.Channels[command % party.Channels.Count]);
        try
        {
            switch (command % 14)
            {
                case 0:
                    connection.StartRekey();
                    break;
                case 1:
                    connection.OpenChannel(ChannelOpen.Session());
                    break;
                case 2:
                    connection.SendGlobalRequest(new GlobalRequest("keepalive@openssh.com"));
                    break;
                case 3:
                    channel?.Write(new byte[40_000]);
                    break;
                case 4:
                    channel?.SendEof();
                    break;
                case 5:
                    channel?.Close();
                    break;
                case 6:
                    channel?.Request(new SignalRequest("TERM"));
                    break;
                case 7:
                    hold = true;
                    break;
                case 8:
                    hold = false;
                    run.AnswerHeld();
                    break;
                case 9:
                    connection.SendIgnore(100);
                    break;
                case 10:
                    connection.TrySendPing("ping"u8);
                    break;
                case 11:
                    connection.Disconnect();
                    break;
                case 12:
                    channel?.Read(new byte[100]);
                    break;
                case 13 when channel is { } open && open.TryReserve(1000, out var slot):
                    slot.Commit(Math.Min(slot.Span.Length, 500));
                    break;
            }
        }
        catch (SshUsageException)
        {
            // Documented: the command came at a moment that does not allow it.
        }
    }
}
