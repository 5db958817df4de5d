using System.Buffers;
using System.IO;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Whole files. Written once for both hosts; file I/O happens on the caller's thread.</content>
public abstract partial class SftpClientBase
{
    private const int BlockSize = 256 * 1024;

    // Of the target's name in that of a temporary file: with what is added it stays below the 255 bytes that file systems have.
    private const int TemporaryNameLength = 200;

    private const uint PermissionBits = 0x1FF;
    private const uint AllBits = 0xFFF;

    private protected async ValueTask<long> GetCore(SftpCall call, SftpPath remote, string local, SftpTransferOptions? options, IProgress<SftpProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(local);
        options = Checked(options);
        remote = Resolve(remote);
        string target = options.Atomic ? Temporary(local) : local;
        if (Path.GetDirectoryName(Path.GetFullPath(local)) is { } folder && !Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' is not there.");
        }

        bool done = false;
        try
        {
            SftpAttributes? attributes;
            long length;
            long offset = options.Resume && File.Exists(local) ? new FileInfo(local).Length : 0;
            var job = new SftpJob(new SftpInbox(Session), remote);
            job.StartDownload(new SftpDownloadOptions { Offset = (ulong)offset });

            // Opened when the server has opened its own, so that a missing one does not cost what is here.
            LocalFile? file = null;
            var front = new SftpFront(offset);
            try
            {
                length = offset + await ReceiveCore(call, job, progress, offset, news =>
                {
                    file ??= CreateLocal(target, local, options);
                    file.Write(news.Bytes.Span, news.Offset);
                    front.Add(news.Offset, news.Length);
                    return default;
                }).ConfigureAwait(false);
                attributes = job.Download.Attributes;
                Confirm(options, remote, offset, length, attributes);
                file ??= CreateLocal(target, local, options);
                if (file.Length != length)
                {
                    file.SetLength(length); // it shrank while it was read out of order
                }

                if (options.Flush)
                {
                    file.Flush();
                }
            }
            catch when (file is not null && !options.Atomic)
            {
                front.Cut(file);
                throw;
            }
            finally
            {
                file?.Dispose();
            }

            if ((options.KeepTimes || options.KeepPermissions) && attributes is null)
            {
                attributes = await StatCore(call, remote).ConfigureAwait(false);
            }

            Dress(target, attributes ?? default, options);
            if (options.Atomic)
            {
                LocalFile.Replace(target, local);
            }

            done = true;
            return length;
        }
        finally
        {
            if (!done && options.Atomic)
            {
                TryDelete(target);
            }
        }
    }

    private protected async ValueTask<long> GetCore(SftpCall call, SftpPath remote, Stream target, SftpTransferOptions? options, IProgress<SftpProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(target);
        options = Checked(options);
        remote = Resolve(remote);
        var job = new SftpJob(new SftpInbox(Session), remote);
        job.StartDownload(new SftpDownloadOptions { InOrder = true });
        long length = await ReceiveCore(call, job, progress, 0, news =>
        {
            if (!call.IsBlocking)
            {
                return target.WriteAsync(news.Bytes, call.Token);
            }

            target.Write(news.Bytes.Span);
            return default;
        }).ConfigureAwait(false);
        Confirm(options, remote, 0, length, job.Download.Attributes);
        return length;
    }

    private protected async ValueTask<SftpAttributes> PutCore(SftpCall call, string local, SftpPath remote, SftpTransferOptions? options, IProgress<SftpProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(local);
        options = Checked(options);
        using var file = LocalFile.OpenRead(local);
        long length = file.Length;
        return await PutCore(call, remote, options, Undress(local, options), length, progress, (offset, buffer) => new(file.Read(buffer.Span, offset))).ConfigureAwait(false);
    }

    private protected ValueTask<SftpAttributes> PutCore(SftpCall call, Stream source, SftpPath remote, SftpTransferOptions? options, IProgress<SftpProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(source);
        options = Checked(options);
        if (options.Resume)
        {
            throw new ArgumentException("Only a file can be resumed, not a stream.", nameof(options));
        }

        long? length = source.CanSeek ? source.Length - source.Position : null;
        return PutCore(call, remote, options, default, length, progress, (_, buffer) => call.IsBlocking ? new(source.Read(buffer.Span)) : source.ReadAsync(buffer, call.Token));
    }

