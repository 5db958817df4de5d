using System.Text;
using System.Threading;
using NUnit.Framework;
using SshCore.Cli.Sftp.Terminal;

namespace SshCore.Tests.Cli.Sftp;

public sealed class ProgressTests
{
    [Test]
    public void A_line_in_the_middle() => Assert.That(
        ProgressLine.Format("file.txt", new ProgressState(50 << 20, 100 << 20, 10 << 20, TimeSpan.FromSeconds(5), TimeSpan.Zero), 60),
        Is.EqualTo("file.txt                  50%   50MB  10.0MB/s   00:05 ETA"));

    [Test]
    public void A_line_at_the_end() => Assert.That(
        ProgressLine.Format("file.txt", new ProgressState(12288, 12288, 1 << 20, TimeSpan.FromSeconds(3700), TimeSpan.Zero), 60),
        Is.EqualTo("file.txt                 100%   12KB   1.0MB/s 1:01:40    "));

    [TestCase(0L, 0L, 100, "00:00    ")]
    [TestCase(0L, 10L, 0, "--:-- ETA")]
    [TestCase(9L, 1000000000L, 0, "  0%")]
    public void Edges(long done, long total, int share, string part)
    {
        string line = ProgressLine.Format("f", new ProgressState(done, total, 0, TimeSpan.Zero, TimeSpan.Zero), 80);
        Assert.That(line, Does.Contain(part).And.Contain($"{share}%"));
    }

    [Test]
    public void A_stall_is_told() => Assert.That(
        ProgressLine.Format("f", new ProgressState(1, 2, 5, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(5)), 80),
        Does.EndWith("- stalled -"));

    [Test]
    public void Lines_are_never_wider_than_the_terminal([Values(10, 36, 37, 40, 80, 200)] int width)
    {
        string line = ProgressLine.Format(new string('n', 300), new ProgressState(1, 2, 5, TimeSpan.Zero, TimeSpan.Zero), width);
        Assert.That(line, Has.Length.LessThanOrEqualTo(width));
    }

    [Test]
    public void Names_can_not_move_the_cursor() => Assert.That(
        ProgressLine.Format("a\rb\u001b[2J", new ProgressState(1, 2, 5, TimeSpan.Zero, TimeSpan.Zero), 80),
        Does.StartWith("a\\015b\\033[2J "));

    [Test]
    public void The_meter_draws_twice_a_second_and_at_the_end()
    {
        var time = new FakeTime();
        var screen = new StringBuilder();
        var meter = new ProgressMeter("f", 1000, 0, text => screen.Append(text), () => 80, time);
        for (int i = 1; i <= 10; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            meter.Report(i * 50);
        }

        Assert.That(screen.ToString().Split('\r'), Has.Length.EqualTo(4), "at the start and after each half second");
        Assert.That(screen.ToString(), Does.Contain(" 45% "));
        for (int i = 0; i < 12; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.That(screen.ToString(), Does.EndWith("- stalled -"));
        meter.Report(1000);
        meter.Dispose();
        meter.Dispose();
        Assert.That(screen.ToString(), Does.EndWith("100%    1KB   0.1KB/s   00:07    \n"));
    }

    private sealed class FakeTime : TimeProvider
    {
        private readonly System.Collections.Generic.List<FakeTimer> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan step)
        {
            _now += step.Ticks;
            foreach (FakeTimer timer in _timers.ToArray())
            {
                timer.Run(_now);
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new FakeTimer(() => callback(state), _now + dueTime.Ticks, period.Ticks, this);
            _timers.Add(timer);
            return timer;
        }

        private sealed class FakeTimer(Action action, long due, long period, FakeTime owner) : ITimer
        {
            private long _due = due;

            public void Run(long now)
            {
                while (_due <= now)
                {
                    _due += period;
                    action();
                }
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() => owner._timers.Remove(this);

            public System.Threading.Tasks.ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
