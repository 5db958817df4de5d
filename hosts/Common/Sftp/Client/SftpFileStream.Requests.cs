using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Requests about the open file.</content>
public sealed partial class SftpFileStream
{
    /// <summary>Attributes of the open file; blocks.</summary>
    public SftpAttributes Stat() => SftpCall.Result(StatCore(Blocking));

    /// <summary>Attributes of the open file.</summary>
    public ValueTask<SftpAttributes> StatAsync(CancellationToken cancellationToken = default) => StatCore(Async(cancellationToken));

    /// <summary>Sets the attributes that are there; blocks.</summary>
    public void SetStat(SftpAttributes attributes) => SftpCall.Result(SetStatCore(Blocking, attributes, "setstat"));

    /// <summary>Sets the attributes that are there.</summary>
    public async ValueTask SetStatAsync(SftpAttributes attributes, CancellationToken cancellationToken = default) =>
        await SetStatCore(Async(cancellationToken), attributes, "setstat").ConfigureAwait(false);

    /// <summary>Sets the permission bits; blocks.</summary>
    public void Chmod(uint mode) => SftpCall.Result(SetStatCore(Blocking, new SftpAttributes { Permissions = mode }, "chmod"));

    /// <summary>Sets the permission bits.</summary>
    public async ValueTask ChmodAsync(uint mode, CancellationToken cancellationToken = default) =>
        await SetStatCore(Async(cancellationToken), new SftpAttributes { Permissions = mode }, "chmod").ConfigureAwait(false);

    /// <summary>Sets numeric owner and group, which go together; blocks.</summary>
    public void Chown(uint user, uint group) => SftpCall.Result(SetStatCore(Blocking, new SftpAttributes { UserId = user, GroupId = group }, "chown"));

    /// <summary>Sets numeric owner and group, which go together.</summary>
    public async ValueTask ChownAsync(uint user, uint group, CancellationToken cancellationToken = default) =>
        await SetStatCore(Async(cancellationToken), new SftpAttributes { UserId = user, GroupId = group }, "chown").ConfigureAwait(false);

    /// <summary>Sets the times, null for now, in whole seconds from 1970 to 2106; blocks.</summary>
    public void Utime(DateTimeOffset? accessed = null, DateTimeOffset? modified = null) =>
        SftpCall.Result(SetStatCore(Blocking, SftpClientBase.Times(accessed, modified), "utime"));

    /// <summary>Sets the times, null for now, in whole seconds from 1970 to 2106.</summary>
    public async ValueTask UtimeAsync(DateTimeOffset? accessed = null, DateTimeOffset? modified = null, CancellationToken cancellationToken = default) =>
        await SetStatCore(Async(cancellationToken), SftpClientBase.Times(accessed, modified), "utime").ConfigureAwait(false);

    /// <summary>Cuts or grows the file; the position stays. Blocks.</summary>
    public override void SetLength(long value) => SftpCall.Result(SetStatCore(Blocking, new SftpAttributes { Size = SftpClientBase.Checked(value) }, "truncate"));

    /// <summary>Cuts or grows the file; the position stays.</summary>
    public async ValueTask SetLengthAsync(long value, CancellationToken cancellationToken = default) =>
        await SetStatCore(Async(cancellationToken), new SftpAttributes { Size = SftpClientBase.Checked(value) }, "truncate").ConfigureAwait(false);

    /// <summary>What was written goes to the server's disk (fsync@openssh.com); blocks.</summary>
    /// <exception cref="SftpException">The server does not have it, or a write failed.</exception>
    public void Fsync() => SftpCall.Result(FsyncCore(Blocking));

    /// <summary>What was written goes to the server's disk (fsync@openssh.com).</summary>
    /// <exception cref="SftpException">The server does not have it, or a write failed.</exception>
    public async ValueTask FsyncAsync(CancellationToken cancellationToken = default) => await FsyncCore(Async(cancellationToken)).ConfigureAwait(false);

    /// <summary>Figures of the file system that holds the file (fstatvfs@openssh.com); blocks.</summary>
    public SftpStatVfs StatVfs() => SftpCall.Result(StatVfsCore(Blocking));

    /// <summary>Figures of the file system that holds the file (fstatvfs@openssh.com).</summary>
    public ValueTask<SftpStatVfs> StatVfsAsync(CancellationToken cancellationToken = default) => StatVfsCore(Async(cancellationToken));

    /// <summary>Lets the server hash the file or a part of it (check-file); blocks as long as that takes.</summary>
    /// <param name="algorithms">Names in order of preference, comma-separated: sha256, sha384, sha512, sha1, md5, crc32.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes; 0 for all up to the end.</param>
    /// <param name="blockSize">Bytes for each hash, at least 256; 0 for one hash over all.</param>
    /// <exception cref="SftpException">The server does not have it or none of the algorithms.</exception>
    public SftpHashes Check(string algorithms = "sha256,sha1,md5", long offset = 0, long length = 0, int blockSize = 0) =>
        SftpCall.Result(CheckCore(Blocking, algorithms, offset, length, blockSize));

