using System.IO;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Memory;

namespace SshCore.Tests.Core.Pair;

/// <summary>The pair of streams that hosts are tested over.</summary>
internal sealed class MemoryDuplexStreamTests
{
    [Test]
    public void WhatOneEndWritesTheOtherReads()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        a.Write([1, 2, 3], 0, 3);
        b.Write([4], 0, 1);
        var buffer = new byte[10];
        Assert.That(b.Read(buffer, 0, 10), Is.EqualTo(3));
        Assert.That(buffer[..3], Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(a.Read(buffer, 0, 10), Is.EqualTo(1));
        Assert.That(buffer[0], Is.EqualTo(4));
    }

    [Test]
    public async Task ReaderWaitsForTheWriter()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        var buffer = new byte[10];
        var read = a.ReadAsync(buffer, 0, 10);
        Assert.That(read.IsCompleted, Is.False);
        b.Write([7], 0, 1);
        Assert.That(await read, Is.EqualTo(1));
        Assert.That(buffer[0], Is.EqualTo(7));
    }

    [Test]
    public async Task WriterWaitsForRoom()
    {
        var (a, b) = MemoryDuplexStream.CreatePair(capacity: 4);
        var write = a.WriteAsync(new byte[10], 0, 10);
        Assert.That(write.IsCompleted, Is.False);
        var buffer = new byte[10];
        int total = 0;
        while (total < 10)
        {
            total += await b.ReadAsync(buffer.AsMemory());
        }

        await write;
        Assert.That(total, Is.EqualTo(10));
    }

    [Test]
    public async Task MegabytesGoThroughInOrderBothWaysAtOnce()
    {
        var (a, b) = MemoryDuplexStream.CreatePair(capacity: 1000);
        var data = new byte[1 << 20];
        new TestKit.SeededRandom(3).Fill(data);
        var sends = Task.WhenAll(SendAsync(a, data), SendAsync(b, data));
        var received = await Task.WhenAll(ReceiveAsync(a), ReceiveAsync(b));
        await sends;
        Assert.That(received[0].AsSpan().SequenceEqual(data));
        Assert.That(received[1].AsSpan().SequenceEqual(data));
    }

    [Test]
    public async Task ClosingOneEndEndsTheOthersReading()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        var read = b.ReadAsync(new byte[1], 0, 1);
        a.Write([9], 0, 1);
        Assert.That(await read, Is.EqualTo(1));
        read = b.ReadAsync(new byte[1], 0, 1);
        await a.DisposeAsync();
        Assert.That(await read, Is.Zero);
        Assert.Throws<IOException>(() => b.Write([1], 0, 1));
    }

    [Test]
    public void ClosingWakesItsOwnReader()
    {
        var (a, _) = MemoryDuplexStream.CreatePair();
        var read = a.ReadAsync(new byte[1], 0, 1);
        a.Dispose();
        Assert.ThrowsAsync<ObjectDisposedException>(() => read);
        Assert.Throws<ObjectDisposedException>(() => a.Write([1], 0, 1));
    }

    [Test]
    public void HalfCloseLeavesTheOtherDirection()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        a.EndWriting();
        Assert.That(b.Read(new byte[1], 0, 1), Is.Zero);
        b.Write([5], 0, 1);
        Assert.That(a.ReadByte(), Is.EqualTo(5));
    }

    [Test]
    public void CancellationEndsAWaitingReadAndLosesNothing()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        using var source = new CancellationTokenSource();
        var read = a.ReadAsync(new byte[1], 0, 1, source.Token);
        source.Cancel();
        Assert.That(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        b.Write([6], 0, 1);
        Assert.That(a.ReadByte(), Is.EqualTo(6));
    }

    private static async Task SendAsync(MemoryDuplexStream stream, byte[] data)
    {
        for (int at = 0; at < data.Length; at += 3333)
        {
            await stream.WriteAsync(data.AsMemory(at, Math.Min(3333, data.Length - at)));
        }

        stream.EndWriting();
    }

    private static async Task<byte[]> ReceiveAsync(MemoryDuplexStream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
