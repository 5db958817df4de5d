using Microsoft.Win32.SafeHandles;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>The path is walked part by part, each opened in the directory before it without following links.</summary>
internal sealed class LinuxWalkedPaths(SafeFileHandle root) : LinuxPaths(root)
{
    private const int MaxAttempts = 16;

    protected override int Open(int root, ReadOnlySpan<byte> path, int flags, uint mode)
    {
        const int createNew = Create | Exclusive;
        bool follow = (flags & NoFollow) == 0 && (flags & createNew) != createNew;
        int result = -ELOOP;
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            using var walk = new LinuxWalk(root);
            result = walk.Go(path, follow);
            if (result < 0)
            {
                return result;
            }

            if ((flags & PathOnly) != 0)
            {
                return walk.TakeFound((flags & DirectoryOnly) != 0);
            }

            result = walk.Name is { } name
                ? LinuxCalls.OpenAt(walk.Directory, name, flags | NoFollow, mode)
                : (flags & Create) != 0 ? -EISDIR : LinuxCalls.OpenAt(walk.Directory, "."u8, flags | NoFollow, 0);
            if (result != -ELOOP || !follow)
            {
                return result;
            }

            // A link has come to where none was: what it holds counts.
        }

        return result;
    }
}
