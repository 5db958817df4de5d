#if NETSTANDARD2_0
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts;

/// <summary>Members that netstandard2.0 lacks.</summary>
internal static class NetStandard
{
    public static CancellationTokenRegistration UnsafeRegister(this CancellationToken token, Action<object?> callback, object? state) =>
        token.Register(callback, state, useSynchronizationContext: false);

    public static bool TryDequeue<T>(this Queue<T> queue, out T item)
    {
        bool any = queue.Count > 0;
        item = any ? queue.Dequeue() : default!;
        return any;
    }

    public static bool Remove<TKey, TValue>(this Dictionary<TKey, TValue> dictionary, TKey key, out TValue value)
    {
        bool any = dictionary.TryGetValue(key, out value);
        dictionary.Remove(key);
        return any;
    }

    public static bool Contains(this string text, char value) => text.IndexOf(value) >= 0;

    public static ValueTask WriteAsync(this Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var segment = bytes.Segment();
        return new(stream.WriteAsync(segment.Array!, segment.Offset, segment.Count, cancellationToken));
    }

    public static ArraySegment<byte> Segment(this ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) ? segment : new ArraySegment<byte>(memory.ToArray());

    extension(ArgumentNullException)
    {
        public static void ThrowIfNull([System.Diagnostics.CodeAnalysis.NotNull] object? argument, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(argument))] string? name = null)
        {
            if (argument is null)
            {
                throw new ArgumentNullException(name);
            }
        }
    }

    extension(ObjectDisposedException)
    {
        public static void ThrowIf([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(true)] bool condition, object instance)
        {
            if (condition)
            {
                throw new ObjectDisposedException(instance.GetType().FullName);
            }
        }
    }
}
#endif