    /// <inheritdoc cref="Check"/>
    public ValueTask<SftpHashes> CheckAsync(string algorithms = "sha256,sha1,md5", long offset = 0, long length = 0, int blockSize = 0, CancellationToken cancellationToken = default) =>
        CheckCore(Async(cancellationToken), algorithms, offset, length, blockSize);

    /// <summary>
    /// Reads the rest of the file ahead from the position on, as much at once as the window allows, from now on. Reading in
    /// sequence does that by itself after its first reads; this saves their round trips.
    /// </summary>
    /// <param name="size">Where to stop asking; null for the end of the file.</param>
    public void Prefetch(long? size = null)
    {
        CheckRead();
        lock (_session.Driver.Gate)
        {
            _session.ThrowIfEndedLocked();
            _reader.Limit = size ?? long.MaxValue;
            _reader.OpenLocked(_position);
        }

        _session.Driver.Kick();
    }

    /// <summary>Reads several parts of the file, asked for together, in the given order; a part behind the end is short. Blocks.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadRanges(IReadOnlyList<SftpRange> ranges)
    {
        CheckRead();
        var reader = new SftpRangeReader(_session, _handle, RemotePath, ranges, _client.Options.Window);
        try
        {
            while (SftpCall.Result(reader.NextCore(Blocking)) is { } part)
            {
                yield return part;
            }
        }
        finally
        {
            reader.Stop();
        }
    }

    /// <summary>Reads several parts of the file, asked for together, in the given order; a part behind the end is short.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadRangesAsync(IReadOnlyList<SftpRange> ranges, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CheckRead();
        var reader = new SftpRangeReader(_session, _handle, RemotePath, ranges, _client.Options.Window);
        try
        {
            while (await reader.NextCore(Async(cancellationToken)).ConfigureAwait(false) is { } part)
            {
                yield return part;
            }
        }
        finally
        {
            reader.Stop();
        }
    }

    internal async ValueTask<SftpAttributes> StatCore(SftpCall call)
    {
        await SettledCore(call).ConfigureAwait(false);
        var operation = _session.Begin("stat", RemotePath, (m, r) => m.FStat(_handle, r), static (SftpSession _, in SftpReply reply) => reply.Attributes);
        return await _session.For(call, operation, "fstat").ConfigureAwait(false);
    }

    internal async ValueTask<bool> SetStatCore(SftpCall call, SftpAttributes attributes, string operation)
    {
        await SettledCore(call).ConfigureAwait(false);
        return await _session.For(call, BeginStatus(operation, (m, r) => m.FSetStat(_handle, attributes, r)), operation).ConfigureAwait(false);
    }

    internal async ValueTask<bool> FsyncCore(SftpCall call)
    {
        await SettledCore(call).ConfigureAwait(false);
        Need("fsync", SftpExtensionNames.FSync);
        return await _session.For(call, BeginStatus("fsync", (m, r) => m.FSync(_handle, r)), "fsync").ConfigureAwait(false);
    }

    private async ValueTask<SftpStatVfs> StatVfsCore(SftpCall call)
    {
        await SettledCore(call).ConfigureAwait(false);
        Need("statvfs", SftpExtensionNames.FStatVfs);
        var operation = _session.Begin("statvfs", RemotePath, (m, r) => m.FStatVfs(_handle, r), static (SftpSession _, in SftpReply reply) => reply.FileSystem);
        return await _session.For(call, operation, "fstatvfs").ConfigureAwait(false);
    }

    private async ValueTask<SftpHashes> CheckCore(SftpCall call, string algorithms, long offset, long length, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(algorithms);
        await SettledCore(call).ConfigureAwait(false);
        var operation = _session.Begin(
            "hash",
            RemotePath,
            (m, r) => m.CheckFile(_handle, algorithms, SftpClientBase.Checked(offset), SftpClientBase.Checked(length), SftpClientBase.CheckedBlock(blockSize), r),
            SftpClientBase.Hashes);
        return await _session.For(call.Unlimited, operation, "check-file").ConfigureAwait(false);
    }

    // What was written counts before anything is asked about the file, and what was read ahead may not be true after it.
    private async ValueTask SettledCore(SftpCall call)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        await SettleCore(call).ConfigureAwait(false);
        lock (_session.Driver.Gate)
        {
            _reader.DropLocked();
        }
    }

    private HostOperation<bool> BeginStatus(string operation, Action<SftpClientMachine, object> send) =>
        _session.Begin<bool>(operation, RemotePath, send, static (SftpSession _, in SftpReply _) => true);

    private void Need(string operation, string extension)
    {
        if (!_client.Supports(extension))
        {
            throw SftpException.Unsupported(operation, RemotePath, extension);
        }
    }
}
