using System.Runtime.CompilerServices;

namespace SshCore.Native.Boundary;

/// <summary>Writes results where the caller wants them, once everything has succeeded.</summary>
internal static unsafe class Out
{
    /// <summary>The pointers were checked before; an optional one that is NULL is skipped.</summary>
    public static void Write<T>(nint destination, T value)
        where T : unmanaged
    {
        if (destination != 0)
        {
            Unsafe.WriteUnaligned((void*)destination, value);
        }
    }
}
