using System.Reflection;

namespace SshCore.Cli;

/// <summary>What this program is.</summary>
internal static class Version
{
    /// <summary>Name and version.</summary>
    internal static string Line { get; } = "sshcore " + typeof(Version).Assembly.GetName().Version?.ToString(3);
}
