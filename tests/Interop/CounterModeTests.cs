using NUnit.Framework;
using SshCore.Interop.Bcl;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>The two ways of the in-box provider to count: with AES instructions, and with a kept transform where there are none.</summary>
internal sealed class CounterModeTests
{
    [Test]
    public void The_transform_counts_like_the_standard_and_like_the_instructions()
    {
        var random = new SeededRandom(31);
        foreach (int keyLength in new[] { 16, 24, 32 })
        {
            byte[] key = random.Bytes(keyLength);
            byte[] iv = random.Bytes(16);
            iv.AsSpan(8).Fill(0xff);
            iv[15] = 0xf0;
            using var transform = new TransformCtrCipher(key, iv);
            using var other = Registry.Complete.CreateCipher(Primitive.AesCtr, key, iv, encrypt: true);
            foreach (int blocks in new[] { 0, 1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 257, 600 })
            {
                byte[] data = random.Bytes(16 * blocks);
                byte[] expected = [.. data];
                transform.Transform(data);
                other.Transform(expected);
                Assert.That(data, Is.EqualTo(expected), $"{blocks} blocks");
            }
        }
    }

    [Test]
    public void The_transform_allocates_nothing()
    {
        using var transform = new TransformCtrCipher(new byte[32], new byte[16]);
        byte[] data = new byte[32 * 1024];
        for (int i = 0; i < 100; i++)
        {
            transform.Transform(data);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            transform.Transform(data);
        }

        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / 100, Is.Zero);
    }

    [Test]
    public void The_instructions_are_used_where_the_processor_has_them() =>
        Assert.That(NativeCtrCipher.IsSupported, Is.EqualTo(System.Runtime.Intrinsics.X86.Aes.IsSupported));

    [Test]
    public void Keys_of_other_lengths_are_refused()
    {
        foreach (int length in new[] { 0, 15, 17, 31, 33, 64 })
        {
            Assert.That(() => new NativeCtrCipher(new byte[length], new byte[16]), Throws.ArgumentException);
        }
    }
}
