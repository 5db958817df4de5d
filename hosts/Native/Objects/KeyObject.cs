using System.Threading;
using SshCore.Keys;
using SshCore.Native.Boundary;

namespace SshCore.Native.Objects;

/// <summary>
/// <c>sshcore_key</c>: a public key, and its private half if that is there. It never changes, so any number of threads
/// and connections use it; the secret is zeroed when the last of them lets it go.
/// </summary>
internal sealed class KeyObject(SshPublicKey key, SshPrivateKey? secret, string comment) : NativeObject
{
    private int _users = 1;

    public SshPublicKey Public { get; } = key;

    public SshPrivateKey? Private { get; } = secret;

    public string Comment { get; } = comment;

    /// <summary>One more user. Throws if it is gone, which a thread that frees it meanwhile can bring about.</summary>
    public KeyObject Use()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return this;
            }

            users = seen;
        }

        throw new NativeException(Result.BadHandle, "The key was freed.");
    }

    /// <summary>One user less.</summary>
    public void Let()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Private?.Dispose();
        }
    }

    protected override void Release() => Let();
}
