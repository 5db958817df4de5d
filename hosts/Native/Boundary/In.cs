using System.Text;
using System.Text.Unicode;

namespace SshCore.Native.Boundary;

/// <summary>Reads a caller's arguments. What cannot be right throws, before anything has happened.</summary>
internal static unsafe class In
{
    /// <summary>More than any text that SSH knows; a string without an end is found out here, or by luck before.</summary>
    public const int LongestText = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>A string that ends with NUL, in UTF-8.</summary>
    public static string Text(nint pointer, string name) =>
        pointer == 0 ? throw Null(name) : Decode(new ReadOnlySpan<byte>((void*)pointer, TextLength(pointer, name)), name);

    /// <summary>A string that is secret: its bytes where they are, and never a managed string, which could not be zeroed.</summary>
    public static ReadOnlySpan<byte> SecretText(nint pointer, string name)
    {
        Need(pointer, name);
        var bytes = new ReadOnlySpan<byte>((void*)pointer, TextLength(pointer, name));
        return Utf8.IsValid(bytes) ? bytes : throw NotUtf8(name);
    }

    /// <summary>A string that ends with NUL, in whatever character set.</summary>
    public static ReadOnlySpan<byte> Name(nint pointer, string name) =>
        pointer == 0 ? throw Null(name) : new ReadOnlySpan<byte>((void*)pointer, TextLength(pointer, name));

    /// <summary>A string that may be NULL.</summary>
    public static string? OptionalText(nint pointer, string name) => pointer == 0 ? null : Text(pointer, name);

    /// <summary>Names with commas between them; null for NULL, none for an empty string.</summary>
    public static string[]? Names(nint pointer, string name) =>
        OptionalText(pointer, name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Bytes; the pointer may be NULL if there are none.</summary>
    public static ReadOnlySpan<byte> Bytes(nint pointer, nuint length, string name)
    {
        if (length == 0)
        {
            return default;
        }

        return pointer == 0 ? throw Null(name) : new ReadOnlySpan<byte>((void*)pointer, Count(length, name));
    }

    /// <summary>Numbers; the pointer may be NULL if there are none.</summary>
    public static ReadOnlySpan<uint> Numbers(nint pointer, nuint count, string name)
    {
        if (count > int.MaxValue / sizeof(uint))
        {
            throw new NativeException(Result.Length, $"{name} has {count} numbers.");
        }

        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(Bytes(pointer, count * sizeof(uint), name));
    }

    /// <summary>Room to write into.</summary>
    public static Span<byte> Room(nint pointer, nuint length, string name)
    {
        if (length == 0)
        {
            return default;
        }

        return pointer == 0 ? throw Null(name) : new Span<byte>((void*)pointer, Count(length, name));
    }

    /// <summary>A count of bytes that the library works with.</summary>
    public static int Count(nuint length, string name) =>
        length <= int.MaxValue ? (int)length : throw new NativeException(Result.Length, $"{name} is longer than 2 GiB.");

    /// <summary>A flag: 0 or 1.</summary>
    public static bool Flag(uint value, string name) => value switch
    {
        0 => false,
        1 => true,
        _ => throw new NativeException(Result.Argument, $"{name} is {value}; it is 0 or 1."),
    };

    public static SshInstant Instant(ulong microseconds) => microseconds <= long.MaxValue / TimeSpan.TicksPerMicrosecond
        ? new SshInstant(TimeSpan.FromTicks((long)microseconds * TimeSpan.TicksPerMicrosecond))
        : throw new NativeException(Result.Argument, "The time is beyond what can be counted.");

    /// <summary>Throws unless the pointer is there.</summary>
    public static void Need(nint pointer, string name)
    {
        if (pointer == 0)
        {
            throw Null(name);
        }
    }

    /// <summary>The live object of a handle in an argument.</summary>
    public static T Object<T>(nint handle, string name)
        where T : NativeObject =>
        HandleTable.Find(handle) as T ?? throw (handle == 0 ? Null(name) : new NativeException(Result.BadHandle, $"{name} is not a live handle of this kind."));

    private static NativeException Null(string name) => new(Result.NullPointer, $"{name} is NULL.");

    private static NativeException NotUtf8(string name) => new(Result.Argument, $"{name} is not UTF-8.");

    private static int TextLength(nint pointer, string name)
    {
        byte* p = (byte*)pointer;
        for (int i = 0; i <= LongestText; i++)
        {
            if (p[i] == 0)
            {
                return i;
            }
        }

        throw new NativeException(Result.Length, $"{name} has no end within {LongestText} bytes.");
    }

    private static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw NotUtf8(name);
        }
    }
}
