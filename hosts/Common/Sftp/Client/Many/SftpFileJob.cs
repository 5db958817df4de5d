using System.Buffers;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>One of many files under way.</summary>
internal abstract class SftpFileJob(SftpInbox inbox, SftpPath remote, SftpFileTransfer file) : SftpJob(inbox, remote)
{
    public SftpFileTransfer File { get; } = file;

    /// <summary>What this side has thrown.</summary>
    public Exception? Problem { get; set; }

    /// <summary>Offset behind the last byte moved, and behind the last one before a hole.</summary>
    public abstract (long Length, long Whole) Reached { get; }

    /// <summary>Gets ready and starts.</summary>
    public abstract void Begin();

    /// <summary>Data or room; not the end.</summary>
    public abstract void OnNews(in SftpNews news);

    /// <summary>Lets go of what it holds here.</summary>
    public virtual void Close()
    {
    }

    /// <summary>How it has ended.</summary>
    public SftpFileEnd End(Exception? cause = null)
    {
        var refused = Transfer?.Failure?.Request ?? SftpRequestKind.None;
        (long length, long whole) = Reached;
        return new(Problem ?? Failure(this is SftpFileGet ? "get" : "put") ?? cause, Problem is null ? refused : SftpRequestKind.None, length, whole);
    }
}

/// <summary>A file from the server.</summary>
internal sealed class SftpFileGet(SftpInbox inbox, SftpPath remote, SftpFileDownload file) : SftpFileJob(inbox, remote, file)
{
    private readonly SftpFront _front = new((long)file.Options.Offset);
    private long _done;

    public override (long Length, long Whole) Reached => ((long)(file.Options.Offset + (Transfer is null ? 0 : Download.Length)), _front.Position);

    public override void Begin() => StartDownload(file.Options);

    public override void OnNews(in SftpNews news)
    {
        file.Write(news.Offset, news.Bytes);
        _front.Add(news.Offset, news.Length);
        _done += news.Length;
        file.OnProgress(_done);
    }
}

/// <summary>A file to the server; a small one is read beforehand and goes out without its caller.</summary>
internal sealed class SftpFilePut(SftpInbox inbox, SftpPath remote, SftpFileUpload file, byte[]? scratch) : SftpFileJob(inbox, remote, file)
{
    /// <summary>Bytes of all files that are read beforehand, at most.</summary>
    public const int MostPreloaded = 4 * 1024 * 1024;

    /// <summary>Files up to this length are read beforehand; what they are read into has a byte more, so that the end is seen.</summary>
    public const int SmallSize = 64 * 1024;

    private const int BlockSize = 256 * 1024;

    private byte[]? _buffer;
    private Memory<byte> _rest;
    private long _position = (long)file.Options.Offset;
    private bool _isComplete;
    private bool _isPreloaded;

    /// <summary>Bytes that it holds, of which there may be only so many.</summary>
    public int Preloaded { get; private set; }

    public override (long Length, long Whole) Reached
    {
        get
        {
            lock (Session.Driver.Gate)
            {
                long confirmed = (long)(file.Options.Offset + (Transfer?.BytesDone ?? 0));
                return (_position - _rest.Length, Transfer?.Failure is { Request: SftpRequestKind.Write } failure ? (long)failure.Offset : confirmed);
            }
        }
    }

    public override void Begin()
    {
        if (scratch is not null)
        {
            int count = 0;
            int got;
            do
            {
                got = file.Read(_position, scratch.AsMemory(count, SmallSize + 1 - count));
                count += got;
                _position += got;
            }
            while (got > 0 && count <= SmallSize);

            // Most are much smaller: each holds what it needs.
            _buffer = ArrayPool<byte>.Shared.Rent(count);
            scratch.AsSpan(0, count).CopyTo(_buffer);
            _rest = _buffer.AsMemory(0, count);
            Preloaded = got == 0 ? count : 0;
            _isPreloaded = got == 0;
        }

        StartUpload(file.Options);
    }

    public override void OnNews(in SftpNews news)
    {
        bool room = true;
        while (room && !_isComplete)
        {
            if (_rest.IsEmpty)
            {
                if (_buffer is null || _buffer.Length < BlockSize)
                {
                    Return();
                    _buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
                }

                _rest = _buffer.AsMemory(0, file.Read(_position, _buffer.AsMemory(0, BlockSize)));
                _position += _rest.Length;
            }

            lock (Session.Driver.Gate)
            {
                room = GiveLocked();
            }

            Session.Driver.Kick();
        }

        file.OnProgress((long)Confirmed());
    }

    public override void Close()
    {
        lock (Session.Driver.Gate)
        {
            _position -= _rest.Length;
            _rest = default;
            Return();
        }
    }

    protected override void OnRoomLocked()
    {
        if (!_isPreloaded)
        {
            base.OnRoomLocked();
            return;
        }

        while (_buffer is not null && GiveLocked())
        {
            continue;
        }
    }

    private ulong Confirmed()
    {
        lock (Session.Driver.Gate)
        {
            return Upload.BytesDone;
        }
    }

    // False: no more room, or all was given.
    private bool GiveLocked()
    {
        if (_rest.IsEmpty)
        {
            Upload.Complete();
            _isComplete = true;
            return false;
        }

        _rest = _rest.Slice(Upload.Write(_rest.Span));
        return _rest.IsEmpty;
    }

    private void Return()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }
}
