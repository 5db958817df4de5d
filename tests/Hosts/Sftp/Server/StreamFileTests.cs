using System.IO;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Server;

/// <summary>Files of a server over streams (Paramiko's readfile and writefile).</summary>
internal sealed class StreamFileTests
{
    [Test]
    public async Task ASeekableStreamIsReadAndWrittenAnywhere()
    {
        var stream = new MemoryStream();
        var file = new SftpStreamFile(stream);
        Assert.That(await file.WriteAsync(3, new byte[] { 1, 2, 3 }, CancellationToken.None), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await file.WriteAsync(0, new byte[] { 9 }, CancellationToken.None), Is.EqualTo(SftpStatus.Ok));
        var buffer = new byte[10];
        Assert.That((await file.ReadAsync(0, buffer, CancellationToken.None)).Value, Is.EqualTo(6));
        Assert.That(buffer[..6], Is.EqualTo(new byte[] { 9, 0, 0, 1, 2, 3 }));
        Assert.That((await file.ReadAsync(6, buffer, CancellationToken.None)).Value, Is.Zero);
        Assert.That((await file.StatAsync(CancellationToken.None)).Value.Size, Is.EqualTo(6));
        Assert.That((await file.SetStatAsync(new SftpAttributes { Size = 2 }, CancellationToken.None)).IsOk);
        Assert.That(stream.ToArray(), Is.EqualTo(new byte[] { 9, 0 }));
        Assert.That((await file.SetStatAsync(new SftpAttributes { Permissions = 2 }, CancellationToken.None)).Code, Is.EqualTo(SftpStatusCode.OperationUnsupported));
        Assert.That((await file.CloseAsync()).IsOk);
        Assert.That(stream.CanRead, Is.False);
    }

    [Test]
    public async Task AppendingGoesToTheEnd()
    {
        var stream = new MemoryStream();
        var file = new SftpStreamFile(stream, SftpOpenFlags.Write | SftpOpenFlags.Append);
        await file.WriteAsync(0, new byte[] { 1 }, CancellationToken.None);
        await file.WriteAsync(0, new byte[] { 2 }, CancellationToken.None);
        Assert.That(stream.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public async Task ADirectionWithoutStreamIsRefused()
    {
        var reader = new SftpStreamFile(new MemoryStream([1]), null);
        Assert.That((await reader.WriteAsync(0, new byte[1], CancellationToken.None)).Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        var writer = new SftpStreamFile(null, new MemoryStream());
        Assert.That((await writer.ReadAsync(0, new byte[1], CancellationToken.None)).Status.Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
    }
}

/// <summary>PERFORMANCE: 0 bytes allocated per READ and WRITE in the host too.</summary>
[NonParallelizable]
internal sealed class ServerAllocationTests
{
    [TestCase(true)]
    [TestCase(false)]
    public void ReadsAndWritesAllocateNothing(bool reads)
    {
        var feed = new Feed(reads);
        new SftpServer(new ConstantFiles()).Run(feed, Stream.Null);
        Assert.That(feed.Allocated / Feed.Measured, Is.Zero, "bytes a request");
    }

    /// <summary>An init, an open and many requests for the handle it gives.</summary>
    private sealed class Feed : Stream
    {
        public const int Measured = 5000;

        private readonly byte[] _head;
        private readonly byte[] _request;
        private long _before;
        private int _given = -1;

        public Feed(bool reads)
        {
            using var head = new Wire.SshWriter();
            head.WriteBytes([0, 0, 0, 5, 1, 0, 0, 0, 3, 0, 0, 0, 18, 3, 0, 0, 0, 1, 0, 0, 0, 1, (byte)'f', 0, 0, 0, 3, 0, 0, 0, 0]);
            _head = head.ToArray();
            using var request = new Wire.SshWriter();
            int mark = request.BeginString();
            request.WriteByte(reads ? (byte)5 : (byte)6);
            request.WriteUInt32(2);
            request.WriteString([0, 0, 0, 0, 0, 0, 0, 1]);
            request.WriteUInt64(0);
            if (reads)
            {
                request.WriteUInt32(32 * 1024);
            }
            else
            {
                request.WriteString(new byte[32 * 1024]);
            }

            request.EndString(mark);
            _request = request.ToArray();
        }

        public long Allocated { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        private int _offset;

        public override int Read(byte[] buffer, int offset, int count)
        {
            // The least of three: what the collector took out of the shared pool meanwhile is no cost of requests.
            if (_given > 0 && _given % Measured == 0 && _offset == 0)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                Allocated = _given == Measured ? long.MaxValue : Math.Min(Allocated, now - _before);
                _before = now;
                if (_given == 4 * Measured)
                {
                    return 0;
                }
            }

            var source = _given < 0 ? _head : _request;
            int step = Math.Min(count, source.Length - _offset);
            Array.Copy(source, _offset, buffer, offset, step);
            _offset += step;
            if (_offset == source.Length)
            {
                _offset = 0;
                _given++;
            }

            return step;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class ConstantFiles : SftpFileSystem
    {
        protected override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes) => new(new File());

        private sealed class File : SftpFile
        {
            protected override SftpResult<int> Read(long offset, Span<byte> buffer) => buffer.Length;

            protected override SftpStatus Write(long offset, ReadOnlySpan<byte> data) => SftpStatus.Ok;
        }
    }
}
