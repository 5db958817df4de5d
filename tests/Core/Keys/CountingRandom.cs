using SshCore.Security;

namespace SshCore.Tests.Core.Keys;

/// <summary>A repeatable source: bytes of a linear congruence.</summary>
internal sealed class CountingRandom(ulong state = 1) : RandomSource
{
    private ulong _state = state;

    public override void Fill(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
            destination[i] = (byte)(_state >> 56);
        }
    }
}