    private async ValueTask<SftpAttributes> PutCore(
        SftpCall call,
        SftpPath remote,
        SftpTransferOptions options,
        SftpAttributes final,
        long? length,
        IProgress<SftpProgress>? progress,
        Func<long, Memory<byte>, ValueTask<int>> read)
    {
        remote = Resolve(remote);
        var target = options.Atomic ? Temporary(remote) : remote;
        long offset = 0;
        if (options.Resume && await FindCore(call, remote).ConfigureAwait(false) is { Size: { } there })
        {
            offset = (long)there;
            if (offset > length)
            {
                throw SftpException.Found($"Cannot resume '{Text.Printable(remote.ToString())}': it has {offset} bytes, the source only {length}.", "put", remote);
            }
        }

        var job = new SftpJob(new SftpInbox(Session), target);
        job.StartUpload(new SftpUploadOptions
        {
            Offset = (ulong)offset,
            Flags = SftpOpenFlags.Write | SftpOpenFlags.Create | (options.Resume ? 0 : options.Atomic ? SftpOpenFlags.Exclusive : SftpOpenFlags.Truncate),
            Attributes = final.Permissions is { } mode ? new SftpAttributes { Permissions = mode & PermissionBits } : default,
            FinalAttributes = final,
            FSync = options.Flush,
        });
        try
        {
            long sent = await SendCore(call, job, remote, offset, length, progress, read).ConfigureAwait(false);
            SftpAttributes result = default;
            if (options.Confirm)
            {
                result = await StatCore(call, target).ConfigureAwait(false);
                if (result.Size is { } size && size != (ulong)sent)
                {
                    throw SftpException.Found($"Cannot put '{Text.Printable(remote.ToString())}': {sent} bytes were written and {size} are there.", "put", remote);
                }
            }

            if (options.Atomic)
            {
                await PutInPlaceCore(call, target, remote).ConfigureAwait(false);
            }

            return result;
        }
        catch when (options.Atomic && IsOpen)
        {
            lock (Session.Driver.Gate)
            {
                Session.RemoveLocked(target);
            }

            Session.Driver.Kick();
            throw;
        }
    }

    private async ValueTask PutInPlaceCore(SftpCall call, SftpPath from, SftpPath to)
    {
        if (Supports(SftpExtensionNames.PosixRename))
        {
            await PosixRenameCore(call, from, to).ConfigureAwait(false);
        }
        else
        {
            await RenameCore(call, from, to).ConfigureAwait(false);
        }
    }

    /// <summary>Files that may be under way at once: each has a handle on the server, of which it may have few.</summary>
    internal int MostFiles
    {
        get
        {
            ulong handles = ServerLimits.OpenHandles;
            int most = Math.Max(1, Options.FilesInFlight);
            return handles == 0 ? most : (int)Math.Min((ulong)most, Math.Max(1, handles / 2));
        }
    }

    private protected ValueTask TransferCore(SftpCall call, Func<ValueTask<SftpFileTransfer?>> next) => new SftpFileRun(this, call, next).RunCore();

    /// <summary>Takes all data of one download; returns the bytes that came.</summary>
    private async ValueTask<long> ReceiveCore(SftpCall call, SftpJob job, IProgress<SftpProgress>? progress, long before, Func<SftpNews, ValueTask> write)
    {
        var queue = new Queue<SftpNews>();
        long done = 0;
        bool ended = false;
        try
        {
            while (!ended)
            {
                queue = await job.Inbox.TakeCore(call, queue).ConfigureAwait(false);
                while (queue.Count > 0)
                {
                    var news = queue.Dequeue();
                    if (news.Kind != SftpReplyKind.TransferData)
                    {
                        ended |= news.Kind == SftpReplyKind.TransferEnded;
                        continue;
                    }

                    try
                    {
                        await write(news).ConfigureAwait(false);
                        done += news.Length;
                    }
                    finally
                    {
                        news.Return();
                    }
                }

                progress?.Report(new(job.Path, before + done, Total(job, before)));
            }
        }
        catch
        {
            job.Cancel();
            while (queue.Count > 0)
            {
                queue.Dequeue().Return();
            }

            job.Inbox.Drop();
            throw;
        }

        return job.Failure("read") is { } failure ? throw failure : (long)job.Download.Length;
    }

    private static long? Total(SftpJob job, long before) => job.Download.Attributes?.Size is { } size and > 0 ? Math.Max((long)size, before) : null;

    /// <summary>Gives all data of one upload; returns the position behind the last byte.</summary>
    private static async ValueTask<long> SendCore(
        SftpCall call,
        SftpJob job,
        SftpPath path,
        long offset,
        long? length,
        IProgress<SftpProgress>? progress,
        Func<long, Memory<byte>, ValueTask<int>> read)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        var queue = new Queue<SftpNews>();
        var rest = Memory<byte>.Empty;
        long position = offset;
        bool complete = false;
        bool ended = false;
        try
        {
            while (!ended)
            {
                queue = await job.Inbox.TakeCore(call, queue).ConfigureAwait(false);
                bool room = false;
                while (queue.Count > 0)
                {
                    var news = queue.Dequeue();
                    room |= news.Kind == SftpReplyKind.TransferRoom;
                    ended |= news.Kind == SftpReplyKind.TransferEnded;
                }

                while (room && !complete)
                {
                    if (rest.IsEmpty)
                    {
                        rest = buffer.AsMemory(0, await read(position, buffer.AsMemory(0, BlockSize)).ConfigureAwait(false));
                        position += rest.Length;
                    }

                    lock (job.Session.Driver.Gate)
                    {
                        if (rest.IsEmpty)
                        {
                            job.Upload.Complete();
                            complete = true;
                        }
                        else
                        {
                            int taken = job.Upload.Write(rest.Span);
                            rest = rest.Slice(taken);
                            room = rest.IsEmpty;
                        }
                    }

                    job.Session.Driver.Kick();
                }

                progress?.Report(new(path, Confirmed(job, offset), length));
            }
        }
        catch
        {
            job.Cancel();
            job.Inbox.Drop();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return job.Failure("write") is { } failure ? throw failure : position;
    }

