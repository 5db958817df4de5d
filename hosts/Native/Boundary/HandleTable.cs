using System.Threading;

namespace SshCore.Native.Boundary;

/// <summary>
/// Names objects by numbers that a caller cannot get wrong unseen. A handle is a place in the table and the number of its
/// use: one that was freed, made up, or of another library is not found. Looking up takes no lock and no memory.
/// </summary>
internal static class HandleTable
{
    private const int IndexBits = 20;
    private const int GenerationBits = 31;
    private const int BlockSize = 1024;

    // No pointer of user space has these bits, so that none is taken for a handle.
    private const ulong Tag = 0x2ABul << (IndexBits + GenerationBits);
    private const ulong TagMask = ~0ul << (IndexBits + GenerationBits);
    private const uint LastGeneration = (1u << GenerationBits) - 1;

    private static readonly Slot[]?[] Blocks = new Slot[]?[(1 << IndexBits) / BlockSize];
    private static readonly Lock Gate = new();
    private static readonly Stack<int> Free = new();
    private static int _used;

    /// <summary>Live handles.</summary>
    public static int Count
    {
        get
        {
            lock (Gate)
            {
                return _used - Free.Count - Retired;
            }
        }
    }

    private static int Retired { get; set; }

    /// <summary>Puts an object in; 0 if the table is full.</summary>
    public static nint Add(NativeObject target)
    {
        lock (Gate)
        {
            if (!Free.TryPop(out int index))
            {
                if (_used == 1 << IndexBits)
                {
                    return 0;
                }

                index = _used++;
                Blocks[index / BlockSize] ??= new Slot[BlockSize];
            }

            ref var slot = ref Blocks[index / BlockSize]![index % BlockSize];
            slot.Generation++;
            Volatile.Write(ref slot.Target, target);
            return (nint)(Tag | ((ulong)slot.Generation << IndexBits) | (uint)index);
        }
    }

    /// <summary>The live object of a handle; null if there is none.</summary>
    public static NativeObject? Find(nint handle)
    {
        ulong value = (ulong)handle;
        if ((value & TagMask) != Tag)
        {
            return null;
        }

        int index = (int)(value & ((1 << IndexBits) - 1));
        var block = Volatile.Read(ref Blocks[index / BlockSize]);
        if (block is null)
        {
            return null;
        }

        ref var slot = ref block[index % BlockSize];
        var target = Volatile.Read(ref slot.Target);
        return target is not null && slot.Generation == (uint)((value & ~TagMask) >> IndexBits) ? target : null;
    }

    /// <summary>Takes an object out; false if the handle is not a live one.</summary>
    public static bool Remove(nint handle)
    {
        lock (Gate)
        {
            if (Find(handle) is null)
            {
                return false;
            }

            int index = (int)((ulong)handle & ((1 << IndexBits) - 1));
            ref var slot = ref Blocks[index / BlockSize]![index % BlockSize];
            Volatile.Write(ref slot.Target, null);
            if (slot.Generation == LastGeneration)
            {
                Retired++; // the next use would repeat the first handle
            }
            else
            {
                Free.Push(index);
            }

            return true;
        }
    }

    private struct Slot
    {
        public NativeObject? Target;
        public uint Generation;
    }
}
