using System.Linq;
using System.Text;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Scp;

namespace SshCore.Tests.Core.Scp;

public sealed class ScpSinkTests
{
    private static ScpSink Recursive() => new(new ScpSinkOptions { Recursive = true });

    [Test]
    public void A_file_with_times()
    {
        using var sink = new ScpSink();
        Assert.That(Wire.Sent(sink), Is.EqualTo("\0"));
        Wire.None(sink, "T1183828267 5 1183828268 999999\n");
        Assert.That(Wire.Sent(sink), Is.EqualTo("\0"));
        var offer = Wire.Next(sink, ScpEventKind.FileOffered, "C4755 5 a b\n");
        Assert.That((offer.Name(), offer.Entry!.Mode, offer.Entry.Size), Is.EqualTo(("a b", 0b100_111_101_101, 5L)));
        Assert.That(offer.Entry.Times, Is.EqualTo(new ScpTimes(1183828267, 5, 1183828268, 999999)));
        Assert.That(Wire.Sent(sink), Is.Empty, "nothing is answered before the host has decided");
        sink.Accept();
        Assert.That(Wire.Sent(sink), Is.EqualTo("\0"));
        Assert.That(Encoding.ASCII.GetString(Wire.Next(sink, ScpEventKind.Data, "12").Data.Span), Is.EqualTo("12"));
        Assert.That(Encoding.ASCII.GetString(Wire.Next(sink, ScpEventKind.Data, "345\0E").Data.Span), Is.EqualTo("345"), "no more than the file");
        Assert.That(Wire.Next(sink, ScpEventKind.FileEnded).Text, Is.Null);
        sink.Accept();
        Assert.That(Wire.Sent(sink), Is.EqualTo("\0"));
    }

