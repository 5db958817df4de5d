namespace SshCore.Config;

/// <summary>A verdict with the lines that it rests on.</summary>
/// <param name="Verdict">What follows for the key.</param>
/// <param name="Entries">
/// The matching line for <see cref="KnownHostsVerdict.Trusted"/>, the revoking lines for
/// <see cref="KnownHostsVerdict.Revoked"/>, all lines with the host's keys for <see cref="KnownHostsVerdict.Changed"/>,
/// none for <see cref="KnownHostsVerdict.Unknown"/>.
/// </param>
public sealed record KnownHostsResult(KnownHostsVerdict Verdict, IReadOnlyList<KnownHostsEntry> Entries);
