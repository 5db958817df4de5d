using System.Linq;
using System.Reflection;

namespace SshCore.Tests.RealPeers.Setup;

/// <summary>The program <c>sshcore</c> as the build leaves it.</summary>
internal static class SshCoreProgram
{
    public static readonly PeerProgram Host = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "dotnet-sdk-10.0");

    public static string File { get; } =
        typeof(SshCoreProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Program").Value!;
}
