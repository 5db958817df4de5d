using System.IO;

namespace SshCore.Hosts.Sftp;

/// <summary>How far a file that is written in any order is without a hole.</summary>
internal sealed class SftpFront(long start)
{
    private readonly SortedDictionary<long, long> _behind = [];

    /// <summary>All bytes before it are there.</summary>
    public long Position { get; private set; } = start;

    public void Add(long offset, int length)
    {
        if (offset != Position)
        {
            _behind[offset] = offset + length;
            return;
        }

        Position += length;
        while (_behind.TryGetValue(Position, out long end))
        {
            _behind.Remove(Position);
            Position = end;
        }
    }

    /// <summary>Takes away what lies behind a hole: whoever resumes goes by the length of the file.</summary>
    public void Cut(LocalFile file)
    {
        try
        {
            if (file.Length > Position)
            {
                file.SetLength(Position);
            }
        }
        catch (IOException)
        {
            return; // why the transfer failed says more
        }
    }
}
