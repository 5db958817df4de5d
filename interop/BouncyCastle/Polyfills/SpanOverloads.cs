#if NETSTANDARD2_0
using System.Buffers;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;

namespace SshCore.Interop.BouncyCastle;

/// <summary>The span overloads that BouncyCastle's netstandard2.0 build lacks, by way of pooled arrays that are cleared.</summary>
internal static class SpanOverloads
{
    private delegate int Use(byte[] array);

    public static void BlockUpdate(this IDigest digest, ReadOnlySpan<byte> input)
    {
        int length = input.Length;
        Through(input, default, a =>
        {
            digest.BlockUpdate(a, 0, length);
            return 0;
        });
    }

    public static int DoFinal(this IDigest digest, Span<byte> output) =>
        Through(default, output, a => digest.DoFinal(a, 0));

    public static void BlockUpdate(this IMac mac, ReadOnlySpan<byte> input)
    {
        int length = input.Length;
        Through(input, default, a =>
        {
            mac.BlockUpdate(a, 0, length);
            return 0;
        });
    }

    public static int DoFinal(this IMac mac, Span<byte> output) =>
        Through(default, output, a => mac.DoFinal(a, 0));

    public static void ProcessBytes(this Salsa20Engine engine, ReadOnlySpan<byte> input, Span<byte> output)
    {
        int length = input.Length;
        Through(input, output, a =>
        {
            engine.ProcessBytes(a, 0, length, a, 0);
            return length;
        });
    }

    public static void ProcessAadBytes(this GcmBlockCipher cipher, ReadOnlySpan<byte> input)
    {
        int length = input.Length;
        Through(input, default, a =>
        {
            cipher.ProcessAadBytes(a, 0, length);
            return 0;
        });
    }

    public static int ProcessBytes(this GcmBlockCipher cipher, ReadOnlySpan<byte> input, Span<byte> output)
    {
        // A decryption that held back a block writes it over the first input bytes before it has read them: two arrays.
        byte[] source = ArrayPool<byte>.Shared.Rent(input.Length);
        int length = input.Length;
        try
        {
            input.CopyTo(source);
            return Through(default, output, a => cipher.ProcessBytes(source, 0, length, a, 0));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source, clearArray: true);
        }
    }

    public static int DoFinal(this GcmBlockCipher cipher, Span<byte> output) =>
        Through(default, output, a => cipher.DoFinal(a, 0));

    // One array serves as input and output; only what was written is copied back. The slack is for ciphers that hold back
    // up to two blocks.
    private static int Through(ReadOnlySpan<byte> input, Span<byte> output, Use use)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(Math.Max(input.Length, output.Length) + 64);
        try
        {
            input.CopyTo(array);
            int written = use(array);
            array.AsSpan(0, Math.Min(written, output.Length)).CopyTo(output);
            return written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(array, clearArray: true);
        }
    }
}
#endif