    [Test]
    public void Times_belong_to_one_entry()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, "T1 0 2 0\nC0644 0 a\n");
        sink.Refuse("no");
        Assert.That(Wire.Next(sink, "C0644 0 b\n").Entry!.Times, Is.Null);
    }

    [Test]
    public void An_empty_file_has_a_status_too()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, ScpEventKind.FileOffered, "C0644 0 empty\n");
        sink.Accept();
        Wire.None(sink);
        _ = Wire.Next(sink, ScpEventKind.FileEnded, "\0");
    }

    [Test]
    public void A_tree()
    {
        using var sink = Recursive();
        Assert.That(Wire.Next(sink, ScpEventKind.DirectoryOffered, "D0755 0 d\n").Name(), Is.EqualTo("d"));
        sink.Accept();
        Assert.That(sink.Depth, Is.EqualTo(1));
        _ = Wire.Next(sink, ScpEventKind.FileOffered, "C0600 1 f\n");
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.Data, "x\0");
        _ = Wire.Next(sink, ScpEventKind.FileEnded);
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.DirectoryEnded, "E\n");
        sink.Accept();
        Assert.That(sink.Depth, Is.Zero);
        Assert.That(Wire.Sent(sink), Is.EqualTo("\0\0\0\0\0"));
        sink.ReceiveEnd();
        _ = Wire.Next(sink, ScpEventKind.Closed);
        Assert.That(sink.Error, Is.Null);
    }

    [Test]
    public void A_refused_directory_is_not_entered()
    {
        using var sink = Recursive();
        _ = Wire.Next(sink, "D0755 0 d\n");
        sink.Refuse("d: Permission denied\nand \u001b[31m");
        Assert.That(Wire.Sent(sink), Is.EqualTo("\0\u0001scp: d: Permission denied?and ?[31m\n"));
        Assert.That(sink.Depth, Is.Zero);
    }

    [Test]
    public void What_the_source_could_not_read_is_told()
    {
        using var sink = new ScpSink();
        Assert.That(Wire.Next(sink, ScpEventKind.Warning, "\u0001scp: x: No such file\u001b[2J\n").Text, Is.EqualTo("scp: x: No such file?[2J"));
        _ = Wire.Next(sink, "C0644 2 f\n");
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.Data, "\0\0\u0001scp: f: I/O error\n");
        Assert.That(Wire.Next(sink, ScpEventKind.FileEnded).Text, Is.EqualTo("scp: f: I/O error"));
        sink.Accept();
        Assert.That(Wire.Next(sink, "C0644 0 g\n").Name(), Is.EqualTo("g"), "it goes on");
    }

    // CVE-2018-20685, and paths of all kinds.
    [TestCase("C0644 1 ../x\n")]
    [TestCase("C0644 1 /etc/passwd\n")]
    [TestCase("C0644 1 ..\n")]
    [TestCase("C0644 1 .\n")]
    [TestCase("C0644 1 \n")]
    [TestCase("C0644 1 a/b\n")]
    [TestCase("C0644 1 a\0b\n")]
    [TestCase("D0755 0 .\n")]
    [TestCase("D0755 0 ..\n")]
    [TestCase("D0755 0 \n")]
    public void Names_that_lead_elsewhere_end_it(string line)
    {
        using var sink = Recursive();
        _ = Wire.Next(sink, ScpEventKind.Closed, line);
        Assert.That(sink.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        Assert.That(Wire.Sent(sink), Does.StartWith("\0\u0002scp: "));
    }

    [Test]
    public void So_do_names_inside_of_a_directory()
    {
        using var sink = Recursive();
        _ = Wire.Next(sink, "D0755 0 d\n");
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.Closed, "C0644 1 ../x\n");
        Assert.That(sink.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
    }

    // CVE-2019-6111.
    [TestCase("*.txt", ".bashrc")]
    [TestCase("*.txt", "a.sh")]
    [TestCase("*", ".profile")]
    [TestCase("file", "file2")]
    [TestCase("[ab]", "c")]
    public void Names_that_nobody_asked_for_end_it(string asked, string sent)
    {
        using var sink = new ScpSink(new ScpSinkOptions { ExpectedNames = [Wire.Bytes(asked)] });
        _ = Wire.Next(sink, ScpEventKind.Closed, $"C0644 1 {sent}\n");
        Assert.That((sink.Error!.Kind, sink.Error.Got), Is.EqualTo((SshErrorKind.ProtocolViolation, sent)));
    }

    [Test]
    public void Asked_names_count_at_the_top_only()
    {
        using var sink = new ScpSink(new ScpSinkOptions { Recursive = true, ExpectedNames = [Wire.Bytes("x"), Wire.Bytes("d*")] });
        _ = Wire.Next(sink, ScpEventKind.DirectoryOffered, "D0755 0 dir\n");
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.FileOffered, "C0644 0 any\n");
    }

    [Test]
    public void A_directory_that_was_not_asked_for_ends_it()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, ScpEventKind.Closed, "D0755 0 d\n");
        Assert.That(sink.Error!.Message, Does.Contain("not asked for"));
    }

    [Test]
    public void One_target_takes_one_file()
    {
        using var sink = new ScpSink(new ScpSinkOptions { MaxEntries = 1 });
        _ = Wire.Next(sink, ScpEventKind.FileOffered, "C0644 0 f\n");
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.FileEnded, "\0");
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.Closed, "C0644 0 f\n");
        Assert.That(sink.Error!.Message, Does.Contain("more than was asked for"));
    }

    [TestCase("C644 1 f\n")]
    [TestCase("C0844 1 f\n")]
    [TestCase("C06441 1 f\n")]
    [TestCase("C0644  1 f\n")]
    [TestCase("C0644 -1 f\n")]
    [TestCase("C0644 1x f\n")]
    [TestCase("C0644 9223372036854775808 f\n")]
    [TestCase("C0644 1\n")]
    [TestCase("C0644\n")]
    [TestCase("C\n")]
    [TestCase("T1 0 2\n")]
    [TestCase("T1 1000000 2 0\n")]
    [TestCase("T-1 0 2 0\n")]
    [TestCase("T1 0 2 0 3\n")]
    [TestCase("T1 0 2 0\nT1 0 2 0\n")]
    [TestCase("T1 0 2 0\nE\n")]
    [TestCase("E\n")]
    [TestCase("Ex\n")]
    [TestCase("\n")]
    [TestCase("\0\n")]
    [TestCase("hello\n")]
    public void Lines_that_do_not_parse_end_it(string line)
    {
        using var sink = Recursive();
        _ = Wire.Next(sink, ScpEventKind.Closed, line);
        Assert.That(sink.Error!.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
        Assert.That(sink.WantsInput, Is.False);
    }

    [Test]
    public void What_a_shell_says_first_is_passed_on()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, ScpEventKind.Closed, "sh: 1: scp: not found\n");
        Assert.That(sink.Error!.Message, Is.EqualTo("sh: 1: scp: not found"));
    }

    [Test]
    public void A_fatal_message_is_the_error()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, ScpEventKind.Closed, "\u0002scp: lost\n");
        Assert.That((sink.Error!.Kind, sink.Error.Message), Is.EqualTo((SshErrorKind.PeerDisconnected, "scp: lost")));
    }

    [Test]
    public void The_length_of_a_line_is_bounded()
    {
        var limits = new ScpLimits { LineLength = 20 };
        using var fits = new ScpSink(null, limits);
        _ = Wire.Next(fits, ScpEventKind.FileOffered, "C0644 1 " + new string('n', 12) + "\n");
        using var longer = new ScpSink(null, limits);
        _ = Wire.Next(longer, ScpEventKind.Closed, "C0644 1 " + new string('n', 13) + "\n");
        Assert.That(longer.Error!.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
        using var endless = new ScpSink(null, limits);
        _ = Wire.Next(endless, ScpEventKind.Closed, "C0644 1 " + new string('n', 13));
        Assert.That(endless.Error!.Kind, Is.EqualTo(SshErrorKind.LimitExceeded), "without its end too");
    }

    [Test]
    public void Depth_is_bounded()
    {
        using var sink = new ScpSink(new ScpSinkOptions { Recursive = true }, new ScpLimits { Depth = 2 });
        for (int i = 0; i < 2; i++)
        {
            _ = Wire.Next(sink, ScpEventKind.DirectoryOffered, "D0755 0 d\n");
            sink.Accept();
        }

        _ = Wire.Next(sink, ScpEventKind.Closed, "D0755 0 d\n");
        Assert.That(sink.Error!.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [Test]
    public void Warnings_are_bounded()
    {
        using var sink = new ScpSink(null, new ScpLimits { Warnings = 2 });
        _ = Wire.Next(sink, ScpEventKind.Warning, "\u0001a\n\u0001b\n\u0001c\n");
        _ = Wire.Next(sink, ScpEventKind.Warning);
        _ = Wire.Next(sink, ScpEventKind.Closed);
        Assert.That(sink.Error!.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [TestCase("C0644 5 f\n", true)]
    [TestCase("C06", false)]
    [TestCase("T1 0 1 0\n", false)]
    [TestCase("D0755 0 d\n", true)]
    public void An_end_in_the_middle_is_an_error(string bytes, bool accept)
    {
        using var sink = Recursive();
        Wire.Give(sink, bytes);
        if (accept)
        {
            _ = Wire.Next(sink);
            sink.Accept();
        }

        sink.ReceiveEnd();
        _ = Wire.Next(sink, ScpEventKind.Closed);
        Assert.That(sink.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
    }

    [Test]
    public void An_end_of_input_waits_for_the_answer()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, "C0644 1 f\n");
        Wire.Give(sink, "x\0");
        sink.ReceiveEnd();
        Wire.None(sink);
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.Data);
        _ = Wire.Next(sink, ScpEventKind.FileEnded);
        sink.Accept();
        _ = Wire.Next(sink, ScpEventKind.Closed);
        Assert.That(sink.Error, Is.Null);
    }

    [Test]
    public void Answers_without_an_offer_are_mistakes_of_the_caller()
    {
        using var sink = new ScpSink();
        Assert.That(sink.Accept, Throws.InstanceOf<SshUsageException>());
        _ = Wire.Next(sink, "C0644 1 f\n");
        sink.Accept();
        Assert.That(sink.Accept, Throws.InstanceOf<SshUsageException>());
        Assert.That(() => sink.Refuse("x"), Throws.InstanceOf<SshUsageException>());
    }

    [Test]
    public void A_peer_that_sends_without_end_is_not_taken_in_while_the_host_decides()
    {
        using var sink = new ScpSink();
        _ = Wire.Next(sink, "C0644 1000000 f\n");
        int taken = sink.Receive(new byte[1_000_000]);
        Assert.That((taken, sink.WantsInput), Is.EqualTo((taken, false)));
        Assert.That(taken, Is.LessThan(100_000));
    }

    [Test]
    public void One_byte_at_a_time_is_the_same()
    {
        const string script = "T1 0 2 0\nD0755 0 d\nC0644 3 f\nabc\0\u0001warn\nE\n";
        Assert.That(Run(script.Length), Is.EqualTo(Run(1)));

        static string Run(int step)
        {
            using var sink = Recursive();
            var log = new StringBuilder();
            byte[] bytes = Wire.Bytes(script);
            for (int at = 0; at < bytes.Length || at == 0; at += step)
            {
                sink.Receive(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
                while (sink.TryPollEvent(out var e))
                {
                    log.Append(e.Kind == ScpEventKind.Data ? string.Concat(e.Data.ToArray().Select(b => (char)b)) : $"[{e.Kind} {e.Text}]");
                    if (e.Kind is not (ScpEventKind.Data or ScpEventKind.Warning or ScpEventKind.Closed))
                    {
                        sink.Accept();
                    }
                }
            }

            return log + Wire.Sent(sink);
        }
    }
}
