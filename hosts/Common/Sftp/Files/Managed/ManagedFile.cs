using System.IO;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>An open file of .NET.</summary>
internal sealed class ManagedFile(FileStream stream, string local, SftpOpenFlags flags, LocalRules rules) : SftpFile(flags), IDisposable
{
    public void Dispose() => stream.Dispose();

    public SftpStatus Resize(long size)
    {
        long now = stream.Length;
        if (size > now && !rules.TryResize(now, size))
        {
            return LocalRules.QuotaExceeded;
        }

        stream.SetLength(size);
        if (size < now)
        {
            rules.TryResize(now, size);
        }

        return SftpStatus.Ok;
    }

    protected override SftpResult<int> Read(long offset, Span<byte> buffer)
    {
        stream.Position = offset;
        return stream.Read(buffer);
    }

    protected override SftpStatus Write(long offset, ReadOnlySpan<byte> data)
    {
        long size = stream.Length;
        long at = (Flags & SftpOpenFlags.Append) != 0 ? size : offset;
        if (at > long.MaxValue - data.Length)
        {
            return new SftpStatus(SftpStatusCode.Failure, "File too large");
        }

        if (!rules.TryResize(size, Math.Max(size, at + data.Length)))
        {
            return LocalRules.QuotaExceeded;
        }

        stream.Position = at;
        stream.Write(data);
        return SftpStatus.Ok;
    }

    protected override SftpResult<SftpAttributes> Stat()
    {
        var attributes = ManagedAttributes.Of(local);
        return attributes.IsOk ? attributes.Value with { Size = (ulong)stream.Length } : attributes;
    }

    protected override SftpStatus SetStat(SftpAttributes attributes)
    {
        if (rules.ReadOnly)
        {
            return SftpStatusCode.PermissionDenied;
        }

        if (attributes.Size is { } size && Resize((long)Math.Min(size, long.MaxValue)) is { IsOk: false } failed)
        {
            return failed;
        }

        return ManagedAttributes.Set(local, attributes);
    }

    protected override SftpStatus Flush()
    {
        stream.Flush(flushToDisk: true);
        return SftpStatus.Ok;
    }

    protected override SftpStatus Close()
    {
        stream.Dispose();
        return SftpStatus.Ok;
    }
}
