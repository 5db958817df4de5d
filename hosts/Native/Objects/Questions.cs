using SshCore.Events;
using SshCore.Native.Boundary;

namespace SshCore.Native.Objects;

/// <summary>The decisions that wait for an answer, by tokens that count up and are never used again.</summary>
internal sealed class Questions
{
    private const int SmallestKept = 16;

    private readonly Dictionary<ulong, SshDecision> _open = [];
    private ulong _next = 1;
    private int _kept = SmallestKept;

    public ulong Add(SshDecision decision)
    {
        if (_open.Count >= _kept)
        {
            Prune();
        }

        ulong token = _next++;
        _open.Add(token, decision);
        return token;
    }

    /// <summary>The question, to look at; it stays open.</summary>
    public T Get<T>(ulong token)
        where T : SshDecision
    {
        if (!_open.TryGetValue(token, out var decision))
        {
            throw new NativeException(Result.Token, $"No question has the token {token}.");
        }

        return decision as T ?? throw new NativeException(Result.WrongAnswer, $"The question is {decision.GetType().Name}.");
    }

    /// <summary>The question was answered.</summary>
    public void Close(ulong token) => _open.Remove(token);

    // Those that core denied at their deadline, or that lapsed with the connection, nobody answers here.
    private void Prune()
    {
        List<ulong> gone = [];
        foreach (var (token, decision) in _open)
        {
            if (decision.IsAnswered)
            {
                gone.Add(token);
            }
        }

        foreach (ulong token in gone)
        {
            _open.Remove(token);
        }

        _kept = Math.Max(SmallestKept, _open.Count * 2);
    }
}
