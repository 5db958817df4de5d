using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>The part of the options that open files need.</summary>
internal sealed class LocalRules(bool readOnly, uint umask, SftpQuota? quota)
{
    public static readonly SftpStatus QuotaExceeded = new(SftpStatusCode.Failure, "Disk quota exceeded");

    public bool ReadOnly => readOnly;

    public bool HasQuota => quota is not null;

    public uint Mode(SftpAttributes attributes, uint usual) => (attributes.Permissions ?? usual) & 0xFFF & ~umask;

    /// <summary>A file is to have another size. False: the quota is exceeded.</summary>
    public bool TryResize(long from, long to)
    {
        if (quota is null || to == from)
        {
            return true;
        }

        if (to > from)
        {
            return quota.TryGrow(to - from);
        }

        quota.Shrink(from - to);
        return true;
    }
}
