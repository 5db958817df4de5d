using Microsoft.Win32.SafeHandles;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Paths of a client, absolute, turned into descriptors. However the tree is changed meanwhile, what is opened was reached from
/// the root through names and links that were inside it.
/// </summary>
internal abstract class LinuxPaths(SafeFileHandle root)
{
    protected int Root => (int)root.DangerousGetHandle();

    /// <summary>Opens; the last part isn't followed if the flags have <see cref="NoFollow"/>. Negative: the errno.</summary>
    public abstract int Open(ReadOnlySpan<byte> path, int flags, uint mode = 0);

    /// <summary>
    /// Opens the directory that holds the last part of the path. That part is never empty, "." or "..", so that a call on
    /// both touches this directory and no other.
    /// </summary>
    public int OpenParent(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        path = path.TrimEnd((byte)'/');
        int slash = path.LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            return -EBUSY;
        }

        return slash < 0 ? Open("/"u8, PathOnly | DirectoryOnly) : Open(path[..(slash + 1)], PathOnly | DirectoryOnly);
    }
}

/// <summary>The whole system is the root: the kernel follows what it follows for any program.</summary>
internal sealed class LinuxPlainPaths(SafeFileHandle root) : LinuxPaths(root)
{
    public override int Open(ReadOnlySpan<byte> path, int flags, uint mode = 0) =>
        path.Length >= LongestPath ? -ENAMETOOLONG : LinuxCalls.OpenAt(Root, path, flags, mode);
}
