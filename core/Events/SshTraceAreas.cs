namespace SshCore.Events;

/// <summary>What a connection tells about its inner workings, by area (<see cref="SshSettings.Trace"/>).</summary>
[Flags]
public enum SshTraceAreas
{
    /// <summary>Nothing: no event is raised and nothing is allocated for it.</summary>
    None = 0,
    /// <summary>Every packet, both ways.</summary>
    Packets = 1,
    /// <summary>The steps of key exchanges.</summary>
    KeyExchange = 2,
    /// <summary>Authentication methods tried and how they were answered.</summary>
    Authentication = 4,
    /// <summary>Windows of channels.</summary>
    Channels = 8,
    /// <summary>Deadlines that passed.</summary>
    Timers = 16,
    /// <summary>Everything.</summary>
    All = Packets | KeyExchange | Authentication | Channels | Timers,
}
