using System.Runtime.InteropServices;
using System.Text;

namespace SshCore.Cli.Unix;

/// <summary>A null-terminated array of C strings, as <c>argv</c> and <c>envp</c> are.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private byte* _block;

    /// <summary>Copies the strings as bytes. None may contain NUL: it would cut the string short.</summary>
    /// <exception cref="ArgumentException">One does.</exception>
    internal NativeStrings(IReadOnlyList<ReadOnlyMemory<byte>> strings)
    {
        nuint pointers = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        nuint size = pointers;
        foreach (ReadOnlyMemory<byte> text in strings)
        {
            if (text.Span.Contains((byte)0))
            {
                throw new ArgumentException("NUL in an argument or environment variable.", nameof(strings));
            }

            size += (nuint)text.Length + 1;
        }

        _block = (byte*)NativeMemory.AllocZeroed(size);
        byte** pointer = (byte**)_block;
        byte* next = _block + pointers;
        foreach (ReadOnlyMemory<byte> text in strings)
        {
            *pointer++ = next;
            text.Span.CopyTo(new Span<byte>(next, text.Length));
            next += text.Length + 1;
        }
    }

    internal byte** Pointer => (byte**)_block;

    /// <summary>UTF-8 with the NUL at its end.</summary>
    internal static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