    private static long Confirmed(SftpJob job, long offset)
    {
        lock (job.Session.Driver.Gate)
        {
            return offset + (long)job.Upload.BytesDone;
        }
    }

    private static SftpTransferOptions Checked(SftpTransferOptions? options)
    {
        options ??= SftpTransferOptions.Default;
        return options is { Atomic: true, Resume: true }
            ? throw new ArgumentException("An atomic transfer begins anew: it cannot be resumed.", nameof(options))
            : options;
    }

    private static void Confirm(SftpTransferOptions options, SftpPath remote, long offset, long length, SftpAttributes? attributes)
    {
        if (options.Resume && attributes?.Size is { } whole && (ulong)offset > whole)
        {
            throw SftpException.Found($"Cannot resume '{Text.Printable(remote.ToString())}': {offset} bytes are here, the source has only {whole}.", "get", remote);
        }

        if (options.Confirm && attributes is { Size: { } size and > 0 } && (ulong)length < size)
        {
            throw SftpException.Found($"Cannot get '{Text.Printable(remote.ToString())}': {length} bytes came of {size}.", "get", remote);
        }
    }

    // The bits that make a file run as somebody else are not taken over from anywhere unless that is wished.
    internal static uint Stripped(uint mode, SftpTransferOptions options) => mode & (options.KeepSetId ? AllBits : PermissionBits);

    /// <summary>Gives a local file what is to be kept of the remote one.</summary>
    internal static void Dress(string path, SftpAttributes attributes, SftpTransferOptions options)
    {
        if (options.KeepPermissions && attributes.Permissions is { } mode)
        {
            LocalFile.SetPermissions(path, Stripped(mode, options));
        }

        if (options.KeepTimes && attributes is { ModifyTime: { } modified, AccessTime: { } accessed })
        {
            File.SetLastAccessTimeUtc(path, Time(accessed).UtcDateTime);
            File.SetLastWriteTimeUtc(path, Time(modified).UtcDateTime);
        }
    }

    /// <summary>What is to be kept of a local file.</summary>
    internal static SftpAttributes Undress(string path, SftpTransferOptions options)
    {
        var attributes = default(SftpAttributes);
        if (options.KeepPermissions && LocalFile.Permissions(path) is { } mode)
        {
            attributes = attributes with { Permissions = Stripped(mode, options) };
        }

        if (options.KeepTimes)
        {
            attributes = attributes with
            {
                AccessTime = Seconds(File.GetLastAccessTimeUtc(path)),
                ModifyTime = Seconds(File.GetLastWriteTimeUtc(path)),
            };
        }

        return attributes;
    }

    private static LocalFile CreateLocal(string path, string target, SftpTransferOptions options)
    {
        var file = LocalFile.Create(path, options.Resume ? FileMode.OpenOrCreate : FileMode.Create);
        if (options.Atomic && File.Exists(target) && LocalFile.Permissions(target) is { } mode)
        {
            LocalFile.SetPermissions(path, mode); // who may not read the old content may not read the new one either
        }

        return file;
    }

    // Why the transfer failed says more than why its rest could not be taken away.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    private static string Temporary(string local)
    {
        string full = Path.GetFullPath(local);
        string name = Path.GetFileName(full);
        int length = Math.Min(name.Length, TemporaryNameLength);
        while (length > 0 && (System.Text.Encoding.UTF8.GetByteCount(name.ToCharArray(0, length)) > TemporaryNameLength || char.IsHighSurrogate(name[length - 1])))
        {
            length--;
        }

        return Path.Combine(Path.GetDirectoryName(full)!, $".{name.Substring(0, length)}.{Guid.NewGuid():N}.part");
    }

    private static SftpPath Temporary(SftpPath remote)
    {
        var name = remote.Name;
        var folder = new SftpPath(remote.Bytes.Slice(0, remote.Length - name.Length));
        int length = name.Length;
        if (length > TemporaryNameLength)
        {
            // Not in the middle of a character: some servers take UTF-8 alone.
            for (length = TemporaryNameLength; length > 0 && (name.Span[length] & 0xC0) == 0x80;)
            {
                length--;
            }
        }

        string random = $".{Guid.NewGuid():N}.part";
        var temporary = new byte[1 + length + random.Length];
        temporary[0] = (byte)'.';
        name.Span.Slice(0, length).CopyTo(temporary.AsSpan(1));
        System.Text.Encoding.ASCII.GetBytes(random).CopyTo(temporary, 1 + length);
        return folder.Combine(new SftpPath(temporary));
    }
}
