using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Requests about paths. Written once for both hosts.</content>
public abstract partial class SftpClientBase
{
    private static readonly DateTimeOffset Epoch = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private protected ValueTask<SftpAttributes> StatCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        return Session.For(call, BeginAttributes("stat", path, (m, r) => m.Stat(path, r)), "stat");
    }

    private protected ValueTask<SftpAttributes> LStatCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        return Session.For(call, BeginAttributes("lstat", path, (m, r) => m.LStat(path, r)), "lstat");
    }

    private protected async ValueTask<SftpAttributes?> FindCore(SftpCall call, SftpPath path, bool follow = true)
    {
        try
        {
            return follow ? await StatCore(call, path).ConfigureAwait(false) : await LStatCore(call, path).ConfigureAwait(false);
        }
        catch (SftpException ex) when (ex.Status == SftpStatusCode.NoSuchFile)
        {
            return null;
        }
    }

    private protected async ValueTask<bool> ExistsCore(SftpCall call, SftpPath path) => await FindCore(call, path).ConfigureAwait(false) is not null;

    private protected ValueTask<bool> SetStatCore(SftpCall call, SftpPath path, SftpAttributes attributes, string operation)
    {
        path = Resolve(path);
        return Session.For(call, BeginStatus(operation, path, (m, r) => m.SetStat(path, attributes, r)), operation);
    }

    private protected ValueTask<bool> LSetStatCore(SftpCall call, SftpPath path, SftpAttributes attributes)
    {
        path = Resolve(path);
        Need("change the link", path, SftpExtensionNames.LSetStat);
        return Session.For(call, BeginStatus("change the link", path, (m, r) => m.LSetStat(path, attributes, r)), "lsetstat");
    }

    private protected ValueTask<bool> ChmodCore(SftpCall call, SftpPath path, uint mode) =>
        SetStatCore(call, path, new SftpAttributes { Permissions = mode }, "chmod");

    private protected ValueTask<bool> ChownCore(SftpCall call, SftpPath path, uint user, uint group) =>
        SetStatCore(call, path, new SftpAttributes { UserId = user, GroupId = group }, "chown");

    private protected ValueTask<bool> UtimeCore(SftpCall call, SftpPath path, DateTimeOffset? accessed, DateTimeOffset? modified) =>
        SetStatCore(call, path, Times(accessed, modified), "utime");

    private protected ValueTask<bool> TruncateCore(SftpCall call, SftpPath path, long length) =>
        SetStatCore(call, path, new SftpAttributes { Size = Checked(length) }, "truncate");

    private protected ValueTask<bool> MkdirCore(SftpCall call, SftpPath path, uint mode)
    {
        path = Resolve(path);
        return Session.For(call, BeginStatus("mkdir", path, (m, r) => m.MakeDirectory(path, new SftpAttributes { Permissions = mode }, r)), "mkdir");
    }

    private protected ValueTask<bool> RmdirCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        return Session.For(call, BeginStatus("rmdir", path, (m, r) => m.RemoveDirectory(path, r)), "rmdir");
    }

    private protected ValueTask<bool> RemoveCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        return Session.For(call, BeginStatus("remove", path, (m, r) => m.Remove(path, r)), "remove");
    }

    // The draft: "It is an error if there already exists a file with the name specified by newpath". Servers that replace it all
    // the same exist, so it is looked for first.
    private protected async ValueTask<bool> RenameCore(SftpCall call, SftpPath from, SftpPath to)
    {
        from = Resolve(from);
        to = Resolve(to);
        if (await FindCore(call, to, follow: false).ConfigureAwait(false) is not null)
        {
            throw SftpException.Found($"Cannot rename '{Text.Printable(from.ToString())}': '{Text.Printable(to.ToString())}' exists.", "rename", to);
        }

        return await Session.For(call, BeginStatus("rename", from, (m, r) => m.Rename(from, to, r)), "rename").ConfigureAwait(false);
    }

    private protected ValueTask<bool> PosixRenameCore(SftpCall call, SftpPath from, SftpPath to)
    {
        from = Resolve(from);
        to = Resolve(to);
        Need("rename", from, SftpExtensionNames.PosixRename);
        return Session.For(call, BeginStatus("rename", from, (m, r) => m.PosixRename(from, to, r)), "rename");
    }

    private protected ValueTask<bool> HardLinkCore(SftpCall call, SftpPath existing, SftpPath link)
    {
        existing = Resolve(existing);
        link = Resolve(link);
        Need("link", existing, SftpExtensionNames.HardLink);
        return Session.For(call, BeginStatus("link", link, (m, r) => m.HardLink(existing, link, r)), "link");
    }

    // The target is sent as it is: what it is relative to is the link's place.
    private protected ValueTask<bool> SymlinkCore(SftpCall call, SftpPath target, SftpPath link)
    {
        link = Resolve(link);
        bool asInDraft = TakesLinkFirst;
        return Session.For(
            call,
            BeginStatus("symlink", link, (m, r) => m.SymbolicLink(asInDraft ? link : target, asInDraft ? target : link, r)),
            "symlink");
    }

    // Servers read SYMLINK as OpenSSH does, target first. AsyncSSH does so for clients it knows by name only.
    private bool TakesLinkFirst
    {
        get
        {
            lock (Session.Driver.Gate)
            {
                return Session.Driver is HostConnection { Core.PeerIdentification: { } server } && server.Contains("AsyncSSH");
            }
        }
    }

    private protected ValueTask<SftpPath> ReadlinkCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        return Session.For(call, BeginPath("readlink", path, (m, r) => m.ReadLink(path, r)), "readlink");
    }

    private protected ValueTask<SftpPath> NormalizeCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        var sent = path.IsEmpty ? "." : path;
        return Session.For(call, BeginPath("realpath", sent, (m, r) => m.RealPath(sent, r)), "realpath");
    }

    private protected ValueTask<SftpPath> ExpandPathCore(SftpCall call, SftpPath path)
    {
        bool tilde = path.Length > 0 && path.Span[0] == (byte)'~';
        if (!tilde)
        {
            return NormalizeCore(call, path);
        }

        Need("expand", path, SftpExtensionNames.ExpandPath);
        return Session.For(call, BeginPath("expand", path, (m, r) => m.ExpandPath(path, r)), "expand-path");
    }

    private protected ValueTask<SftpPath> HomeDirectoryCore(SftpCall call, SftpPath user)
    {
        Need("look up the home directory of", user, SftpExtensionNames.HomeDirectory);
        return Session.For(call, BeginPath("look up the home directory of", user, (m, r) => m.HomeDirectory(user, r)), "home-directory");
    }

    private protected async ValueTask<SftpPath?> ChdirCore(SftpCall call, SftpPath? path)
    {
        SftpPath? target = null;
        if (path is { } to)
        {
            var real = await NormalizeCore(call, to).ConfigureAwait(false);
            var attributes = await StatCore(call, real).ConfigureAwait(false);
            if (attributes.Type != SftpFileType.Unknown && !attributes.IsDirectory)
            {
                throw SftpException.Found($"Cannot change to '{Text.Printable(real.ToString())}': it is not a directory.", "chdir", real);
            }

            target = real;
        }

        lock (Session.Driver.Gate)
        {
            _workingDirectory = target;
        }

        return target;
    }

    private protected ValueTask<SftpStatVfs> StatVfsCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        Need("statvfs", path, SftpExtensionNames.StatVfs);
        return Session.For(call, Session.Begin("statvfs", path, (m, r) => m.StatVfs(path, r), static (SftpSession _, in SftpReply reply) => reply.FileSystem), "statvfs");
    }

    private protected ValueTask<SftpNames> UsersGroupsByIdCore(SftpCall call, IReadOnlyList<uint> users, IReadOnlyList<uint> groups)
    {
        Need("look up users and groups", default, SftpExtensionNames.UsersGroupsById);
        uint[] u = [.. users];
        uint[] g = [.. groups];
        return Session.For(
            call,
            Session.Begin("look up users and groups", default, (m, r) => m.UsersGroupsById(u, g, r), static (SftpSession _, in SftpReply reply) => new SftpNames(reply.Users, reply.Groups)),
            "users-groups-by-id");
    }

    private protected async ValueTask<bool> CopyDataCore(SftpCall call, SftpPath from, SftpPath to)
    {
        Need("copy", Resolve(from), SftpExtensionNames.CopyData);
        var source = await OpenHandleCore(call, from, SftpOpenFlags.Read, default).ConfigureAwait(false);
        try
        {
            var target = await OpenHandleCore(call, to, SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate, default).ConfigureAwait(false);
            try
            {
                await Session.For(call.Unlimited, BeginStatus("copy", from, (m, r) => m.CopyData(source, 0, 0, target, 0, r)), "copy-data").ConfigureAwait(false);
            }
            catch
            {
                Forget(target);
                throw;
            }

            await CloseHandleCore(call, target, to).ConfigureAwait(false);
        }
        finally
        {
            Forget(source);
        }

        return true;
    }

    private protected ValueTask<SftpHashes> CheckCore(SftpCall call, SftpPath path, string algorithms, long offset, long length, int blockSize)
    {
        path = Resolve(path);
        Need("hash", path, SftpExtensionNames.CheckFileName);
        return Session.For(
            call.Unlimited,
            Session.Begin("hash", path, (m, r) => m.CheckFile(path, algorithms, Checked(offset), Checked(length), CheckedBlock(blockSize), r), Hashes),
            "check-file");
    }

    internal static SftpHashes Hashes(SftpSession session, in SftpReply reply) => new(reply.Algorithm, session.Machine.BorrowData(reply).ToArray());

    internal static uint CheckedBlock(int blockSize) => blockSize == 0 || blockSize >= 256
        ? (uint)blockSize
        : throw new ArgumentOutOfRangeException(nameof(blockSize), blockSize, "A block has at least 256 bytes; 0 is for one hash over all.");

    internal static ulong Checked(long number) =>
        number >= 0 ? (ulong)number : throw new ArgumentOutOfRangeException(nameof(number), number, "Offsets and lengths are not negative.");

    /// <summary>Times for the wire; null for now.</summary>
    internal static SftpAttributes Times(DateTimeOffset? accessed, DateTimeOffset? modified)
    {
        var now = DateTimeOffset.UtcNow;
        return new SftpAttributes { AccessTime = Seconds(accessed ?? now), ModifyTime = Seconds(modified ?? now) };
    }

    /// <summary>The time of an attribute.</summary>
    internal static DateTimeOffset Time(uint seconds) => Epoch.AddSeconds(seconds);

    /// <summary>A time as version 3 has it: clamped to 1970 to 2106.</summary>
    internal static uint Seconds(DateTimeOffset time)
    {
        long seconds = time.ToUnixTimeSeconds();
        return seconds < 0 ? 0 : seconds > uint.MaxValue ? uint.MaxValue : (uint)seconds;
    }
}
