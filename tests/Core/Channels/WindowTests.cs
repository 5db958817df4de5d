using NUnit.Framework;
using SshCore.Channels;

namespace SshCore.Tests.Core.Channels;

public sealed class LocalWindowTests
{
    [Test]
    public void Takes_exactly_its_size()
    {
        var window = new LocalWindow(100);
        Assert.That(window.TryReceive(60), Is.True);
        Assert.That(window.TryReceive(41), Is.False);
        Assert.That(window.Available, Is.EqualTo(40), "a refused packet changes nothing");
        Assert.That(window.TryReceive(40), Is.True);
        Assert.That(window.TryReceive(1), Is.False);
        Assert.That(window.TryReceive(0), Is.True);
    }

    [Test]
    public void Returns_all_that_is_owed_from_half_a_window()
    {
        var window = new LocalWindow(100);
        window.TryReceive(100);
        Assert.That(window.Return(49), Is.Zero);
        Assert.That(window.Unread, Is.EqualTo(51));
        Assert.That(window.Return(1), Is.EqualTo(50));
        Assert.That(window.Available, Is.EqualTo(50));
        Assert.That(window.Return(0), Is.Zero, "nothing is owed");
        Assert.That(window.Return(50), Is.EqualTo(50));
        Assert.That(window.Available, Is.EqualTo(100));
        Assert.That(window.Used, Is.Zero);
    }

    [Test]
    public void The_largest_window_has_no_edge()
    {
        var window = new LocalWindow(uint.MaxValue);
        Assert.That(window.TryReceive(uint.MaxValue), Is.True);
        Assert.That(window.Unread, Is.EqualTo(uint.MaxValue));
        Assert.That(window.Return(uint.MaxValue), Is.EqualTo(uint.MaxValue));
        Assert.That(window.Available, Is.EqualTo(uint.MaxValue));
    }

    [TestCase(0u)]
    [TestCase(1u)]
    [TestCase(2u)]
    [TestCase(3u)]
    public void Tiny_windows_still_return_their_credit(uint size)
    {
        var window = new LocalWindow(size);
        Assert.That(window.TryReceive(size), Is.True);
        uint returned = 0;
        for (uint i = 0; i < size; i++)
        {
            returned += window.Return(1);
        }

        Assert.That(window.Available + (size - returned), Is.EqualTo(size));
        Assert.That(size == 0 || window.Available > 0, "the peer is not stuck");
    }

    [Test]
    public void Growth_can_be_returned_at_once()
    {
        var window = new LocalWindow(100);
        window.TryReceive(30);
        window.Return(10);
        window.Grow(50);
        Assert.That(window.ReturnAll(), Is.EqualTo(60));
        Assert.That(window.ReturnAll(), Is.Zero);
        Assert.That(window.Available, Is.EqualTo(130));
        Assert.That(window.Unread, Is.EqualTo(20));
    }

    [Test]
    public void Growth_reaches_the_peer_with_the_next_credit()
    {
        var window = new LocalWindow(100);
        window.TryReceive(50);
        window.Grow(100);
        Assert.That(window.Unread, Is.EqualTo(50));
        Assert.That(window.Return(50), Is.EqualTo(150));
        Assert.That(window.Available, Is.EqualTo(200));
        Assert.That(window.Size, Is.EqualTo(200));
    }
}

public sealed class RemoteWindowTests
{
    [Test]
    public void Adds_up_to_the_largest_number_and_no_further()
    {
        var window = new RemoteWindow(uint.MaxValue - 10, 1000);
        Assert.That(window.TryAdjust(11), Is.False);
        Assert.That(window.Available, Is.EqualTo(uint.MaxValue - 10), "a refused adjust changes nothing");
        Assert.That(window.TryAdjust(10), Is.True);
        Assert.That(window.TryAdjust(0), Is.True);
        Assert.That(window.TryAdjust(1), Is.False);
        Assert.That(window.TryAdjust(uint.MaxValue), Is.False);
        window.Spend(5);
        Assert.That(window.TryAdjust(5), Is.True);
    }

    [Test]
    public void A_packet_is_the_least_of_window_packet_size_room_and_offer()
    {
        var window = new RemoteWindow(1000, 300);
        Assert.That(window.Fit(5000, 5000), Is.EqualTo(300));
        Assert.That(window.Fit(200, 5000), Is.EqualTo(200));
        Assert.That(window.Fit(5000, 100), Is.EqualTo(100));
        window.Spend(900);
        Assert.That(window.Fit(5000, 5000), Is.EqualTo(100));
        window.Spend(100);
        Assert.That(window.Fit(5000, 5000), Is.Zero);
    }

    [TestCase(1u, 1)]
    [TestCase(32768u, 32768)]
    [TestCase(32769u, 32768)]
    [TestCase(uint.MaxValue, 32768)]
    public void We_send_no_packet_above_32_KiB(uint announced, int sent) =>
        Assert.That(new RemoteWindow(uint.MaxValue, announced).Fit(int.MaxValue, int.MaxValue), Is.EqualTo(sent));
}

public sealed class WindowGrowthTests
{
    private const uint Size = 1000;

    [Test]
    public void Doubles_when_a_window_was_taken_within_a_second()
    {
        var growth = default(WindowGrowth);
        var window = Received(Size);
        Assert.That(growth.Taken(500, window, 10_000, At(0)), Is.Zero);
        window.Return(500);
        Assert.That(growth.Taken(500, window, 10_000, At(1)), Is.EqualTo(Size));
        Assert.That(growth.Total, Is.EqualTo(Size));
    }

    [Test]
    public void Stays_when_it_took_longer()
    {
        var growth = default(WindowGrowth);
        var window = Received(Size);
        growth.Taken(500, window, 10_000, At(0));
        window.Return(500);
        Assert.That(growth.Taken(500, window, 10_000, new SshInstant(TimeSpan.FromSeconds(1) + TimeSpan.FromTicks(1))), Is.Zero);
    }

    [Test]
    public void Measures_anew_after_every_window()
    {
        var growth = default(WindowGrowth);
        Assert.That(growth.Taken(Size, Received(Size), 10_000, At(0)), Is.EqualTo(Size));
        Assert.That(growth.Taken(Size, Received(Size), 10_000, At(60)), Is.Zero);
        Assert.That(growth.Taken(Size, Received(Size), 10_000, At(61)), Is.EqualTo(Size));
    }

    [TestCase(250u, Size)]
    [TestCase(251u, 0u)]
    public void Stays_while_more_than_a_quarter_is_unread(uint unread, uint expected)
    {
        var growth = default(WindowGrowth);
        var window = Received(Size - unread);
        growth.Taken(Size - unread, window, 10_000, At(0));
        window.Return(Size - unread);
        window.TryReceive(unread + unread);
        Assert.That(growth.Taken(unread, window, 10_000, At(0)), Is.EqualTo(expected));
    }

    [Test]
    public void Stops_at_what_is_allowed()
    {
        var growth = default(WindowGrowth);
        Assert.That(growth.Taken(Size, Received(Size), 300, At(0)), Is.EqualTo(300));
    }

    private static LocalWindow Received(uint count)
    {
        var window = new LocalWindow(Size);
        window.TryReceive(count);
        return window;
    }

    private static SshInstant At(int seconds) => new(TimeSpan.FromSeconds(seconds));
}
