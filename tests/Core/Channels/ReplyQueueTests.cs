using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;

namespace SshCore.Tests.Core.Channels;

public sealed class ReplyQueueTests
{
    [Test]
    public void Replies_leave_in_the_order_of_the_requests()
    {
        var queue = new ReplyQueue();
        var first = queue.Add(true, 0);
        var second = queue.Add(true, 0);
        var third = queue.Add(true, 0);
        queue.Answer(third, true);
        queue.Answer(second, false);
        Assert.That(queue.TryTake(out _, out _), Is.False, "the first is unanswered");
        queue.Answer(first, true, new byte[] { 9 });
        Assert.That(Drain(queue), Is.EqualTo("+9 - + "));
        Assert.That(queue.Waiting, Is.Zero);
        Assert.That(queue.Length, Is.Zero);
    }

    [Test]
    public void Requests_without_reply_hold_nothing_up_but_are_counted()
    {
        var queue = new ReplyQueue();
        var silent = queue.Add(false, 0);
        var loud = queue.Add(true, 0);
        Assert.That(queue.Waiting, Is.EqualTo(2));
        Assert.That(queue.Length, Is.EqualTo(1));
        queue.Answer(loud, true);
        Assert.That(Drain(queue), Is.EqualTo("+ "));
        queue.Answer(silent, true);
        Assert.That(Drain(queue), Is.Empty);
        Assert.That(queue.Waiting, Is.Zero);
    }

    [Test]
    public void Answers_of_our_own_keep_their_place()
    {
        var queue = new ReplyQueue();
        var first = queue.Add(true, 0);
        first.Decision = Decision();
        queue.AddAnswered(false);
        queue.AddAnswered(false);
        queue.AddAnswered(true);
        var last = queue.Add(true, 0);
        Assert.That(queue.Length, Is.EqualTo(5));
        queue.Answer(last, true);
        queue.Answer(first, true);
        Assert.That(Drain(queue), Is.EqualTo("+ - - + + "));
    }

    [Test]
    public void Lapse_makes_later_answers_harmless_and_says_what_was_held()
    {
        var queue = new ReplyQueue();
        var decision = Decision();
        queue.Add(true, 10).Decision = decision;
        queue.Add(false, 5);
        queue.Answer(queue.Add(true, 100), true);
        Assert.That(queue.Lapse(), Is.EqualTo(15));
        Assert.That(queue.Waiting, Is.Zero);
        Assert.That(queue.TryTake(out _, out _), Is.False);
        decision.Accept();
    }

    private static ChannelRequested Decision() => new(new ShellRequest(), true, _ => Assert.Fail("it lapsed"));

    private static string Drain(ReplyQueue queue)
    {
        string text = "";
        while (queue.TryTake(out bool success, out var data))
        {
            text += (success ? "+" : "-") + (data.IsEmpty ? "" : data.Span[0]) + " ";
        }

        return text;
    }
}

public sealed class OpenRateTests
{
    [Test]
    public void No_minute_has_more_than_the_limit()
    {
        var rate = new OpenRate(3);
        Assert.That(rate.TryCount(At(0)), Is.True);
        Assert.That(rate.TryCount(At(30)), Is.True);
        Assert.That(rate.TryCount(At(59.9)), Is.True);
        Assert.That(rate.TryCount(At(59.9)), Is.False);
        Assert.That(rate.TryCount(At(60)), Is.False, "the open of second 0 may be 60 s old only at 61");
        Assert.That(rate.TryCount(At(61)), Is.True);
        Assert.That(rate.TryCount(At(61)), Is.False);
        Assert.That(rate.TryCount(At(91)), Is.True);
        Assert.That(rate.TryCount(At(10_000)), Is.True);
    }

    [Test]
    public void Time_before_the_origin_and_a_clock_that_stands_still_count_too()
    {
        var rate = new OpenRate(1);
        Assert.That(rate.TryCount(At(-5)), Is.True);
        Assert.That(rate.TryCount(At(-5)), Is.False);
        Assert.That(rate.TryCount(At(56)), Is.True);
    }

    private static SshInstant At(double seconds) => new(TimeSpan.FromSeconds(seconds));
}
