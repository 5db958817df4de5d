using SshCore.Events;

namespace SshCore.Channels;

/// <summary>One request of the peer that the host has been asked about.</summary>
internal sealed class PendingReply
{
    public PendingReply(bool wantReply, int bytes)
    {
        WantReply = wantReply;
        Bytes = bytes;
    }

    /// <summary>Whether a reply goes out.</summary>
    public bool WantReply { get; }

    /// <summary>Bytes of the peer's that are held for it.</summary>
    public int Bytes { get; }

    /// <summary>The question to the host.</summary>
    public SshDecision? Decision { get; set; }

    /// <summary>Null until answered.</summary>
    public bool? Success { get; set; }

    /// <summary>Data of the answer.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    /// <summary>Equal replies in a row that this one stands for.</summary>
    public int Count { get; set; } = 1;
}

/// <summary>
/// Puts the replies of one scope, a channel or the connection, into the order of their requests, whatever the order of
/// the answers: "replies to SSH_MSG_GLOBAL_REQUESTs MUST be sent in the same order" (RFC 4254 §4); channel requests
/// have no number either, so the same holds for them.
/// </summary>
internal sealed class ReplyQueue
{
    private readonly LinkedList<PendingReply> _inOrder = new();
    private readonly List<PendingReply> _withoutReply = [];

    /// <summary>Requests the host has not answered.</summary>
    public int Waiting { get; private set; }

    /// <summary>Replies that have not been taken, answered ones behind an unanswered one included.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a request that the host is asked about.</summary>
    public PendingReply Add(bool wantReply, int bytes)
    {
        var pending = new PendingReply(wantReply, bytes);
        Waiting++;
        if (wantReply)
        {
            Length++;
            _inOrder.AddLast(pending);
        }
        else
        {
            _withoutReply.Add(pending);
        }

        return pending;
    }

    /// <summary>Adds the reply to a request that needs no question.</summary>
    public void AddAnswered(bool success)
    {
        Length++;
        if (_inOrder.Last?.Value is { Decision: null } last && last.Success == success)
        {
            last.Count++;
        }
        else
        {
            _inOrder.AddLast(new PendingReply(true, 0) { Success = success });
        }
    }

    /// <summary>Takes the host's answer to a request.</summary>
    public void Answer(PendingReply pending, bool success, ReadOnlyMemory<byte> data = default)
    {
        Waiting--;
        pending.Success = success;
        pending.Data = data;
        if (!pending.WantReply)
        {
            _withoutReply.Remove(pending);
        }
    }

    /// <summary>The next reply that may leave. False if there is none, or its request is unanswered.</summary>
    public bool TryTake(out bool success, out ReadOnlyMemory<byte> data)
    {
        success = false;
        data = default;
        if (_inOrder.First?.Value is not { Success: bool answer } first)
        {
            return false;
        }

        success = answer;
        data = first.Data;
        Length--;
        if (--first.Count == 0)
        {
            _inOrder.RemoveFirst();
        }

        return true;
    }

    /// <summary>Forgets everything: the scope is gone, later answers have no effect.</summary>
    /// <returns>Bytes that were held for unanswered requests.</returns>
    public int Lapse()
    {
        int bytes = 0;
        foreach (var pending in _inOrder)
        {
            bytes += Lapse(pending);
        }

        foreach (var pending in _withoutReply)
        {
            bytes += Lapse(pending);
        }

        _inOrder.Clear();
        _withoutReply.Clear();
        Waiting = 0;
        Length = 0;
        return bytes;
    }

    private static int Lapse(PendingReply pending)
    {
        pending.Decision?.Lapse();
        return pending.Success is null ? pending.Bytes : 0;
    }
}
