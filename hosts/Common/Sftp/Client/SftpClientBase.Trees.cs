using System.IO;
using System.Text;
using System.Threading.Tasks;
using SshCore.Config;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Trees and patterns. Written once for both hosts.</content>
public abstract partial class SftpClientBase
{
    private protected ValueTask<SftpTreeResult> GetTreeCore(SftpCall call, SftpPath remote, string local, SftpTreeOptions? options, IProgress<SftpProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(local);
        return new SftpTreeGet(this, call, Resolve(remote), local, options ?? SftpTreeOptions.Default, progress).RunCore();
    }

    private protected ValueTask<SftpTreeResult> PutTreeCore(SftpCall call, string local, SftpPath remote, SftpTreeOptions? options, IProgress<SftpProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(local);
        return new SftpTreePut(this, call, local, Resolve(remote), options ?? SftpTreeOptions.Default, progress).RunCore();
    }

    private protected ValueTask<SftpTreeResult> SyncTreeCore(SftpCall call, SftpPath remote, string local, SftpSyncDirection direction, SftpTreeOptions? options, IProgress<SftpProgress>? progress)
    {
        options ??= SftpTreeOptions.Default;
        options = options.Compare == SftpCompare.None ? options with { Compare = SftpCompare.SizeAndTime } : options;
        return direction == SftpSyncDirection.FromServer
            ? GetTreeCore(call, remote, local, options, progress)
            : PutTreeCore(call, local, remote, options, progress);
    }

    /// <summary>Paths that match; a part without magic is not looked for but taken.</summary>
    private protected async ValueTask<IReadOnlyList<SftpPath>> GlobCore(SftpCall call, SftpPath pattern)
    {
        var found = new List<SftpPath> { pattern.IsAbsolute ? "/" : default(SftpPath) };
        var rest = pattern.Bytes;
        while (!rest.IsEmpty)
        {
            int slash = rest.Span.IndexOf((byte)'/');
            var part = slash < 0 ? rest : rest.Slice(0, slash);
            rest = slash < 0 ? default : rest.Slice(slash + 1);
            if (part.IsEmpty)
            {
                continue;
            }

            found = FileGlob.HasMagic(part.Span)
                ? await MatchCore(call, found, part).ConfigureAwait(false)
                : found.ConvertAll(path => path.Combine(new SftpPath(part)));
        }

        if (found.Count == 1 && await FindCore(call, found[0], follow: false).ConfigureAwait(false) is null)
        {
            return [];
        }

        return found;
    }

    internal ValueTask<SftpPath> RealCore(SftpCall call, SftpPath path) => NormalizeCore(call, path);

    internal ValueTask<SftpAttributes> AttributesCore(SftpCall call, SftpPath path) => StatCore(call, path);

    internal ValueTask<SftpAttributes?> LinkAttributesCore(SftpCall call, SftpPath path) => FindCore(call, path, follow: false);

    internal ValueTask<SftpPath> LinkCore(SftpCall call, SftpPath path) => ReadlinkCore(call, path);

    internal ValueTask<bool> MakeLinkCore(SftpCall call, SftpPath target, SftpPath link) => SymlinkCore(call, target, link);

    internal ValueTask<bool> UnlinkCore(SftpCall call, SftpPath path) => RemoveCore(call, path);

    internal ValueTask<bool> ChangeCore(SftpCall call, SftpPath path, SftpAttributes attributes) => SetStatCore(call, path, attributes, "setstat");

    internal ValueTask<SftpHashes> CheckFileCore(SftpCall call, SftpPath path) => CheckCore(call, path, "sha256,sha512,sha384", 0, 0, 0);

    /// <summary>As <see cref="Dress"/> for a directory, which its owner can enter at least.</summary>
    internal static void DressFolder(string path, SftpAttributes attributes, SftpTransferOptions options)
    {
        if (options.KeepPermissions && attributes.Permissions is { } mode)
        {
            LocalFile.SetPermissions(path, Stripped(mode, options));
        }

        if (options.KeepTimes && attributes is { ModifyTime: { } modified, AccessTime: { } accessed })
        {
            Directory.SetLastAccessTimeUtc(path, Time(accessed).UtcDateTime);
            Directory.SetLastWriteTimeUtc(path, Time(modified).UtcDateTime);
        }
    }

    private async ValueTask<List<SftpPath>> MatchCore(SftpCall call, List<SftpPath> folders, ReadOnlyMemory<byte> pattern)
    {
        var found = new List<SftpPath>();
        foreach (var folder in folders)
        {
            SftpDirectoryReader reader;
            try
            {
                reader = await ListCore(call, folder).ConfigureAwait(false);
            }
            catch (SftpException)
            {
                continue; // no directory, or not for us: nothing matches there
            }

            try
            {
                while (await reader.NextCore(call).ConfigureAwait(false) is { } batch)
                {
                    foreach (var entry in batch)
                    {
                        if (FileGlob.IsMatch(entry.Name.Span, pattern.Span))
                        {
                            found.Add(folder.Combine(entry.Name));
                        }
                    }
                }
            }
            finally
            {
                reader.Close();
            }
        }

        found.Sort(static (a, b) => a.Span.SequenceCompareTo(b.Span));
        return found;
    }
}

/// <summary>Which side is made like the other.</summary>
public enum SftpSyncDirection
{
    /// <summary>The local tree becomes like the server's.</summary>
    FromServer,
    /// <summary>The server's tree becomes like the local one.</summary>
    ToServer,
}
