using System.Text;
using SshCore.Cli.Sftp.Text;

namespace SshCore.Cli.Sftp.Terminal;

/// <summary>What a key has led to.</summary>
internal enum LineOutcome
{
    Editing,
    Entered,
    EndOfInput,
    Interrupted,
    Suspend,
}

/// <summary>What completion found.</summary>
/// <param name="Insert">Text to put in at the cursor.</param>
/// <param name="Choices">Lines to show above the prompt; empty if there is nothing to choose.</param>
internal readonly record struct LineCompletion(string Insert, string Choices);

/// <summary>
/// A line as it is edited with the keys that people know from shells, without I/O: bytes of the terminal in, bytes for the
/// terminal out. The line stays on one row of the terminal, which shows the part around the cursor.
/// </summary>
internal sealed class LineEditor
{
    private const int Longest = 8192;

    private readonly KeyDecoder _keys = new();
    private readonly LineHistory _history;
    private readonly string _prompt;
    private readonly Func<string, int, LineCompletion> _complete;
    private readonly StringBuilder _output = new();
    private string _line = "";
    private string _killed = "";
    private string _own = "";
    private string? _search;
    private int _at;
    private int _recalled;
    private int _found;

    /// <summary>An editor; <paramref name="complete"/> gets the line and the cursor's index in it.</summary>
    internal LineEditor(string prompt, LineHistory history, Func<string, int, LineCompletion> complete)
    {
        _prompt = prompt;
        _history = history;
        _complete = complete;
    }

    /// <summary>The line.</summary>
    internal string Line => _line;

    /// <summary>Index of the cursor in it.</summary>
    internal int Cursor => _at;

    /// <summary>Columns of the terminal.</summary>
    internal int Width { get; set; } = 80;

    /// <summary>Begins a new line and shows the prompt.</summary>
    internal void Begin()
    {
        _line = "";
        _at = 0;
        _recalled = _history.Count;
        _search = null;
        Draw();
    }

    /// <summary>What is to be written to the terminal since the last call.</summary>
    internal string TakeOutput()
    {
        string text = _output.ToString();
        _output.Clear();
        return text;
    }

    /// <summary>Draws the line anew, for example after others wrote to the terminal.</summary>
    internal void Draw()
    {
        string prompt = _search is null ? _prompt : $"(search)'{TerminalText.Show(_search, isUtf8: true)}': ";
        int room = Math.Max(1, Width - TerminalText.Width(prompt) - 1);
        int start = _at;
        int left = 0;
        while (start > 0 && left + WidthOf(Before(start), start) <= room)
        {
            left += WidthOf(Before(start), start);
            start = Before(start);
        }

        int end = _at;
        int used = left;
        while (end < _line.Length && used + WidthOf(end, After(end)) <= room)
        {
            used += WidthOf(end, After(end));
            end = After(end);
        }

        _output.Append('\r').Append(prompt).Append(_line, start, end - start).Append("\u001b[K");
        _output.Append('\r').Append("\u001b[").Append(TerminalText.Width(prompt) + left).Append('C');
    }

    /// <summary>Takes a byte of the terminal.</summary>
    internal LineOutcome Take(byte value)
    {
        Key key = _keys.Take(value);
        if (_search is not null && key.Action != KeyAction.None && TakeSearching(key))
        {
            Draw();
            return LineOutcome.Editing;
        }

        switch (key.Action)
        {
            case KeyAction.None:
                return LineOutcome.Editing;
            case KeyAction.Accept:
                _at = _line.Length;
                Draw();
                _output.Append("\r\n");
                _history.Add(_line);
                return LineOutcome.Entered;
            case KeyAction.Interrupt:
                _output.Append("^C\r\n");
                return LineOutcome.Interrupted;
            case KeyAction.Suspend:
                return LineOutcome.Suspend;
            case KeyAction.EndOfInput when _line.Length == 0:
                _output.Append("\r\n");
                return LineOutcome.EndOfInput;
            case KeyAction.Complete:
                Complete();
                break;
            case KeyAction.Redraw:
                _output.Append("\u001b[H\u001b[2J");
                break;
            case KeyAction.Search:
                _search = "";
                _found = _history.Count;
                _own = _line;
                break;
            default:
                Edit(key);
                break;
        }

        Draw();
        return LineOutcome.Editing;
    }

