using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>The file model people know from Python, over streams that give little at a time.</summary>
internal sealed class BufferedFileTests
{
    private const int Whole = 1 << 20;

    [TestCase("r", SftpOpenFlags.Read)]
    [TestCase("rb", SftpOpenFlags.Read)]
    [TestCase("U", SftpOpenFlags.Read)]
    [TestCase("rU", SftpOpenFlags.Read)]
    [TestCase("r+", SftpOpenFlags.Read | SftpOpenFlags.Write)]
    [TestCase("w", SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate)]
    [TestCase("w+b", SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate)]
    [TestCase("a", SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Append)]
    [TestCase("a+", SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Append)]
    [TestCase("x", SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Exclusive)]
    [TestCase("x+", SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Exclusive)]
    [TestCase("wx", SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate | SftpOpenFlags.Exclusive)]
    public void Modes_are_read(string text, SftpOpenFlags flags)
    {
        var mode = SftpFileMode.Parse(text);
        Assert.That(mode.OpenFlags, Is.EqualTo(flags));
        Assert.That(mode.CanRead, Is.EqualTo((flags & SftpOpenFlags.Read) != 0));
        Assert.That(mode.CanWrite, Is.EqualTo((flags & SftpOpenFlags.Write) != 0));
        Assert.That(mode.IsBinary, Is.EqualTo(text.Contains('b')));
        Assert.That(mode.HasUniversalNewlines, Is.EqualTo(text.Contains('U')));
    }

    [TestCase("")]
    [TestCase("rw")]
    [TestCase("rr")]
    [TestCase("wa")]
    [TestCase("rx")]
    [TestCase("+")]
    [TestCase("b")]
    [TestCase("rt")]
    [TestCase("R")]
    public void Other_texts_are_no_modes(string text) => Assert.Throws<FormatException>(() => SftpFileMode.Parse(text));

    [Test]
    public async Task Reads_are_whole_whatever_the_stream_gives([Values(1, 3, Whole)] int most, [Values(-1, 0, 1, 4, 8192)] int bufferSize, [Values] bool wait)
    {
        var file = File("0123456789abcdef", "r", most, bufferSize);
        Assert.That(Text(wait ? await file.ReadBytesAsync(5) : file.ReadBytes(5)), Is.EqualTo("01234"));
        Assert.That(file.Position, Is.EqualTo(5));
        var buffer = new byte[6];
        Assert.That(wait ? await file.ReadAsync(buffer.AsMemory()) : file.Read(buffer.AsSpan()), Is.EqualTo(6));
        Assert.That(Text(buffer), Is.EqualTo("56789a"));
        Assert.That(Text(wait ? await file.ReadBytesAsync(100) : file.ReadBytes(100)), Is.EqualTo("bcdef"));
        Assert.That(wait ? await file.ReadBytesAsync(100) : file.ReadBytes(100), Is.Empty);
        Assert.That(wait ? await file.ReadBytesAsync() : file.ReadBytes(), Is.Empty);
        Assert.That(wait ? await file.ReadAsync(buffer.AsMemory()) : file.Read(buffer.AsSpan()), Is.Zero);
        Assert.That(file.Position, Is.EqualTo(16));
    }

    [Test]
    public async Task Everything_to_the_end([Values(1, 1000, Whole)] int most, [Values] bool wait)
    {
        var content = Enumerable.Range(0, 50_000).Select(i => (byte)(i * 7)).ToArray();
        var file = new BufferedFile(new StingyStream(content, most), "rb");
        Assert.That(wait ? await file.ReadBytesAsync() : file.ReadBytes(), Is.EqualTo(content));
        Assert.That(file.Position, Is.EqualTo(content.Length));
    }

