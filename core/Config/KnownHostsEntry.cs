using System.Diagnostics.CodeAnalysis;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Config;

/// <summary>One line of known_hosts that names hosts and a key (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).</summary>
public sealed class KnownHostsEntry
{
    /// <summary>Keys that are too short for a connection still count as known: a host that changes them has changed.</summary>
    private const int SmallestKnownRsaBits = 512;

    private readonly HashedHostName? _hashed;

    internal KnownHostsEntry(KnownHostsMarker marker, string names, SshPublicKey key, string comment, HashedHostName? hashed)
    {
        Marker = marker;
        Names = names;
        Key = key;
        Comment = comment;
        _hashed = hashed;
    }

    /// <summary>The marker.</summary>
    public KnownHostsMarker Marker { get; }

    /// <summary>The names as they stand in the file: patterns with commas, or one hashed name.</summary>
    public string Names { get; }

    /// <summary>The names one by one.</summary>
    public IReadOnlyList<string> HostNames => Names.Split(',');

    /// <summary>True if the name is hashed.</summary>
    public bool IsHashed => _hashed is not null;

    /// <summary>The key.</summary>
    public SshPublicKey Key { get; }

    /// <summary>What follows the key; empty if nothing does.</summary>
    public string Comment { get; }

    /// <summary>Name of the file, for reports.</summary>
    public string FileName { get; internal set; } = "";

    /// <summary>Line in the file, from 1; 0 if it is in none.</summary>
    public int LineNumber { get; internal set; }

    /// <summary><c>file:line</c>, for reports.</summary>
    public string Location => $"{FileName}:{LineNumber}";

    /// <summary>Reads one line that is neither blank nor a comment.</summary>
    public static bool TryParse(
        string line, [NotNullWhen(true)] out KnownHostsEntry? entry, [NotNullWhen(false)] out SshError? error, SshLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(line);
        limits ??= SshLimits.Default;
        entry = null;
        string text = line.Trim(' ', '\t', '\r', '\n');
        if (text.Length > limits.TextLineLength)
        {
            error = new SshError(SshErrorKind.LimitExceeded, "The line is too long", $"at most {limits.TextLineLength} characters");
            return false;
        }

        var marker = KnownHostsMarker.None;
        if (text.StartsWith('@'))
        {
            switch (OpenSshKeyLine.Word(ref text))
            {
                case "@cert-authority":
                    marker = KnownHostsMarker.CertAuthority;
                    break;
                case "@revoked":
                    marker = KnownHostsMarker.Revoked;
                    break;
                case var other:
                    error = Damaged("@cert-authority or @revoked", other);
                    return false;
            }
        }

        string names = OpenSshKeyLine.Word(ref text);
        string type = OpenSshKeyLine.Word(ref text);
        string base64 = OpenSshKeyLine.Word(ref text);
        if (base64.Length == 0)
        {
            error = Damaged("names, key type and key", null);
            return false;
        }

        HashedHostName? hashed = null;
        if (names.StartsWith('|') && !HashedHostName.TryParse(names, out hashed))
        {
            error = Damaged("|1|salt|hash", names);
            return false;
        }

        var known = limits with { SmallestRsaBits = Math.Min(limits.SmallestRsaBits, SmallestKnownRsaBits) };
        if (!OpenSshKeyLine.TryParseBlob(type, base64, out var key, out error, known))
        {
            return false;
        }

        entry = new KnownHostsEntry(marker, names, key, text, hashed);
        return true;
    }

    /// <summary>Whether the line is about that host. A name that is negated by <c>!</c> excludes it.</summary>
    public bool Matches(SshCryptoProvider crypto, string host, int port = 22)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        return MatchesCanonical(crypto, HostName.Canonical(host, port));
    }

    /// <summary>The line without a line end.</summary>
    public string ToLine()
    {
        string marker = Marker switch
        {
            KnownHostsMarker.CertAuthority => "@cert-authority ",
            KnownHostsMarker.Revoked => "@revoked ",
            _ => "",
        };
        return marker + Names + " " + Key.ToOpenSshString(Comment);
    }

    /// <summary>The line.</summary>
    public override string ToString() => ToLine();

    internal bool MatchesCanonical(SshCryptoProvider crypto, string canonicalName) =>
        _hashed?.MatchesCanonical(crypto, canonicalName)
        ?? HostPatterns.MatchList(canonicalName.AsSpan(), Names.AsSpan()) == PatternMatch.Match;

    private static SshError Damaged(string expected, string? got) =>
        new(SshErrorKind.InvalidMessage, "The known_hosts line is damaged", expected, got is null ? null : Utf8.Printable(got, maxLength: 64));
}
