using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>Paths as text alone: nothing is looked up.</summary>
public static class SftpPathText
{
    /// <summary>The path made absolute by a "/" in front, without empty parts, "." and ".."; ".." at the root stays at the root.</summary>
    public static SftpPath Normalize(SftpPath path)
    {
        var source = path.Span;
        var result = new byte[source.Length + 1];
        int length = 0;
        int at = 0;
        while (at < source.Length)
        {
            int end = source.Slice(at).IndexOf((byte)'/');
            var part = end < 0 ? source.Slice(at) : source.Slice(at, end);
            at += part.Length + 1;
            if (part.SequenceEqual(".."u8))
            {
                length = Math.Max(0, result.AsSpan(0, length).LastIndexOf((byte)'/'));
            }
            else if (part.Length > 0 && !part.SequenceEqual("."u8))
            {
                result[length++] = (byte)'/';
                part.CopyTo(result.AsSpan(length));
                length += part.Length;
            }
        }

        if (length == 0)
        {
            result[length++] = (byte)'/';
        }

        return new(result.AsMemory(0, length));
    }
}
