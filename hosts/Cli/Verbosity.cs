using SshCore.Events;

namespace SshCore.Cli;

/// <summary>What the number of <c>-v</c> on the command line means.</summary>
internal static class Verbosity
{
    /// <summary>From the second <c>-v</c> on the engine's steps, with the third every packet and timer too.</summary>
    internal static SshTraceAreas Traces(int count) => count switch
    {
        < 2 => SshTraceAreas.None,
        2 => SshTraceAreas.KeyExchange | SshTraceAreas.Authentication | SshTraceAreas.Channels,
        _ => SshTraceAreas.All,
    };
}
