using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>Accepts one key, or keys of given fingerprints; every other one counts as changed.</summary>
internal sealed class PinnedHostKey : SshHostKeyPolicy
{
    private readonly SshPublicKey? _key;
    private readonly IReadOnlyList<string> _fingerprints = [];

    public PinnedHostKey(SshPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    public PinnedHostKey(IReadOnlyList<string> fingerprints)
    {
        if (fingerprints.Count == 0)
        {
            throw new ArgumentException("At least one fingerprint is needed.", nameof(fingerprints));
        }

        foreach (string fingerprint in fingerprints)
        {
            if (!fingerprint.StartsWith("SHA256:", StringComparison.Ordinal) && !fingerprint.StartsWith("MD5:", StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{fingerprint}' is no fingerprint: it starts with SHA256: or MD5:.", nameof(fingerprints));
            }
        }

        _fingerprints = [.. fingerprints];
    }

    public override bool IsTrusted(SshHostKeyContext context)
    {
        if (_key is not null)
        {
            return _key == context.Key ? true : throw context.Changed([$"{_key.KeyType} {_key.Fingerprint(context.Crypto)} (pinned)"]);
        }

        foreach (string fingerprint in _fingerprints)
        {
            // OpenSSH prints SHA-256 fingerprints without padding; others add it.
            var kind = fingerprint.StartsWith("MD5:", StringComparison.Ordinal) ? SshFingerprintKind.Md5 : SshFingerprintKind.Sha256;
            if (string.Equals(context.Key.Fingerprint(context.Crypto, kind), fingerprint.TrimEnd('='), StringComparison.Ordinal))
            {
                return true;
            }
        }

        throw context.Changed([string.Join(" or ", _fingerprints) + " (pinned)"]);
    }

    public override IReadOnlyList<string> OrderAlgorithms(string host, int port, IReadOnlyList<string> algorithms)
    {
        if (_key is null)
        {
            return algorithms;
        }

        var first = new List<string>();
        var rest = new List<string>();
        foreach (string algorithm in algorithms)
        {
            bool fits = false;
            foreach (string own in _key.SignatureAlgorithms)
            {
                fits |= string.Equals(own, algorithm, StringComparison.Ordinal);
            }

            (fits ? first : rest).Add(algorithm);
        }

        first.AddRange(rest);
        return first;
    }
}

/// <summary>Accepts everything.</summary>
internal sealed class InsecureAcceptAnyHostKey : SshHostKeyPolicy
{
    public override bool IsTrusted(SshHostKeyContext context)
    {
        Driving.HostLog.UnknownHostKeyAccepted(context.Log, context.Name, context.Key.KeyType, context.Fingerprint);
        return true;
    }
}
