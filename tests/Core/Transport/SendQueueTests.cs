using NUnit.Framework;
using SshCore.Buffers;

namespace SshCore.Tests.Core.Transport;

/// <summary>The queue of sealed packets: what is begun and given up leaves nothing.</summary>
[TestFixture]
internal sealed class SendQueueTests
{
    [TestCase(10, 20)]
    [TestCase(10, 40_000)]
    [TestCase(5_000, 300_000)]
    public void WhatWasGivenUpHidesNothing(int begun, int written)
    {
        using var queue = new SendQueue();
        queue.Reserve(begun);
        Assert.That(queue.Peek().Length, Is.Zero);
        Write(queue, written);
        Assert.That(queue.Peek().Length, Is.EqualTo(written), "whoever sees output must be able to peek at it");
        queue.Advance(written);
        Assert.That(queue.Length, Is.Zero);
        Assert.That(queue.Peek().Length, Is.Zero);
    }

    [Test]
    public void WhatWasGivenUpBehindOthersHidesNothing()
    {
        using var queue = new SendQueue();
        Write(queue, 4_000);
        queue.Reserve(50_000);
        Write(queue, 300_000);
        Assert.That(queue.Peek().Length, Is.EqualTo(4_000));
        queue.Advance(4_000);
        Assert.That(queue.Peek().Length, Is.EqualTo(300_000));
    }

    private static void Write(SendQueue queue, int count)
    {
        queue.Reserve(count).Fill(1);
        queue.Commit(count);
    }
}
