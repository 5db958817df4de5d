namespace SshCore.Keys;

/// <summary>A server's host key: with its private half here, or elsewhere.</summary>
public sealed class SshHostKey
{
    /// <summary>A host key that signs in the core.</summary>
    public SshHostKey(SshPrivateKey key)
    {
        PrivateKey = key;
        PublicKey = key.PublicKey;
    }

    /// <summary>A host key whose private half is elsewhere: each exchange raises HostSignatureNeeded.</summary>
    public SshHostKey(SshPublicKey key) => PublicKey = key;

    /// <summary>The public half.</summary>
    public SshPublicKey PublicKey { get; }

    internal SshPrivateKey? PrivateKey { get; }
}
