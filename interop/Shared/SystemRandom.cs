using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop;

/// <summary>
/// The operating system's generator behind a pool: a packet's padding costs a copy, not a system call. Each thread has its
/// own pool, so there is no lock; bytes are zeroed as they are handed out, so that memory never holds a number twice.
/// </summary>
internal sealed class SystemRandom : RandomSource
{
    private const int PoolLength = 2048;

    // Keys ask for more than paddings do, and seldom: those go straight to the system.
    private const int LargestFromPool = 64;

    private static readonly RandomNumberGenerator System = RandomNumberGenerator.Create();

    [ThreadStatic]
    private static byte[]? _pool;

    [ThreadStatic]
    private static int _left;

    public static SystemRandom Instance { get; } = new();

    public override void Fill(Span<byte> destination)
    {
        if (destination.Length > LargestFromPool)
        {
            FillDirectly(destination);
            return;
        }

        var pool = _pool ??= new byte[PoolLength];
        if (_left < destination.Length)
        {
            System.GetBytes(pool);
            _left = PoolLength;
        }

        var taken = pool.AsSpan(_left - destination.Length, destination.Length);
        taken.CopyTo(destination);
        taken.Clear();
        _left -= destination.Length;
    }

    private static void FillDirectly(Span<byte> destination)
    {
        byte[] bytes = new byte[destination.Length];
        System.GetBytes(bytes);
        bytes.AsSpan().CopyTo(destination);
        CryptographicOperations.ZeroMemory(bytes);
    }
}
