using SshCore.Channels;

namespace SshCore.Hosts;

/// <summary>Result of reading whichever stream of a channel has data.</summary>
/// <param name="Count">Bytes read; 0 once both streams have ended.</param>
/// <param name="Stream">The stream they came from.</param>
public readonly record struct SshChannelRead(int Count, DataStream Stream);
