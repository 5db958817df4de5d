using System.Text;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Scp;

namespace SshCore.Tests.Core.Scp;

public sealed class ScpSourceTests
{
    private static ScpSource Ready(ScpLimits? limits = null)
    {
        var source = new ScpSource(limits);
        Assert.That(source.IsIdle, Is.False, "the sink has the first word");
        _ = Wire.Next(source, ScpEventKind.Ready, "\0");
        return source;
    }

    [Test]
    public void A_file_with_times()
    {
        using var source = Ready();
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 3, new ScpTimes(7, 8, 9, 10)));
        Assert.That(Wire.Sent(source), Is.EqualTo("T7 8 9 10\n"));
        Wire.None(source, "\0");
        Assert.That(Wire.Sent(source), Is.EqualTo("C0644 3 f\n"));
        _ = Wire.Next(source, ScpEventKind.Accepted, "\0");
        Assert.That(source.Write("abcd"u8), Is.EqualTo(3), "no more than was announced");
        source.EndFile();
        Assert.That(Wire.Sent(source), Is.EqualTo("abc\0"));
        Wire.None(source);
        Assert.That(Wire.Next(source, ScpEventKind.Done, "\0").Text, Is.Null);
        Assert.That(source.IsIdle, Is.True);
        source.ReceiveEnd();
        _ = Wire.Next(source, ScpEventKind.Closed);
        Assert.That(source.Error, Is.Null);
    }

    [Test]
    public void A_tree()
    {
        using var source = Ready();
        source.BeginDirectory(Wire.Entry("d", 0b111_101_101, 0));
        _ = Wire.Next(source, ScpEventKind.Accepted, "\0");
        source.BeginFile(Wire.Entry("f", 0b111_111_111_111, 0));
        _ = Wire.Next(source, ScpEventKind.Accepted, "\0");
        source.EndFile();
        _ = Wire.Next(source, ScpEventKind.Done, "\0");
        source.EndDirectory();
        _ = Wire.Next(source, ScpEventKind.Done, "\0");
        Assert.That(Wire.Sent(source), Is.EqualTo("D0755 0 d\nC7777 0 f\n\0E\n"));
        Assert.That(source.EndDirectory, Throws.InstanceOf<SshUsageException>());
    }

    [Test]
    public void A_refusal_leads_to_the_next_entry()
    {
        using var source = Ready();
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 3, default(ScpTimes)));
        Assert.That(Wire.Next(source, ScpEventKind.Refused, "\u0001no times\n").Text, Is.EqualTo("no times"));
        source.BeginDirectory(Wire.Entry("d", 0b111_101_101, 0));
        Assert.That(Wire.Next(source, ScpEventKind.Refused, "\u0001scp: d: Permission denied\u001b[5m\n").Text, Is.EqualTo("scp: d: Permission denied?[5m"));
        Assert.That((source.IsIdle, source.Depth), Is.EqualTo((true, 0)));
    }

    [Test]
    public void What_the_sink_could_not_write_is_told_at_the_end()
    {
        using var source = Ready();
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 0));
        _ = Wire.Next(source, ScpEventKind.Accepted, "\0");
        source.EndFile();
        Assert.That(Wire.Next(source, ScpEventKind.Done, "\u0001scp: f: No space left on device\n").Text, Does.Contain("No space"));
    }

    [Test]
    public void What_can_not_be_read_is_a_warning_or_a_bad_end()
    {
        using var source = Ready();
        source.Warn("x: No such file or directory");
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 1));
        _ = Wire.Next(source, ScpEventKind.Accepted, "\0");
        Assert.That(() => source.EndFile(), Throws.InstanceOf<SshUsageException>(), "a byte is missing");
        source.Write([0]);
        source.EndFile("f: I/O error");
        Assert.That(Wire.Sent(source), Is.EqualTo("\u0001scp: x: No such file or directory\nC0644 1 f\n\0\u0001scp: f: I/O error\n"));
    }

    [Test]
    public void A_line_feed_in_a_name_can_not_end_the_line()
    {
        using var source = Ready();
        source.BeginFile(Wire.Entry("a\nC0777 0 b", 0b110_100_100, 0));
        Assert.That(Wire.Sent(source), Is.EqualTo("C0644 0 a\\^JC0777 0 b\n"));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a\0b")]
    public void Impossible_names_are_mistakes_of_the_caller(string name)
    {
        using var source = Ready();
        Assert.That(() => source.BeginFile(Wire.Entry(name, 0, 0)), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void So_is_what_comes_out_of_turn()
    {
        using var source = new ScpSource();
        Assert.That(() => source.BeginFile(Wire.Entry("f", 0, 0)), Throws.InstanceOf<SshUsageException>());
        _ = Wire.Next(source, ScpEventKind.Ready, "\0");
        Assert.That(() => source.Write("x"u8), Throws.InstanceOf<SshUsageException>());
        source.BeginFile(Wire.Entry("f", 0, 0));
        Assert.That(() => source.BeginFile(Wire.Entry("g", 0, 0)), Throws.InstanceOf<SshUsageException>());
        Assert.That(() => source.Warn("x"), Throws.InstanceOf<SshUsageException>());
    }

    [TestCase("bash: scp: command not found\n", SshErrorKind.InvalidMessage, "bash: scp: command not found")]
    [TestCase("\u0002scp: ambiguous target\n", SshErrorKind.PeerDisconnected, "scp: ambiguous target")]
    [TestCase("\u0001scp: target: No such file\n", SshErrorKind.PeerDisconnected, "scp: target: No such file")]
    public void The_sink_may_end_it_at_once(string bytes, SshErrorKind kind, string message)
    {
        using var source = new ScpSource();
        _ = Wire.Next(source, ScpEventKind.Closed, bytes);
        Assert.That((source.Error!.Kind, source.Error.Message), Is.EqualTo((kind, message)));
    }

    [Test]
    public void Replies_are_bounded()
    {
        using var source = new ScpSource(new ScpLimits { LineLength = 10 });
        _ = Wire.Next(source, ScpEventKind.Closed, "\u0001" + new string('x', 10));
        Assert.That(source.Error!.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [Test]
    public void What_is_unsent_is_bounded()
    {
        using var source = Ready(new ScpLimits { QueuedOutput = 100 });
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 1000));
        _ = Wire.Sent(source);
        _ = Wire.Next(source, ScpEventKind.Accepted, "\0");
        Assert.That(source.Write(new byte[1000]), Is.EqualTo(100));
        Assert.That(source.Write(new byte[1000]), Is.Zero);
        source.AdvanceOutput(30);
        Assert.That((source.Write(new byte[1000]), source.Remaining), Is.EqualTo((30, 870L)));
    }

    [Test]
    public void Replies_that_nobody_waits_for_stay_unread_and_bounded()
    {
        using var source = Ready();
        int taken = source.Receive(new byte[1_000_000]);
        Assert.That(taken, Is.LessThan(100_000));
        Wire.None(source);
        Assert.That(source.WantsInput, Is.False);
    }

    [Test]
    public void An_end_in_the_middle_is_an_error()
    {
        using var source = Ready();
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 0));
        source.ReceiveEnd();
        _ = Wire.Next(source, ScpEventKind.Closed);
        Assert.That(source.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        Assert.That(source.TryPollEvent(out _), Is.False, "the end is told once");
    }

    [Test]
    public void A_sink_that_is_gone_ends_it_in_the_middle_of_a_file()
    {
        using var source = Ready();
        source.BeginFile(Wire.Entry("f", 0b110_100_100, 10));
        source.Receive([0]);
        _ = Wire.Next(source, ScpEventKind.Accepted);
        source.Write(new byte[4]);
        source.ReceiveEnd();
        _ = Wire.Next(source, ScpEventKind.Closed);
        Assert.That(source.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        Assert.That(source.Write(new byte[6]), Is.Zero);
    }

    [Test]
    public void Source_and_sink_understand_each_other()
    {
        using var source = new ScpSource();
        using var sink = new ScpSink(new ScpSinkOptions { Recursive = true });
        var log = new StringBuilder();
        int step = 0;
        for (int turn = 0; turn < 100; turn++)
        {
            Move(source, sink);
            Move(sink, source);
            while (sink.TryPollEvent(out var e))
            {
                log.Append(e.Kind switch
                {
                    ScpEventKind.Data => Encoding.ASCII.GetString(e.Data.Span),
                    ScpEventKind.FileOffered or ScpEventKind.DirectoryOffered => $"<{e.Name()} {e.Entry!.Mode} {e.Entry.Times?.ModifySeconds}>",
                    _ => $"<{e.Kind}>",
                });
                if (e.Kind != ScpEventKind.Data)
                {
                    sink.Accept();
                }
            }

            while (source.TryPollEvent(out _))
            {
                switch (step++)
                {
                    case 0:
                        source.BeginDirectory(Wire.Entry("d", 0b111_101_101, 0, new ScpTimes(5, 0, 6, 0)));
                        break;
                    case 1:
                        source.BeginFile(Wire.Entry("f", 0b110_100_100, 5));
                        break;
                    case 2:
                        source.Write("hello"u8);
                        source.EndFile();
                        break;
                    case 3:
                        source.EndDirectory();
                        break;
                }
            }
        }

        Assert.That(log.ToString(), Is.EqualTo("<d 493 5><f 420 >hello<FileEnded><DirectoryEnded>"));
        Assert.That(source.IsIdle, Is.True);
    }

    private static void Move(ScpMachine from, ScpMachine to)
    {
        while (from.HasOutput)
        {
            from.AdvanceOutput(to.Receive(from.PeekOutput().Span));
        }
    }
}
