using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>A hash over a flat state that the collector does not move.</summary>
internal sealed unsafe class DigestHash : SshHash
{
    private readonly DigestFunctions _functions;
    private readonly byte[] _memory = GC.AllocateArray<byte>(DigestFunctions.StateLength, pinned: true);
    private readonly byte* _state;

    public DigestHash(DigestFunctions functions)
    {
        _functions = functions;
        fixed (byte* p = _memory)
        {
            _state = p;
        }

        functions.Init(_state);
    }

    public override int Length => _functions.Length;

    public override void Append(ReadOnlySpan<byte> data)
    {
        _functions.Update(_state, data);
        GC.KeepAlive(this);
    }

    public override void Finish(Span<byte> destination)
    {
        fixed (byte* p = destination[..Length])
        {
            _functions.Final(_state, p);
        }

        _functions.Init(_state);
        GC.KeepAlive(this);
    }

    public override void Dispose() => Array.Clear(_memory);
}
