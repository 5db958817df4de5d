namespace SshCore.Native.Objects;

/// <summary>How channels are named outside: by our number on the wire.</summary>
internal static class ChannelNumber
{
    public const uint None = uint.MaxValue;
}
