using SshCore.Hosts.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>Which disk a system has.</summary>
internal static class LocalDisks
{
#if NETSTANDARD2_0
    public static LocalDisk Open(LocalFileSystemOptions options, LocalRules rules) => new ManagedDisk(options, rules);
#else
    public static LocalDisk Open(LocalFileSystemOptions options, LocalRules rules) =>
        options.Confinement != LocalConfinement.Managed && LinuxConstants.IsKnown ? new LinuxDisk(options, rules) : new ManagedDisk(options, rules);
#endif
}
