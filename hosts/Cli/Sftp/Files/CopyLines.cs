using SshCore.Cli.Sftp.Terminal;

namespace SshCore.Cli.Sftp.Files;

/// <summary>
/// What is said about many files under way at once, in the order in which one after the other would say it: the oldest that
/// has not ended is shown, and what comes behind it waits.
/// </summary>
internal sealed class CopyLines
{
    private readonly Queue<CopyLine> _waiting = new();

    /// <summary>Says something when all before it is said.</summary>
    internal void Say(Action say)
    {
        if (_waiting.Count == 0)
        {
            say();
            return;
        }

        var line = new CopyLine(this, null);
        line.Say(say);
        _waiting.Enqueue(line);
        line.End();
    }

    /// <summary>The place of a file.</summary>
    /// <param name="meter">Makes its progress meter when its turn has come; may give none.</param>
    internal CopyLine Begin(Func<ProgressMeter?> meter)
    {
        var line = new CopyLine(this, meter);
        _waiting.Enqueue(line);
        Advance();
        return line;
    }

    internal void Advance()
    {
        while (_waiting.TryPeek(out CopyLine? line) && line.Show())
        {
            _waiting.Dequeue();
        }
    }
}

/// <summary>A file's place in what is said.</summary>
internal sealed class CopyLine
{
    private readonly CopyLines _lines;
    private Func<ProgressMeter?>? _makeMeter;
    private ProgressMeter? _meter;
    private List<Action>? _said;
    private long _done;
    private bool _hasEnded;

    internal CopyLine(CopyLines lines, Func<ProgressMeter?>? meter)
    {
        _lines = lines;
        _makeMeter = meter;
    }

    /// <summary>Tells how far it is, in bytes.</summary>
    internal void Moved(long done)
    {
        _done = done;
        _meter?.Report(done);
    }

    /// <summary>Says something about it, behind its progress.</summary>
    internal void Say(Action say) => (_said ??= []).Add(say);

    /// <summary>Nothing more comes.</summary>
    internal void End()
    {
        _hasEnded = true;
        _lines.Advance();
    }

    /// <summary>Its turn has come.</summary>
    /// <returns>Whether it is over.</returns>
    internal bool Show()
    {
        if (_makeMeter is { } make)
        {
            _makeMeter = null;
            _meter = make();
            if (_done > 0)
            {
                _meter?.Report(_done);
            }
        }

        if (!_hasEnded)
        {
            return false;
        }

        _meter?.Dispose();
        _meter = null;
        foreach (Action say in _said ?? [])
        {
            say();
        }

        _said = null;
        return true;
    }
}
