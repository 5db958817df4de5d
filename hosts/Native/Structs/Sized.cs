using System.Runtime.CompilerServices;
using SshCore.Native.Boundary;

namespace SshCore.Native.Structs;

/// <summary>Structs that begin with their size as the caller was compiled with it.</summary>
internal static unsafe class Sized
{
    // A later header may append fields; a size beyond this is garbage.
    private const nuint Largest = 4096;

    /// <summary>Reads a struct. Fields that this library does not know must be zero.</summary>
    public static T Read<T>(nint pointer, string name)
        where T : unmanaged
    {
        nuint size = SizeOf<T>(pointer, name);
        var tail = new ReadOnlySpan<byte>((byte*)pointer + sizeof(T), (int)size - sizeof(T));
        if (tail.ContainsAnyExcept((byte)0))
        {
            throw new NativeException(Result.StructSize, $"{name} uses fields that this version does not have.");
        }

        return Unsafe.ReadUnaligned<T>((void*)pointer);
    }

    /// <summary>The struct that was given, or all defaults for NULL.</summary>
    public static T ReadOptional<T>(nint pointer, string name)
        where T : unmanaged => pointer == 0 ? default : Read<T>(pointer, name);

    /// <summary>Throws unless a struct of this type fits.</summary>
    public static void Need<T>(nint pointer, string name)
        where T : unmanaged => _ = SizeOf<T>(pointer, name);

    /// <summary>Writes all but the size, which stays the caller's; fields beyond ours are zeroed.</summary>
    public static void Write<T>(nint pointer, in T value)
        where T : unmanaged
    {
        nuint size = *(nuint*)pointer;
        Unsafe.WriteUnaligned((void*)pointer, value);
        *(nuint*)pointer = size;
        if (size > (nuint)sizeof(T))
        {
            new Span<byte>((byte*)pointer + sizeof(T), (int)size - sizeof(T)).Clear();
        }
    }

    private static nuint SizeOf<T>(nint pointer, string name)
        where T : unmanaged
    {
        In.Need(pointer, name);
        nuint size = *(nuint*)pointer;
        return size >= (nuint)sizeof(T) && size <= Largest
            ? size
            : throw new NativeException(Result.StructSize, $"{name} says that it has {size} bytes; at least {sizeof(T)} are needed.");
    }
}