    [Test]
    public async Task Lines_keep_their_ends_and_the_last_may_have_none([Values(1, 2, 5, Whole)] int most, [Values] bool wait)
    {
        var file = File("one\n\ntw\0o\r\nthree\rx\nend", "r", most);
        string[] lines = wait ? [.. (await file.ReadAllLinesAsync()).Select(Text)] : [.. file.ReadAllLines().Select(Text)];
        Assert.That(lines, Is.EqualTo(new[] { "one\n", "\n", "tw\0o\r\n", "three\rx\n", "end" }));
        Assert.That(wait ? await file.ReadLineAsync() : file.ReadLine(), Is.Empty);
        Assert.That(file.Newlines, Is.EqualTo(SftpNewlines.None), "only kept in mode U");
    }

    [Test]
    public async Task A_limit_cuts_a_line([Values(1, 2, Whole)] int most, [Values] bool wait)
    {
        var file = File("abcdef\nxy\n", "r", most);
        var parts = new List<string>();
        foreach (int limit in (int[])[0, 4, 0, 2, 4, 3, 3])
        {
            parts.Add(Text(wait ? await file.ReadLineAsync(limit) : file.ReadLine(limit)));
        }

        Assert.That(parts, Is.EqualTo(new[] { "", "abcd", "", "ef", "\n", "xy\n", "" }));
    }

    [TestCase("a\nb\n", SftpNewlines.LineFeed)]
    [TestCase("a\r\nb\r\n", SftpNewlines.CarriageReturnLineFeed)]
    [TestCase("a\rb\r", SftpNewlines.CarriageReturn)]
    [TestCase("a\rb\n", SftpNewlines.CarriageReturn | SftpNewlines.LineFeed)]
    [TestCase("a\r\nb\r", SftpNewlines.CarriageReturn | SftpNewlines.CarriageReturnLineFeed)]
    public async Task Universal_newlines_become_line_feeds_and_are_recorded(string content, SftpNewlines seen)
    {
        foreach (int most in (int[])[1, 2, 3, Whole])
        {
            foreach (bool wait in (bool[])[false, true])
            {
                var file = File(content, "rU", most);
                var lines = wait ? await file.ReadAllLinesAsync() : file.ReadAllLines();
                Assert.That(lines.Select(Text), Is.EqualTo(new[] { "a\n", "b\n" }));
                Assert.That(file.Newlines, Is.EqualTo(seen));
                Assert.That(file.Position, Is.EqualTo(content.Length), "positions are those of the file");
            }
        }
    }

    [Test]
    public void A_line_feed_that_comes_later_belongs_to_its_carriage_return([Values(1, 2, Whole)] int most)
    {
        var lines = File("ab\r\ncd", "rU", most);
        Assert.That(Text(lines.ReadLine(3)), Is.EqualTo("ab\n"));
        Assert.That(Text(lines.ReadBytes(1)), Is.EqualTo("c"), "a read after a line doesn't see half an end");

        var empty = File("\r\r\n\n\r", "rU", most);
        Assert.That(empty.ReadAllLines().Select(Text), Is.EqualTo(new[] { "\n", "\n", "\n", "\n" }));
    }

    [Test]
    public void A_position_can_be_sought_again_with_any_ends_of_lines([Values("r", "rU")] string mode, [Values(1, 4, Whole)] int most)
    {
        var file = File("first\r\nsecond\r\nthird\r\n", mode, most);
        file.ReadLine();
        long second = file.Position;
        var line = file.ReadLine();
        file.ReadLine();
        Assert.That(file.Seek(second, SeekOrigin.Begin), Is.EqualTo(second));
        Assert.That(Text(file.ReadLine()).Trim(), Is.EqualTo("second"));
        file.Seek(-7, SeekOrigin.End);
        Assert.That(Text(file.ReadLine()).Trim(), Is.EqualTo("third"));
        file.Position = 0;
        file.ReadBytes(2);
        file.Seek(1, SeekOrigin.Current);
        Assert.That(Text(file.ReadBytes(2)), Is.EqualTo("st"));
        Assert.That(line, Is.Not.Empty);
    }

