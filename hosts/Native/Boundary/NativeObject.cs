using System.Threading;

namespace SshCore.Native.Boundary;

/// <summary>Something that a caller holds by a handle. One call at a time works on it, from whatever thread.</summary>
internal abstract class NativeObject : IDisposable
{
    private int _busy;
    private int _freed;

    /// <summary>Its handle; set once it is in the table.</summary>
    public nint Handle { get; private set; }

    /// <summary>What the last failed call complained about.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Where faults and complaints are written; none for objects that have no log.</summary>
    public virtual LogSink? Log => null;

    /// <summary>True once it was freed.</summary>
    public bool IsFreed => Volatile.Read(ref _freed) != 0;

    /// <summary>True while a caller fills memory of its output: until that is committed, other calls are refused.</summary>
    public virtual bool IsLending => false;

    /// <summary>Keeps other calls out; false if one is in.</summary>
    public virtual bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    /// <summary>Lets other calls in again.</summary>
    public virtual void Leave() => Volatile.Write(ref _busy, 0);

    /// <summary>Puts it into the table and writes its handle out; disposes of it if that fails.</summary>
    public Result Publish(nint destination)
    {
        Handle = HandleTable.Add(this);
        if (Handle == 0)
        {
            Dispose();
            return Result.Limit;
        }

        Out.Write(destination, Handle);
        return Result.Ok;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _freed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Gives back what it holds; called once.</summary>
    protected abstract void Release();
}
