using System.Diagnostics;
using System.Linq;
using NUnit.Framework;

namespace SshCore.Tests.Native;

/// <summary>What going through the exports costs.</summary>
public sealed class CostTests
{
    private const long Bytes = 64L << 20;

    [TestCase(false)]
    [TestCase(true)]
    public void ChannelDataAllocatesNothing(bool inPlace)
    {
        using var pair = new ExportedPair();
        byte[] message = new byte[32 * 1024];
        pair.Carry(Bytes, message, inPlace);
        long before = GC.GetAllocatedBytesForCurrentThread();
        pair.Carry(Bytes, message, inPlace);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine($"{allocated} bytes for {Bytes / message.Length} packets of 32 KiB");

        // Nothing per packet; a buffer of a pool that another thread has emptied may be made anew.
        Assert.That(allocated / (Bytes / message.Length), Is.Zero);
    }

    // The times are for whoever reads the output: no test fails for them.
    [Test]
    public void ExportsCarryWhatThePairOfCoreCarries()
    {
        using var exported = new ExportedPair();
        using var managed = new ManagedPair();
        byte[] message = new byte[32 * 1024];
        var ratios = new List<double>();
        double best = double.MaxValue, bestManaged = double.MaxValue;
        for (int round = 0; round < 13; round++)
        {
            double through = Measure(() => exported.Carry(Bytes, message));
            double direct = Measure(() => managed.Carry(Bytes, message));
            if (round >= 4)
            {
                ratios.Add(through / direct);
                best = Math.Min(best, through);
                bestManaged = Math.Min(bestManaged, direct);
            }
        }

        double median = ratios.Order().ElementAt(ratios.Count / 2);
        TestContext.Out.WriteLine($"exports / core: median {median:0.000}, best {best / bestManaged:0.000}; {Bytes / best / (1 << 20):0} MiB/s");
        Assert.That(exported.Received, Is.EqualTo(managed.Received));
    }

    private static double Measure(Action body)
    {
        long start = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