    private void Edit(Key key)
    {
        switch (key.Action)
        {
            case KeyAction.Insert:
                Insert(key.Text);
                break;
            case KeyAction.Left:
                _at = Before(_at);
                break;
            case KeyAction.Right:
                _at = After(_at);
                break;
            case KeyAction.WordLeft:
                _at = WordStart();
                break;
            case KeyAction.WordRight:
                _at = WordEnd();
                break;
            case KeyAction.Home:
                _at = 0;
                break;
            case KeyAction.End:
                _at = _line.Length;
                break;
            case KeyAction.Backspace:
                Remove(Before(_at), _at);
                break;
            case KeyAction.Delete or KeyAction.EndOfInput:
                Remove(_at, After(_at));
                break;
            case KeyAction.DeleteWordLeft:
                Kill(WordStart(), _at);
                break;
            case KeyAction.DeleteWordRight:
                Kill(_at, WordEnd());
                break;
            case KeyAction.DeleteToStart:
                Kill(0, _at);
                break;
            case KeyAction.DeleteToEnd:
                Kill(_at, _line.Length);
                break;
            case KeyAction.Yank:
                Insert(_killed);
                break;
            case KeyAction.Swap:
                Swap();
                break;
            case KeyAction.Previous:
                Recall(_recalled - 1);
                break;
            case KeyAction.Next:
                Recall(_recalled + 1);
                break;
        }
    }

    /// <summary>A key of a search backwards; false if it ends the search and is to be done on the line found.</summary>
    private bool TakeSearching(Key key)
    {
        switch (key.Action)
        {
            case KeyAction.Insert:
                Find(_search + key.Text, _found + 1);
                return true;
            case KeyAction.Search:
                Find(_search!, _found);
                return true;
            case KeyAction.Backspace when _search!.Length > 0:
                Find(_search[..^1], _history.Count);
                return true;
            case KeyAction.Interrupt or KeyAction.Backspace:
                _search = null;
                Set(_own);
                return true;
            default:
                _search = null;
                return false;
        }
    }

    private void Find(string text, int before)
    {
        _search = text;
        int index = text.Length == 0 ? -1 : _history.FindBackward(text, before);
        if (index >= 0)
        {
            _found = _recalled = index;
            Set(_history[index]);
        }
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Count || index == _recalled)
        {
            return;
        }

        if (_recalled == _history.Count)
        {
            _own = _line;
        }

        _recalled = index;
        Set(index == _history.Count ? _own : _history[index]);
    }

    private void Complete()
    {
        LineCompletion found = _complete(_line, _at);
        if (found.Choices.Length > 0)
        {
            _output.Append("\r\n").Append(found.Choices.Replace("\n", "\r\n", StringComparison.Ordinal));
        }

        Insert(found.Insert);
    }

    private void Set(string line)
    {
        _line = line;
        _at = line.Length;
    }

    private void Insert(string text)
    {
        if (_line.Length + text.Length <= Longest)
        {
            _line = _line.Insert(_at, text);
            _at += text.Length;
        }
    }

    private void Kill(int from, int to)
    {
        if (to > from)
        {
            _killed = _line[from..to];
            Remove(from, to);
        }
    }

    private void Remove(int from, int to)
    {
        _line = _line.Remove(from, to - from);
        _at = from;
    }

    private void Swap()
    {
        int middle = _at == _line.Length ? Before(_at) : _at;
        int left = Before(middle);
        int right = After(middle);
        if (middle > 0 && right > middle)
        {
            _line = _line[..left] + _line[middle..right] + _line[left..middle] + _line[right..];
            _at = right;
        }
    }

    private int WordStart()
    {
        int at = _at;
        while (at > 0 && _line[at - 1] == ' ')
        {
            at--;
        }

        while (at > 0 && _line[at - 1] != ' ')
        {
            at--;
        }

        return at;
    }

    private int WordEnd()
    {
        int at = _at;
        while (at < _line.Length && _line[at] == ' ')
        {
            at++;
        }

        while (at < _line.Length && _line[at] != ' ')
        {
            at++;
        }

        return at;
    }

    private int Before(int at)
    {
        at = Math.Max(0, at - 1);
        return at > 0 && char.IsLowSurrogate(_line[at]) && char.IsHighSurrogate(_line[at - 1]) ? at - 1 : at;
    }

    private int After(int at)
    {
        bool isPair = at + 1 < _line.Length && char.IsHighSurrogate(_line[at]) && char.IsLowSurrogate(_line[at + 1]);
        return Math.Min(_line.Length, at + (isPair ? 2 : 1));
    }

    private int WidthOf(int from, int to) => TerminalText.Width(_line[from..to]);
}
