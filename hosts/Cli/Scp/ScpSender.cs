using System.IO;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Scp;
using SshCore.Sftp;

namespace SshCore.Cli.Scp;

/// <summary>Sends files by the old protocol.</summary>
internal sealed class ScpSender : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int ModeBits = 0xFFF;

    private readonly ScpSource _machine = new();
    private readonly ScpPump _pump;
    private readonly FileSide _files;
    private readonly ScpJob _job;
    private readonly bool _tellsPeer;
    private readonly byte[] _buffer;
    private bool _isReady;

    /// <summary>A sender of files of one side.</summary>
    /// <param name="stream">To the sink.</param>
    /// <param name="files">Where the files are.</param>
    /// <param name="job">How.</param>
    /// <param name="tellsPeer">Failures go to the sink, which shows them; a client's own user sees them otherwise.</param>
    internal ScpSender(Stream stream, FileSide files, ScpJob job, bool tellsPeer)
    {
        _pump = new ScpPump(_machine, stream);
        _files = files;
        _job = job;
        _tellsPeer = tellsPeer;
        _buffer = GC.AllocateUninitializedArray<byte>(job.Limit?.Step ?? BufferSize);
    }

    /// <summary>Sends a file or, if that is wanted, a tree.</summary>
    /// <returns>Whether all of it arrived.</returns>
    /// <exception cref="SftpCommandException">The session ended.</exception>
    internal bool Send(SftpPath path)
    {
        GetReady();
        try
        {
            SftpAttributes attributes = _files.Find(path, followLinks: true) ?? throw new SftpCommandException($"{FileSide.Show(path)}: No such file or directory");
            SftpPath name = NameOf(path);
            return !attributes.IsDirectory ? File(path, name, attributes)
                : _job.Recursive ? Tree(path, name, attributes)
                : throw new SftpCommandException($"{FileSide.Show(path)}: not a regular file");
        }
        catch (SftpCommandException e) when (_machine.IsIdle)
        {
            return Fail(e.Message);
        }
    }

    /// <summary>Tells of something that can't be sent.</summary>
    internal bool Fail(string message)
    {
        GetReady();
        if (_tellsPeer)
        {
            _machine.Warn(message);
            _pump.Flush();
        }
        else
        {
            _job.Report(message);
        }

        return false;
    }

    public void Dispose() => _machine.Dispose();

    private void GetReady()
    {
        if (!_isReady)
        {
            _ = Expect(_pump.Next());
            _isReady = true;
        }
    }

    /// <summary>The name to send; that of . and .. is the one that the directory has.</summary>
    private SftpPath NameOf(SftpPath path)
    {
        SftpPath name = Last(path);
        name = FileSide.IsPlainName(name) ? name : Last(_files.Normalize(path));
        return FileSide.IsPlainName(name) ? name : throw new SftpCommandException($"{FileSide.Show(path)}: has no name to send");

        static SftpPath Last(SftpPath path)
        {
            ReadOnlyMemory<byte> bytes = path.Bytes;
            while (bytes.Length > 1 && bytes.Span[^1] == (byte)'/')
            {
                bytes = bytes[..^1];
            }

            return new SftpPath(bytes).Name;
        }
    }

    private bool Tree(SftpPath path, SftpPath name, in SftpAttributes attributes)
    {
        bool isWhole = true;
        var open = new Stack<(SftpPath Path, IEnumerator<SftpFileName> Names)>();
        Enter(path, name, attributes);
        while (open.Count > 0)
        {
            (SftpPath directory, IEnumerator<SftpFileName> names) = open.Peek();
            try
            {
                if (names.MoveNext())
                {
                    SftpPath below = directory.Combine(names.Current.Name);
                    SftpAttributes found = _files.Find(below, followLinks: true) ?? throw new SftpCommandException($"{FileSide.Show(below)}: No such file or directory");
                    if (found.IsDirectory)
                    {
                        Enter(below, names.Current.Name, found);
                    }
                    else
                    {
                        isWhole &= File(below, names.Current.Name, found);
                    }

                    continue;
                }
            }
            catch (SftpCommandException e) when (_machine.IsIdle)
            {
                isWhole = Fail(e.Message);
                if (!e.Message.StartsWith("read directory", StringComparison.Ordinal) && !e.Message.StartsWith("open directory", StringComparison.Ordinal))
                {
                    continue;
                }
            }

            names.Dispose();
            open.Pop();
            _machine.EndDirectory();
            isWhole &= Told(_pump.Next());
        }

        return isWhole;

        void Enter(SftpPath from, SftpPath named, in SftpAttributes found)
        {
            if (open.Count == _machine.Limits.Depth)
            {
                isWhole = Fail($"{FileSide.Show(from)}: too deep");
                return;
            }

            _machine.BeginDirectory(new ScpEntry(named.Bytes, (int)(found.Permissions ?? 0x1ED) & ModeBits, 0, TimesOf(found)));
            if (Told(_pump.Next()))
            {
                open.Push((from, _files.List(from).GetEnumerator()));
            }
            else
            {
                isWhole = false;
            }
        }
    }

    private bool File(SftpPath path, SftpPath name, in SftpAttributes attributes)
    {
        if (attributes.Type is not (SftpFileType.Regular or SftpFileType.Unknown))
        {
            return Fail($"{FileSide.Show(path)}: not a regular file");
        }

        using OpenFile file = _files.OpenRead(path);
        long size = (long)Math.Min(attributes.Size ?? 0, long.MaxValue);
        _machine.BeginFile(new ScpEntry(name.Bytes, (int)(attributes.Permissions ?? 0x1A4) & ModeBits, size, TimesOf(attributes)));
        if (!Told(_pump.Next()))
        {
            return false;
        }

        string? failure = null;
        using (ProgressMeter? meter = _job.Meter(FileSide.Show(name), size))
        {
            while (_machine.Remaining > 0 && !_machine.IsEnded)
            {
                int wanted = (int)Math.Min(_buffer.Length, _machine.Remaining);
                int count = failure is null ? Read(file.Stream, wanted, ref failure) : 0;
                if (count == 0)
                {
                    // The size is announced: what can't be read is made up, and said to be.
                    failure ??= $"{FileSide.Show(path)}: the file has shrunk";
                    count = wanted;
                    _buffer.AsSpan(0, count).Clear();
                }

                for (int done = 0; done < count && !_machine.IsEnded;)
                {
                    done += _machine.Write(_buffer.AsSpan(done, count - done));
                    _pump.Flush();
                }

                meter?.Report(size - _machine.Remaining);
                _job.Limit?.Moved(count);
            }
        }

        _machine.EndFile(failure);
        bool arrived = Told(_pump.Next());
        if (failure is not null && !_tellsPeer)
        {
            _job.Report(failure);
        }

        return arrived && failure is null;
    }

    private int Read(Stream stream, int wanted, ref string? failure)
    {
        try
        {
            return stream.Read(_buffer, 0, wanted);
        }
        catch (Exception e) when (e is SftpCommandException or IOException)
        {
            failure = e.Message;
            return 0;
        }
    }

    private ScpTimes? TimesOf(in SftpAttributes attributes) =>
        _job.Preserve && attributes is { ModifyTime: { } modified, AccessTime: { } accessed } ? new ScpTimes(modified, 0, accessed, 0) : null;

    private static ScpEvent Expect(in ScpEvent e) => e.Kind == ScpEventKind.Closed ? throw new SftpCommandException("lost connection") : e;

    /// <summary>Whether the sink did what it was told; if not, says why.</summary>
    private bool Told(ScpEvent e)
    {
        Expect(e);
        if (e.Text is { } text && !_tellsPeer)
        {
            _job.Report(text);
        }

        return e.Kind != ScpEventKind.Refused && e.Text is null;
    }
}
