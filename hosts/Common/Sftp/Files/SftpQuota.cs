using System.Threading;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Asked before a file grows and told when one shrinks or goes: the hook by which space is limited. Sizes are those of files,
/// holes included. Called by all sessions at once. <see cref="SftpByteQuota"/> is one that counts.
/// </summary>
public abstract class SftpQuota
{
    /// <summary>A file is to grow. False refuses: the client is told that its quota is exceeded, and nothing is written.</summary>
    /// <param name="bytes">At least 1.</param>
    public abstract bool TryGrow(long bytes);

    /// <summary>A file has become smaller, has lost its last name, or did not grow after all.</summary>
    /// <param name="bytes">At least 1.</param>
    public virtual void Shrink(long bytes)
    {
    }
}

/// <summary>So many bytes may be there.</summary>
public sealed class SftpByteQuota : SftpQuota
{
    private long _used;

    /// <summary>A quota of which some bytes are used already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public SftpByteQuota(long limit, long used = 0)
    {
        Limit = limit >= 0 ? limit : throw new ArgumentOutOfRangeException(nameof(limit));
        _used = used >= 0 ? used : throw new ArgumentOutOfRangeException(nameof(used));
    }

    /// <summary>Bytes that may be there.</summary>
    public long Limit { get; }

    /// <summary>Bytes that are there, as far as this quota was told.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <inheritdoc/>
    public override bool TryGrow(long bytes)
    {
        long used;
        do
        {
            used = Used;
            if (bytes > Limit - used)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _used, used + bytes, used) != used);
        return true;
    }

    /// <inheritdoc/>
    public override void Shrink(long bytes)
    {
        long used;
        do
        {
            used = Used;
        }
        while (Interlocked.CompareExchange(ref _used, Math.Max(0, used - bytes), used) != used);
    }
}