    [Test]
    public void Hints_end_the_list_with_a_whole_line()
    {
        var file = File("aaa\nbbb\nccc\n", "r");
        Assert.That(file.ReadAllLines(5).Select(Text), Is.EqualTo(new[] { "aaa\n", "bbb\n" }));
        Assert.That(file.ReadAllLines(0).Select(Text), Is.EqualTo(new[] { "ccc\n" }));
    }

    [Test]
    public async Task Lines_one_by_one_mix_with_other_reads()
    {
        var file = File("1\n2\n3\n4\n5\n", "r");
        var seen = new List<string>();
        foreach (var line in file.ReadLines())
        {
            seen.Add(Text(line));
            seen.Add(Text(file.ReadLine()));
            if (seen.Count == 4)
            {
                break;
            }
        }

        await foreach (var line in file.ReadLinesAsync())
        {
            seen.Add(Text(line));
        }

        Assert.That(seen, Is.EqualTo(new[] { "1\n", "2\n", "3\n", "4\n", "5\n" }));
    }

    [Test]
    public void Without_write_buffering_nothing_is_read_beyond_what_was_asked_for()
    {
        var stream = new StingyStream(new byte[100_000], Whole);
        var file = new BufferedFile(stream, "r");
        file.ReadBytes(10);
        Assert.That(file.Read(new byte[70]), Is.EqualTo(70));
        Assert.That(stream.LargestRead, Is.EqualTo(70));

        var buffered = new StingyStream(new byte[100_000], Whole);
        new BufferedFile(buffered, "r+", 5000).ReadBytes(10);
        Assert.That(buffered.LargestRead, Is.EqualTo(5000));
    }

    [Test]
    public async Task Writes_go_out_when_the_buffer_says_so([Values] bool wait)
    {
        await Check(-1, [3, 1, 4, 4]);
        await Check(0, [3, 1, 4, 4]);
        await Check(1, [8, 3]);
        await Check(4, [4, 4, 4]);
        await Check(100, []);

        async Task Check(int bufferSize, int[] expected)
        {
            var stream = new StingyStream([], Whole);
            var file = new BufferedFile(stream, "w", bufferSize);
            foreach (string part in (string[])["abc", "d", "efg\n", "ij\nk"])
            {
                if (wait)
                {
                    await file.WriteAsync(part);
                }
                else
                {
                    file.Write(part);
                }
            }

            Assert.That(stream.Writes, Is.EqualTo(expected), $"{bufferSize}");
            Assert.That(file.Position, Is.EqualTo(12));
            Assert.That(file.Length, Is.EqualTo(12));
            if (wait)
            {
                await file.FlushAsync();
            }
            else
            {
                file.Flush();
            }

            Assert.That(Text(stream.Content), Is.EqualTo("abcdefg\nij\nk"));
        }
    }

    [Test]
    public void A_long_line_does_not_wait_for_its_end()
    {
        var stream = new StingyStream([], Whole);
        var file = new BufferedFile(stream, "w", 1);
        file.Write(new byte[BufferedFile.DefaultBufferSize - 1]);
        Assert.That(stream.Writes, Is.Empty);
        file.Write("x");
        Assert.That(stream.Writes, Is.EqualTo(new[] { BufferedFile.DefaultBufferSize }));
    }

    [Test]
    public async Task Lines_are_written_without_anything_between([Values] bool wait)
    {
        var stream = new StingyStream([], Whole);
        var file = new BufferedFile(stream, "w");
        if (wait)
        {
            await file.WriteLinesAsync(["a\n", "ü"]);
            await file.WriteLinesAsync([[1, 255], [0]]);
        }
        else
        {
            file.WriteLines(["a\n", "ü"]);
            file.WriteLines([[1, 255], [0]]);
        }

        Assert.That(stream.Content, Is.EqualTo(new byte[] { (byte)'a', 10, 0xC3, 0xBC, 1, 255, 0 }));
    }

