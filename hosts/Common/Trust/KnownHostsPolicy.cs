using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Config;
using SshCore.Hosts.Driving;
using SshCore.Interop;
using SshCore.Security;

namespace SshCore.Hosts;

/// <summary>
/// Trusts what known_hosts files say. A key that differs from the known one is a <see cref="SshHostKeyChangedException"/>,
/// a revoked one and by default an unknown one a <see cref="SshHostKeyException"/>. What happens to unknown keys is the
/// only thing that can be chosen.
/// </summary>
public class KnownHostsPolicy : SshHostKeyPolicy
{
    private readonly IReadOnlyList<string> _files;
    private readonly SshCryptoProvider _crypto = DefaultCrypto.Provider;

    /// <summary>Looks into these files in order; those that do not exist count as empty, what cannot be read refuses.</summary>
    public KnownHostsPolicy(params IReadOnlyList<string> files) => _files = files.Count == 0 ? [UserFile] : [.. files];

    /// <summary>The user's own file, unknown keys refused.</summary>
    public static KnownHostsPolicy Default { get; } = new();

    /// <summary>Where OpenSSH keeps the user's known hosts: <c>.ssh/known_hosts</c> in the home folder.</summary>
    public static string UserFile => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh", "known_hosts");

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <inheritdoc/>
    public sealed override bool IsTrusted(SshHostKeyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Check(context) switch
        {
            KnownHostsVerdict.Trusted => true,
            KnownHostsVerdict.Unknown => IsUnknownTrusted(context),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public sealed override async ValueTask<bool> IsTrustedAsync(SshHostKeyContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Check(context) switch
        {
            KnownHostsVerdict.Trusted => true,
            KnownHostsVerdict.Unknown => await IsUnknownTrustedAsync(context, cancellationToken).ConfigureAwait(false),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderAlgorithms(string host, int port, IReadOnlyList<string> algorithms) =>
        Load().OrderHostKeyAlgorithms(host, port, algorithms);

    /// <summary>Decides on a host of which no key is known. Throws <see cref="SshHostKeyException"/> unless overridden.</summary>
    protected virtual bool IsUnknownTrusted(SshHostKeyContext context) =>
        throw (context ?? throw new ArgumentNullException(nameof(context))).Unknown("is not in known_hosts");

    /// <summary>As <see cref="IsUnknownTrusted"/> without blocking.</summary>
    protected virtual ValueTask<bool> IsUnknownTrustedAsync(SshHostKeyContext context, CancellationToken cancellationToken) =>
        new(IsUnknownTrusted(context));

    private KnownHostsVerdict Check(SshHostKeyContext context)
    {
        var result = Load().Check(context.Host, context.Port, context.Key);
        switch (result.Verdict)
        {
            case KnownHostsVerdict.Trusted:
            case KnownHostsVerdict.Unknown:
                return result.Verdict;
            case KnownHostsVerdict.Changed:
                var known = new List<string>();
                foreach (var entry in result.Entries)
                {
                    known.Add($"{entry.Key.KeyType} {entry.Key.Fingerprint(context.Crypto)} ({entry.Location})");
                }

                throw context.Changed(known);
            default:
                throw context.Unknown("is revoked");
        }
    }

    private KnownHosts Load()
    {
        var known = new KnownHosts(_crypto);
        foreach (string path in _files)
        {
            known.Add(KnownHostsFiles.Load(path));
        }

        return known;
    }
}

/// <summary>
/// As <see cref="KnownHostsPolicy"/>, but takes the first key that an unknown host offers on trust and saves it. Never
/// replaces a known key: a changed one is refused as everywhere.
/// </summary>
public sealed class AutoAddHostKey : KnownHostsPolicy
{
    private readonly bool _hashed;

    /// <summary>Looks into these files in order, and saves to the first.</summary>
    /// <param name="hashed">Whether the names that are added are hashed.</param>
    /// <param name="files">The files; the user's own if there are none.</param>
    public AutoAddHostKey(bool hashed, params IReadOnlyList<string> files)
        : base(files) => _hashed = hashed;

    /// <summary>Looks into these files in order, and saves to the first, by plain names.</summary>
    public AutoAddHostKey(params IReadOnlyList<string> files)
        : this(false, files)
    {
    }

    /// <inheritdoc/>
    protected override bool IsUnknownTrusted(SshHostKeyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        KnownHostsFiles.Add(Files[0], context, _hashed);
        context.Log.UnknownHostKeyAccepted(context.Name, context.Key.KeyType, context.Fingerprint);
        return true;
    }
}

/// <summary>
/// As <see cref="KnownHostsPolicy"/>, but takes the key of an unknown host with a warning in the log, and saves nothing:
/// whoever is in between is not noticed.
/// </summary>
public sealed class WarningHostKey : KnownHostsPolicy
{
    /// <summary>Looks into these files in order; the user's own if there are none.</summary>
    public WarningHostKey(params IReadOnlyList<string> files)
        : base(files)
    {
    }

    /// <inheritdoc/>
    protected override bool IsUnknownTrusted(SshHostKeyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Log.UnknownHostKeyAccepted(context.Name, context.Key.KeyType, context.Fingerprint);
        return true;
    }
}

/// <summary>As <see cref="KnownHostsPolicy"/>, but asks about the key of an unknown host.</summary>
public sealed class AskingHostKey : KnownHostsPolicy
{
    private readonly Func<SshHostKeyContext, CancellationToken, ValueTask<SshHostKeyAnswer>> _ask;

    /// <summary>Asks by a callback, which shows the fingerprint to a person.</summary>
    public AskingHostKey(Func<SshHostKeyContext, SshHostKeyAnswer> ask, params IReadOnlyList<string> files)
        : this((context, _) => new(ask(context)), files)
    {
    }

    /// <summary>Asks by a callback that does not block.</summary>
    public AskingHostKey(Func<SshHostKeyContext, CancellationToken, ValueTask<SshHostKeyAnswer>> ask, params IReadOnlyList<string> files)
        : base(files) => _ask = ask;

    /// <inheritdoc/>
    protected override bool IsUnknownTrusted(SshHostKeyContext context)
    {
        var answer = _ask(context, CancellationToken.None);
        return Apply(context, answer.IsCompleted ? answer.Result : answer.AsTask().GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> IsUnknownTrustedAsync(SshHostKeyContext context, CancellationToken cancellationToken) =>
        Apply(context, await _ask(context, cancellationToken).ConfigureAwait(false));

    private bool Apply(SshHostKeyContext context, SshHostKeyAnswer answer)
    {
        if (answer == SshHostKeyAnswer.AcceptAndSave)
        {
            KnownHostsFiles.Add(Files[0], context, hashed: false);
        }

        return answer is SshHostKeyAnswer.AcceptAndSave or SshHostKeyAnswer.AcceptOnce;
    }
}

/// <summary>What a person says about an unknown host key.</summary>
public enum SshHostKeyAnswer
{
    /// <summary>Does not trust it.</summary>
    Refuse,

    /// <summary>Trusts it for this connection.</summary>
    AcceptOnce,

    /// <summary>Trusts it and writes it to the first known_hosts file.</summary>
    AcceptAndSave,
}
