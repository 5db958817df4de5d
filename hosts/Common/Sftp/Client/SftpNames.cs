namespace SshCore.Hosts.Sftp;

/// <summary>Names of numeric users and groups, in the order in which they were asked for; empty for those unknown to the server.</summary>
/// <param name="Users">User names.</param>
/// <param name="Groups">Group names.</param>
public sealed record SftpNames(IReadOnlyList<string> Users, IReadOnlyList<string> Groups);

/// <summary>Hashes that the server made (check-file).</summary>
/// <param name="Algorithm">The algorithm that it chose.</param>
/// <param name="Digests">The hash of each block, one behind the other.</param>
public sealed record SftpHashes(string Algorithm, ReadOnlyMemory<byte> Digests);
