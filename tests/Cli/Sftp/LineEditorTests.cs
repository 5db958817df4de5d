using System.Text;
using NUnit.Framework;
using SshCore.Cli.Sftp.Terminal;

namespace SshCore.Tests.Cli.Sftp;

public sealed class LineEditorTests
{
    private LineHistory _history = new();

    [SetUp]
    public void Forget() => _history = new LineHistory();

    private LineEditor New(Func<string, int, LineCompletion>? complete = null)
    {
        var editor = new LineEditor("sftp> ", _history, complete ?? ((_, _) => new LineCompletion("", "")));
        editor.Begin();
        return editor;
    }

    /// <summary>Types; a caret makes a control character of the next one, so that the names of tests have none.</summary>
    private static LineOutcome Type(LineEditor editor, string keys)
    {
        LineOutcome outcome = LineOutcome.Editing;
        for (int caret; (caret = keys.IndexOf('^', StringComparison.Ordinal)) >= 0;)
        {
            keys = keys[..caret] + (char)(keys[caret + 1] ^ 64) + keys[(caret + 2)..];
        }

        foreach (byte b in Encoding.UTF8.GetBytes(keys))
        {
            outcome = editor.Take(b);
        }

        return outcome;
    }

    [TestCase("abc", "abc", 3)]
    [TestCase("abc^Ax", "xabc", 1)]
    [TestCase("abc^[[Dx", "abxc", 3)]
    [TestCase("abc^[OD^[OD^[[Cx", "abxc", 3)]
    [TestCase("abc^[[Hx^[[Fy", "xabcy", 5)]
    [TestCase("abc^[[1~^[[3~", "bc", 0)]
    [TestCase("abc^?", "ab", 2)]
    [TestCase("abc^B^B^D", "ac", 1)]
    [TestCase("one two^W", "one ", 4)]
    [TestCase("one two^W^Y^Y", "one twotwo", 10)]
    [TestCase("one two^[b^K", "one ", 4)]
    [TestCase("one two^[[1;5D^U", "two", 0)]
    [TestCase("one two^A^[d", " two", 0)]
    [TestCase("one two^A^[fx", "onex two", 4)]
    [TestCase("ab^T", "ba", 2)]
    [TestCase("ä€😀^?", "ä€", 2)]
    [TestCase("ä😀^[[D^[[Dx", "xä😀", 1)]
    [TestCase("a^@^[[99;99zb", "ab", 2)]
    public void Keys(string keys, string line, int cursor)
    {
        LineEditor editor = New();
        Assert.That(Type(editor, keys), Is.EqualTo(LineOutcome.Editing));
        Assert.That((editor.Line, editor.Cursor), Is.EqualTo((line, cursor)));
    }

    [TestCase("ls^M", LineOutcome.Entered)]
    [TestCase("ls^J", LineOutcome.Entered)]
    [TestCase("^D", LineOutcome.EndOfInput)]
    [TestCase("ls^D", LineOutcome.Editing)]
    [TestCase("ls^C", LineOutcome.Interrupted)]
    [TestCase("ls^Z", LineOutcome.Suspend)]
    public void Ends(string keys, object outcome) => Assert.That(Type(New(), keys), Is.EqualTo(outcome));

    [Test]
    public void History_keeps_the_line_that_was_begun()
    {
        Type(New(), "first\r");
        Type(New(), "second\r");
        Type(New(), "second\r");
        LineEditor editor = New();
        Type(editor, "mine\u001b[A");
        Assert.That(editor.Line, Is.EqualTo("second"));
        Type(editor, "\u0010\u0010");
        Assert.That(editor.Line, Is.EqualTo("first"), "the same line twice is kept once");
        Type(editor, "\u001b[B\u000e\u000e");
        Assert.That(editor.Line, Is.EqualTo("mine"));
    }

    [Test]
    public void History_is_searched_backwards()
    {
        Type(New(), "get one\r");
        Type(New(), "put two\r");
        Type(New(), "get three\r");
        LineEditor editor = New();
        Type(editor, "\u0012get");
        Assert.That(editor.Line, Is.EqualTo("get three"));
        Type(editor, "\u0012");
        Assert.That(editor.Line, Is.EqualTo("get one"));
        Assert.That(Type(editor, "\r"), Is.EqualTo(LineOutcome.Entered));
        editor = New();
        Type(editor, "x\u0012one\u0003");
        Assert.That(editor.Line, Is.EqualTo("x"), "an interrupt gives the search up");
    }

    [Test]
    public void Completion_inserts_and_shows_choices()
    {
        LineEditor editor = New((line, at) => new LineCompletion($"[{line}:{at}]", "a  b\n"));
        _ = editor.TakeOutput();
        Type(editor, "ge\t");
        Assert.That(editor.Line, Is.EqualTo("ge[ge:2]"));
        Assert.That(editor.TakeOutput(), Does.Contain("\r\na  b\r\n"));
    }

    [Test]
    public void The_row_shows_what_is_around_the_cursor()
    {
        LineEditor editor = New();
        editor.Width = 16;
        Type(editor, "0123456789abcdef");
        _ = editor.TakeOutput();
        editor.Draw();
        Assert.That(editor.TakeOutput(), Is.EqualTo("\rsftp> 789abcdef\u001b[K\r\u001b[15C"));
        Type(editor, "\u0001");
        _ = editor.TakeOutput();
        editor.Draw();
        Assert.That(editor.TakeOutput(), Is.EqualTo("\rsftp> 012345678\u001b[K\r\u001b[6C"));
    }

    [Test]
    public void Wide_characters_count_twice()
    {
        LineEditor editor = New();
        Type(editor, "日本");
        _ = editor.TakeOutput();
        editor.Draw();
        Assert.That(editor.TakeOutput(), Does.EndWith("\u001b[10C"));
    }

    [Test]
    public void The_length_of_a_line_is_bounded()
    {
        LineEditor editor = New();
        Type(editor, new string('a', 9000));
        Assert.That(editor.Line, Has.Length.EqualTo(8192));
    }
}