    [Test]
    public void A_write_goes_where_the_reader_is_and_not_where_it_read_ahead([Values("r+", "r+U")] string mode, [Values(-1, 100)] int bufferSize, [Values(1, Whole)] int most)
    {
        var stream = new StingyStream("one\r\ntwo\r\nthree\r\n"u8.ToArray(), most);
        using var file = new BufferedFile(stream, mode, bufferSize);
        file.ReadLine();
        long at = file.Position;
        file.Write("TWO");
        Assert.That(file.Position, Is.EqualTo(at + 3));
        file.ReadLine();
        Assert.That(Text(file.ReadLine()).Trim(), Is.EqualTo("three"), "what waited was written before the read");
        Assert.That(Text(stream.Content)[(int)at..], Does.StartWith("TWO"));
        Assert.That(Text(stream.Content).Replace("TWO", "", StringComparison.Ordinal), Does.StartWith("one\r").And.EndWith("three\r\n"));
    }

    [Test]
    public async Task Appending_goes_to_the_end_wherever_one_has_sought([Values(-1, 100)] int bufferSize, [Values] bool wait)
    {
        var stream = new StingyStream("start"u8.ToArray(), 2);
        var file = new BufferedFile(stream, "a+", bufferSize);
        Assert.That(file.Position, Is.EqualTo(5));
        file.Seek(1, SeekOrigin.Begin);
        Assert.That(Text(file.ReadBytes(2)), Is.EqualTo("ta"));
        if (wait)
        {
            await file.WriteAsync("+end");
            await file.FlushAsync();
        }
        else
        {
            file.Write("+end");
            file.Flush();
        }

        Assert.That(file.Position, Is.EqualTo(9));
        Assert.That(Text(stream.Content), Is.EqualTo("start+end"));
        Assert.That(file.ReadBytes(), Is.Empty);
    }

    [Test]
    public async Task Closing_writes_what_waits_and_then_nothing_goes([Values] bool wait, [Values] bool leaveOpen)
    {
        var stream = new StingyStream([], Whole);
        var file = new BufferedFile(stream, "w+", 100, leaveOpen);
        file.Write("late");
        if (wait)
        {
            await file.DisposeAsync();
            await file.DisposeAsync();
        }
        else
        {
            file.Close();
            file.Close();
        }

        Assert.That(Text(stream.Content), Is.EqualTo("late"));
        Assert.That(stream.Closed, Is.Not.EqualTo(leaveOpen));
        Assert.That((file.CanRead, file.CanWrite, file.CanSeek), Is.EqualTo((false, false, false)));
        Assert.Throws<ObjectDisposedException>(() => file.ReadLine());
        Assert.Throws<ObjectDisposedException>(() => file.ReadLines());
        Assert.Throws<ObjectDisposedException>(() => file.ReadBytes());
        Assert.Throws<ObjectDisposedException>(() => file.Write("x"));
        Assert.Throws<ObjectDisposedException>(file.Flush);
        Assert.Throws<ObjectDisposedException>(() => file.Seek(0, SeekOrigin.Begin));
        Assert.Throws<ObjectDisposedException>(() => _ = file.Position);
    }

    [Test]
    public void A_failed_flush_keeps_what_waits_and_a_failed_close_closes()
    {
        var stream = new StingyStream([], Whole);
        var file = new BufferedFile(stream, "w", 100);
        file.Write("kept");
        stream.Failing = true;
        Assert.Throws<IOException>(file.Flush);
        Assert.Throws<IOException>(file.Dispose);
        Assert.That(stream.Closed);
        Assert.That(file.CanWrite, Is.False);

        var again = new StingyStream([], Whole) { Failing = true };
        var other = new BufferedFile(again, "w", 100);
        other.Write("kept");
        Assert.Throws<IOException>(other.Flush);
        again.Failing = false;
        other.Flush();
        Assert.That(Text(again.Content), Is.EqualTo("kept"));
    }

