using SshCore.Errors;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>The server's host key was not accepted: nobody vouches for it. See also <see cref="SshHostKeyChangedException"/>.</summary>
public class SshHostKeyException : SshConnectionException
{
    /// <summary>Says which host offered which key.</summary>
    public SshHostKeyException(string message, string host, SshPublicKey? key, string fingerprint, Exception? innerException = null)
        : base(new SshError(SshErrorKind.HostKeyRejected, message), innerException)
    {
        Host = host;
        Key = key;
        Fingerprint = fingerprint;
    }

    /// <summary>A refused key with one sentence for a person.</summary>
    public SshHostKeyException(string message)
        : this(message, "", null, "")
    {
    }

    /// <summary>A refused key with one sentence for a person and its cause.</summary>
    public SshHostKeyException(string message, Exception? innerException)
        : this(message, "", null, "", innerException)
    {
    }

    /// <summary>A refused key without more to say.</summary>
    public SshHostKeyException()
        : this("The host key was not accepted.")
    {
    }

    /// <summary>The host as it is looked up in known_hosts: <c>host</c> or <c>[host]:port</c>.</summary>
    public string Host { get; }

    /// <summary>The key that was offered.</summary>
    public SshPublicKey? Key { get; }

    /// <summary>The key's SHA-256 fingerprint.</summary>
    public string Fingerprint { get; }
}

/// <summary>
/// The host is known with another key than it offers now: somebody may be in between, or the host was set up anew.
/// No policy accepts this by itself.
/// </summary>
public sealed class SshHostKeyChangedException : SshHostKeyException
{
    /// <summary>Says which host offered which key, and what was known.</summary>
    public SshHostKeyChangedException(string message, string host, SshPublicKey? key, string fingerprint, IReadOnlyList<string> known)
        : base(message, host, key, fingerprint) => Known = known;

    /// <summary>A changed key with one sentence for a person.</summary>
    public SshHostKeyChangedException(string message)
        : base(message)
    {
    }

    /// <summary>A changed key with one sentence for a person and its cause.</summary>
    public SshHostKeyChangedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A changed key without more to say.</summary>
    public SshHostKeyChangedException()
        : base("The host key has changed.")
    {
    }

    /// <summary>What is known of the host, for a person: type, fingerprint, and file and line where there is one.</summary>
    public IReadOnlyList<string> Known { get; } = [];
}
