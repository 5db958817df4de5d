namespace SshCore.Native.Events;

/// <summary>Bits of <c>sshcore_event.flags</c>.</summary>
[Flags]
internal enum EventFlags
{
    None = 0,
    WantReply = 1,
    Success = 2,
    First = 4,
    ByPeer = 8,
    CoreDumped = 16,
    AlwaysDisplay = 32,
    StrictKex = 64,
    HasMore = 128,
    HasList = 256,
}
