using System.Runtime.InteropServices;

namespace SshCore.Native.Boundary;

/// <summary>
/// Holds one array of the core's where it is while a caller has a pointer into it. Moving the pin to another array costs
/// a store and no memory.
/// </summary>
internal sealed unsafe class Pin : IDisposable
{
    private GCHandle _handle;
    private byte[]? _held;

    /// <summary>The address of memory that lies in an array; a valid one for empty memory too.</summary>
    public nint Hold(ReadOnlyMemory<byte> memory)
    {
        if (memory.IsEmpty)
        {
            return Arena.Empty;
        }

        if (!MemoryMarshal.TryGetArray(memory, out var segment) || segment.Array is null)
        {
            throw new InvalidOperationException("The memory does not lie in an array.");
        }

        if (!ReferenceEquals(_held, segment.Array))
        {
            if (_handle.IsAllocated)
            {
                _handle.Target = segment.Array;
            }
            else
            {
                _handle = GCHandle.Alloc(segment.Array, GCHandleType.Pinned);
            }

            _held = segment.Array;
        }

        return Address(segment);
    }

    /// <summary>The array may move again.</summary>
    public void Let()
    {
        if (_held is not null)
        {
            _handle.Target = null;
            _held = null;
        }
    }

    public void Dispose()
    {
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }

        _held = null;
    }

    private static nint Address(ArraySegment<byte> segment)
    {
        fixed (byte* p = segment.Array)
        {
            return (nint)p + segment.Offset;
        }
    }
}
