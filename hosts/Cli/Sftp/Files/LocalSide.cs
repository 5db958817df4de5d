using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Cli.Sftp.Commands;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Files;

/// <summary>
/// The files of this machine, by the same file system that a server serves: names are bytes, and a root is not left. Relative
/// paths begin at the current directory.
/// </summary>
internal sealed class LocalSide : FileSide
{
    private readonly ISftpFileSystem _files;
    private readonly bool _isWhole;

    /// <summary>Files of a file system.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="isWhole">It is all of this machine's: relative paths begin at the current directory, and devices can be opened.</param>
    internal LocalSide(ISftpFileSystem files, bool isWhole)
    {
        _files = files;
        _isWhole = isWhole;
    }

    /// <summary>All files that this process may touch.</summary>
    internal static LocalSide Whole() => new(new LocalFileSystem("/"), isWhole: true);

    internal override SftpAttributes? Find(SftpPath path, bool followLinks)
    {
        SftpPath full = Full(path);
        SftpResult<SftpAttributes> found = Wait(followLinks ? _files.StatAsync(full, default) : _files.LStatAsync(full, default));
        return found.IsOk ? found.Value
            : found.Status.Code == SftpStatusCode.NoSuchFile ? null
            : throw Failed($"stat {Show(path)}", found.Status);
    }

    internal override IEnumerable<SftpFileName> List(SftpPath directory)
    {
        ISftpDirectory open = Value(Wait(_files.OpenDirectoryAsync(Full(directory), default)), $"open directory \"{Show(directory)}\"");
        try
        {
            var some = new SftpFileName[128];
            int count;
            while ((count = Value(Wait(open.ReadAsync(some, default)), $"read directory \"{Show(directory)}\"")) > 0)
            {
                for (int i = 0; i < count; i++)
                {
                    if (IsPlainName(some[i].Name))
                    {
                        yield return some[i];
                    }
                }
            }
        }
        finally
        {
            Wait(open.CloseAsync());
        }
    }

    internal override OpenFile OpenRead(SftpPath path)
    {
        if (Device(path) is { } device)
        {
            return new LocalDevice(new FileStream(device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0));
        }

        return new LocalFile(path, Value(Wait(_files.OpenAsync(Full(path), SftpOpenFlags.Read, default, default)), $"open local \"{Show(path)}\""), 0);
    }

    internal override OpenFile OpenWrite(SftpPath path, uint permissions, long offset)
    {
        if (offset == 0 && Device(path) is { } device)
        {
            return new LocalDevice(new FileStream(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0));
        }

        SftpOpenFlags flags = SftpOpenFlags.Write | SftpOpenFlags.Create | (offset == 0 ? SftpOpenFlags.Truncate : SftpOpenFlags.None);
        var attributes = new SftpAttributes { Permissions = permissions };
        return new LocalFile(path, Value(Wait(_files.OpenAsync(Full(path), flags, attributes, default)), $"open local \"{Show(path)}\""), offset);
    }

    /// <summary>Whether the path leads to something that is no file with places in it.</summary>
    internal bool IsDevice(SftpPath path) => Device(path) is not null;

    internal override bool EnsureDirectory(SftpPath path, uint permissions)
    {
        SftpStatus made = Wait(_files.MakeDirectoryAsync(Full(path), new SftpAttributes { Permissions = permissions }, default));
        if (!made.IsOk && Find(path, followLinks: true) is not { IsDirectory: true })
        {
            throw Failed($"mkdir {Show(path)}", made);
        }

        return !made.IsOk;
    }

    internal override void SetAttributes(SftpPath path, SftpAttributes attributes) =>
        Check(Wait(_files.SetStatAsync(Full(path), attributes, default)), $"set attributes of \"{Show(path)}\"");

    internal override SftpPath Normalize(SftpPath path) => Value(Wait(_files.RealPathAsync(Full(path), default)), $"realpath {Show(path)}");

    private SftpPath Full(SftpPath path) => path.IsAbsolute || !_isWhole ? path : new SftpPath(Environment.CurrentDirectory).Combine(path);

    /// <summary>The file system opens regular files alone; a device, say /dev/null, is .NET's matter.</summary>
    private string? Device(SftpPath path) =>
        _isWhole && Find(path, followLinks: true) is { Type: SftpFileType.CharacterDevice or SftpFileType.Fifo or SftpFileType.BlockDevice }
            ? Full(path).ToString()
            : null;

    private static SftpCommandException Failed(string what, SftpStatus status) => new($"{what}: {Reason(status.Code, status.Message ?? "")}");

    private static void Check(SftpStatus status, string what)
    {
        if (!status.IsOk)
        {
            throw Failed(what, status);
        }
    }

    private static T Value<T>(SftpResult<T> result, string what) => result.IsOk ? result.Value : throw Failed(what, result.Status);

    // The local disk answers at once; a file system of somebody else may really wait.
    private static T Wait<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : task.AsTask().GetAwaiter().GetResult();

    private sealed class LocalFile(SftpPath path, ISftpFile file, long offset) : OpenFile
    {
        private readonly LocalFileStream _stream = new(path, file, offset);
        private bool _closed;

        internal override Stream Stream => _stream;

        internal override long? Length => (long?)Value(Wait(file.StatAsync(default)), $"stat {Show(path)}").Size;

        internal override int Read(long offset, Memory<byte> buffer) =>
            Value(Wait(file.ReadAsync(offset, buffer, CancellationToken.None)), $"read local \"{Show(path)}\"");

        internal override void Write(long offset, ReadOnlyMemory<byte> data) =>
            Check(Wait(file.WriteAsync(offset, data, CancellationToken.None)), $"write local \"{Show(path)}\"");

        internal override void SetAttributes(SftpAttributes attributes) =>
            Check(Wait(file.SetStatAsync(attributes, default)), $"set attributes of \"{Show(path)}\"");

        internal override bool TrySync()
        {
            Check(Wait(file.FlushAsync(default)), $"fsync \"{Show(path)}\"");
            return true;
        }

        internal override void Close()
        {
            if (!_closed)
            {
                _closed = true;
                Check(Wait(file.CloseAsync()), $"close local \"{Show(path)}\"");
            }
        }

        public override void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                _ = Wait(file.CloseAsync());
            }
        }
    }

    private sealed class LocalFileStream(SftpPath path, ISftpFile file, long offset) : Stream
    {
        private long _position = offset;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => _position = value; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = count == 0 ? 0 : Value(Wait(file.ReadAsync(_position, buffer.AsMemory(offset, count), CancellationToken.None)), $"read local \"{Show(path)}\"");
            _position += read;
            return read;
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Check(Wait(file.WriteAsync(_position, buffer.AsMemory(offset, count), CancellationToken.None)), $"write local \"{Show(path)}\"");
            _position += count;
        }

        public override void Flush()
        {
            // Nothing is held back.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private sealed class LocalDevice(FileStream stream) : OpenFile
    {
        internal override Stream Stream => stream;

        internal override long? Length => null;

        internal override int Read(long offset, Memory<byte> buffer) => stream.Read(buffer.Span);

        internal override void Write(long offset, ReadOnlyMemory<byte> data) => stream.Write(data.Span);

        internal override void SetAttributes(SftpAttributes attributes)
        {
            // A device keeps the attributes that it has.
        }

        internal override bool TrySync() => true;

        internal override void Close() => stream.Dispose();

        public override void Dispose() => stream.Dispose();
    }
}
