using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>An open file in memory.</summary>
internal sealed class MemoryFile(MemoryFileSystem files, MemoryNode node, SftpOpenFlags flags) : SftpFile(flags)
{
    protected override SftpResult<int> Read(long offset, Span<byte> buffer)
    {
        if ((Flags & SftpOpenFlags.Read) == 0)
        {
            return MemoryFileSystem.Failure("Bad file descriptor");
        }

        lock (files.Gate)
        {
            return node.Read(offset, buffer);
        }
    }

    protected override SftpStatus Write(long offset, ReadOnlySpan<byte> data)
    {
        if ((Flags & SftpOpenFlags.Write) == 0)
        {
            return MemoryFileSystem.Failure("Bad file descriptor");
        }

        lock (files.Gate)
        {
            long at = (Flags & SftpOpenFlags.Append) != 0 ? node.Size : offset;
            if (at > long.MaxValue - data.Length)
            {
                return MemoryFileSystem.Failure("File too large");
            }

            if (!files.TryResize(node.Size, Math.Max(node.Size, at + data.Length)))
            {
                return LocalRules.QuotaExceeded;
            }

            node.Write(at, data);
            node.ModifyTime = files.Now;
            return SftpStatus.Ok;
        }
    }

    protected override SftpResult<SftpAttributes> Stat()
    {
        lock (files.Gate)
        {
            return node.Attributes;
        }
    }

    protected override SftpStatus SetStat(SftpAttributes attributes)
    {
        lock (files.Gate)
        {
            return files.SetAttributes(node, attributes, (Flags & SftpOpenFlags.Write) != 0);
        }
    }

    protected override SftpResult<SftpStatVfs> StatVfs() => files.Volume;

    protected override SftpStatus Flush() => SftpStatus.Ok;

    protected override SftpStatus Close()
    {
        lock (files.Gate)
        {
            files.Closed(node);
            return SftpStatus.Ok;
        }
    }
}
