using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Channels;

public sealed class SpillBufferTests
{
    [Test]
    public void Gives_back_what_was_appended_in_order_whatever_the_sizes()
    {
        var random = new SeededRandom(1);
        var buffer = default(SpillBuffer);
        var lent = new List<byte[]>();
        long appended = 0, taken = 0;
        for (int round = 0; round < 3000; round++)
        {
            var data = new byte[random.Next(round % 7 == 0 ? 40_000 : 300)];
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = At(appended++);
            }

            buffer.Append(data);
            byte[] got;
            if (random.Next(3) == 0)
            {
                got = buffer.Lend(lent).ToArray();
            }
            else
            {
                got = new byte[random.Next(round % 5 == 0 ? 60_000 : 500)];
                got = got.AsSpan(0, buffer.Read(got)).ToArray();
            }

            Assert.That(got.All(b => b == At(taken++)), Is.True, $"round {round}");
            Assert.That(buffer.Length, Is.EqualTo(appended - taken));
        }

        Assert.That(lent, Is.Not.Empty);
    }

    [Test]
    public void Reads_across_segments_and_is_empty_afterwards()
    {
        var buffer = default(SpillBuffer);
        for (int i = 0; i < 100; i++)
        {
            buffer.Append(Enumerable.Repeat((byte)i, 10_000).ToArray());
        }

        var all = new byte[2_000_000];
        Assert.That(buffer.Read(all), Is.EqualTo(1_000_000));
        Assert.That(all[999_999], Is.EqualTo(99));
        Assert.That(buffer.Length, Is.Zero);
        Assert.That(buffer.Read(all), Is.Zero);
        Assert.That(buffer.Lend([]).IsEmpty);
    }

    [Test]
    public void Small_pieces_share_a_segment()
    {
        var buffer = default(SpillBuffer);
        for (int i = 0; i < 1000; i++)
        {
            buffer.Append([(byte)i]);
        }

        Assert.That(buffer.Lend([]).Length, Is.EqualTo(1000));
    }

    [Test]
    public void Clear_forgets()
    {
        var buffer = default(SpillBuffer);
        buffer.Append(new byte[100_000]);
        buffer.Clear();
        Assert.That(buffer.Length, Is.Zero);
        Assert.That(buffer.Read(new byte[10]), Is.Zero);
        buffer.Append([7]);
        Assert.That(buffer.Lend([]).ToArray(), Is.EqualTo(new byte[] { 7 }));
    }

    private static byte At(long position) => (byte)((position * 31) ^ (position >> 8));
}
