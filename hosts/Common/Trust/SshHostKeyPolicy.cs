using System.Threading;
using System.Threading.Tasks;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>
/// Decides whether a server's host key is trusted. Only the value true trusts; false, and every exception, ends the
/// connection before anything is sent under the key, and the exception reaches whoever connects. One policy serves many
/// connections at once.
/// </summary>
public abstract class SshHostKeyPolicy
{
    /// <summary>Accepts exactly this key.</summary>
    public static SshHostKeyPolicy Pinned(SshPublicKey key) => new PinnedHostKey(key);

    /// <summary>Accepts exactly the keys with one of these fingerprints, <c>SHA256:…</c> or <c>MD5:…</c>.</summary>
    public static SshHostKeyPolicy Pinned(params IReadOnlyList<string> fingerprints) => new PinnedHostKey(fingerprints);

    /// <summary>Accepts whatever is offered: anybody in between can read and change everything. For tests.</summary>
    public static SshHostKeyPolicy InsecureAcceptAnyHostKey { get; } = new InsecureAcceptAnyHostKey();

    /// <summary>Decides. Must not return true for a key that it can't vouch for.</summary>
    public abstract bool IsTrusted(SshHostKeyContext context);

    /// <summary>Decides without blocking; as <see cref="IsTrusted"/> unless overridden. The async host calls this one.</summary>
    public virtual ValueTask<bool> IsTrustedAsync(SshHostKeyContext context, CancellationToken cancellationToken) => new(IsTrusted(context));

    /// <summary>
    /// Puts those host key algorithms first whose kind of key is known for the host, so that a server with several keys
    /// shows one that can be checked. Must give back the same names.
    /// </summary>
    public virtual IReadOnlyList<string> OrderAlgorithms(string host, int port, IReadOnlyList<string> algorithms) => algorithms;
}
