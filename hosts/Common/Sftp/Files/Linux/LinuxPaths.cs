using Microsoft.Win32.SafeHandles;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Paths of a client, absolute, turned into descriptors. However the tree is changed meanwhile, what is opened was reached from
/// the root through names and links that were inside it.
/// </summary>
internal abstract class LinuxPaths(SafeFileHandle root)
{
    /// <summary>Opens; the last part isn't followed if the flags have <see cref="NoFollow"/>. Negative: the errno.</summary>
    /// <exception cref="ObjectDisposedException">The root was closed.</exception>
    public int Open(ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        // The number of a root that is closed meanwhile could be that of any other directory.
        bool held = false;
        try
        {
            root.DangerousAddRef(ref held);
            return Open((int)root.DangerousGetHandle(), path, flags, mode);
        }
        finally
        {
            if (held)
            {
                root.DangerousRelease();
            }
        }
    }

    /// <summary>The path without links, "." and ".."; only its last part may be missing. 0, or the negative errno.</summary>
    /// <exception cref="ObjectDisposedException">The root was closed.</exception>
    public int Canonical(ReadOnlySpan<byte> path, out byte[] canonical)
    {
        bool held = false;
        try
        {
            root.DangerousAddRef(ref held);
            using var walk = new LinuxWalk((int)root.DangerousGetHandle());
            int result = walk.Go(path, follow: true);
            canonical = result < 0 ? [] : walk.Text();
            return Math.Min(result, 0);
        }
        finally
        {
            if (held)
            {
                root.DangerousRelease();
            }
        }
    }

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

    protected abstract int Open(int root, ReadOnlySpan<byte> path, int flags, uint mode);
}

/// <summary>The whole system is the root: the kernel follows what it follows for any program.</summary>
internal sealed class LinuxPlainPaths(SafeFileHandle root) : LinuxPaths(root)
{
    protected override int Open(int root, ReadOnlySpan<byte> path, int flags, uint mode) =>
        path.Length >= LongestPath ? -ENAMETOOLONG : LinuxCalls.OpenAt(root, path, flags, mode);
}