    [Test]
    public void The_mode_says_what_may_be_done()
    {
        var reader = File("x", "r");
        Assert.That((reader.CanRead, reader.CanWrite), Is.EqualTo((true, false)));
        Assert.Throws<NotSupportedException>(() => reader.Write("x"));
        Assert.Throws<NotSupportedException>(() => reader.SetLength(0));
        var writer = File("x", "w");
        Assert.That((writer.CanRead, writer.CanWrite), Is.EqualTo((false, true)));
        Assert.Throws<NotSupportedException>(() => writer.ReadBytes(1));
        Assert.Throws<NotSupportedException>(() => writer.ReadLine());
        Assert.Throws<NotSupportedException>(() => writer.ReadLines());
        Assert.Throws<ArgumentException>(() => _ = new BufferedFile(new MemoryStream([1], writable: false), "w"));
        Assert.Throws<ArgumentException>(() => _ = new BufferedFile(new MemoryStream(), default));
    }

    [Test]
    public void Where_nothing_can_be_sought_reads_and_writes_do_not_touch()
    {
        var stream = new StingyStream("in\nmore\n"u8.ToArray(), 3, seekable: false);
        var file = new BufferedFile(stream, "r+");
        Assert.That(file.CanSeek, Is.False);
        Assert.Throws<NotSupportedException>(() => file.Seek(0, SeekOrigin.Begin));
        Assert.That(Text(file.ReadLine()), Is.EqualTo("in\n"));
        Assert.That(file.Position, Is.EqualTo(3));
        Assert.That(Text(file.ReadLine()), Is.EqualTo("more\n"));
        file.Write("out");
        Assert.That(Text(stream.Content), Does.EndWith("out"));
    }

    [Test]
    public void A_new_length_keeps_the_place()
    {
        var stream = new StingyStream("abc\ndefghi"u8.ToArray(), Whole);
        var file = new BufferedFile(stream, "r+");
        file.ReadLine();
        file.SetLength(6);
        Assert.That(Text(file.ReadBytes()), Is.EqualTo("de"));
        Assert.That(file.Length, Is.EqualTo(6));
    }

    [Test]
    public async Task Text_is_utf_8_and_never_throws([Values] bool wait)
    {
        var stream = new StingyStream([.. "grün\r\n"u8, 0xFF, 10, .. "日本"u8], 2);
        var file = new SftpTextFile(stream, "r+U");
        Assert.That(wait ? await file.ReadLineAsync() : file.ReadLine(), Is.EqualTo("grün\n"));
        Assert.That(wait ? await file.ReadLineAsync() : file.ReadLine(), Is.EqualTo("\uFFFD\n"));
        Assert.That(wait ? await file.ReadToEndAsync() : file.ReadToEnd(), Is.EqualTo("日本"));
        Assert.That(file.Newlines, Is.EqualTo(SftpNewlines.CarriageReturnLineFeed | SftpNewlines.LineFeed));
        file.File.Position = 0;
        if (wait)
        {
            await file.WriteLinesAsync(["GR"]);
            await file.WriteAsync("Ü");
            await file.FlushAsync();
        }
        else
        {
            file.WriteLines(["GR"]);
            file.Write("Ü");
            file.Flush();
        }

        file.File.Position = 0;
        Assert.That(file.ReadLines().First(), Is.EqualTo("GRÜn\n"));
        file.File.Position = 0;
        Assert.That(file.ReadAllLines(1), Is.EqualTo(new[] { "GRÜn\n" }));
        await foreach (var line in file.ReadLinesAsync())
        {
            Assert.That(line, Is.EqualTo("\uFFFD\n"));
            break;
        }

        await file.DisposeAsync();
        Assert.That(stream.Closed);
    }

    private static BufferedFile File(string content, string mode, int most = Whole, int bufferSize = -1) =>
        new(new StingyStream(Encoding.UTF8.GetBytes(content), most), mode, bufferSize);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
