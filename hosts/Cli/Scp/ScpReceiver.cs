using System.IO;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Scp;
using SshCore.Sftp;

namespace SshCore.Cli.Scp;

/// <summary>Takes files by the old protocol.</summary>
internal sealed class ScpReceiver : IDisposable
{
    private const int PermissionBits = 0x1FF;
    private const int OwnerBits = 0x1C0;

    private readonly ScpSink _machine;
    private readonly ScpPump _pump;
    private readonly FileSide _files;
    private readonly ScpJob _job;
    private readonly SftpPath _target;
    private readonly bool _isDirectory;
    private readonly Stack<(SftpPath Path, SftpAttributes Kept)> _open = new();
    private bool _isWhole = true;

    /// <summary>A receiver of files.</summary>
    /// <param name="stream">To the source.</param>
    /// <param name="files">Where the files go.</param>
    /// <param name="target">The file, or the directory to put files into.</param>
    /// <param name="expected">Patterns of the names that were asked for; null if the source chooses.</param>
    /// <param name="job">How.</param>
    internal ScpReceiver(Stream stream, FileSide files, SftpPath target, IReadOnlyList<ReadOnlyMemory<byte>>? expected, ScpJob job)
    {
        _files = files;
        _target = target;
        _job = job;
        _isDirectory = files.Find(target, followLinks: true) is { IsDirectory: true };
        _machine = new ScpSink(new ScpSinkOptions { Recursive = job.Recursive, ExpectedNames = expected, MaxEntries = _isDirectory ? int.MaxValue : 1 });
        _pump = new ScpPump(_machine, stream);
    }

    /// <summary>Takes all that comes.</summary>
    /// <returns>Whether all of it is here.</returns>
    /// <exception cref="SftpCommandException">The session ended in the middle, or the source sent what it must not.</exception>
    internal bool Run()
    {
        while (true)
        {
            ScpEvent e = _pump.Next();
            switch (e.Kind)
            {
                case ScpEventKind.Closed:
                    return _isWhole;
                case ScpEventKind.Warning:
                    Failed(e.Text!);
                    break;
                case ScpEventKind.FileOffered:
                    File(e.Entry!);
                    break;
                case ScpEventKind.DirectoryOffered:
                    Answer(() => Enter(e.Entry!));
                    break;
                case ScpEventKind.DirectoryEnded:
                    (SftpPath path, SftpAttributes kept) = _open.Pop();
                    Answer(() =>
                    {
                        if (!kept.IsEmpty)
                        {
                            _files.SetAttributes(path, kept);
                        }
                    });
                    break;
            }
        }
    }

    public void Dispose() => _machine.Dispose();

    private SftpPath PathOf(ScpEntry entry) => _open.Count > 0 ? _open.Peek().Path.Combine(new SftpPath(entry.Name))
        : _isDirectory ? _target.Combine(new SftpPath(entry.Name))
        : _target;

    private void Enter(ScpEntry entry)
    {
        SftpPath path = PathOf(entry);
        bool wasThere = _files.EnsureDirectory(path, (uint)((entry.Mode & PermissionBits) | OwnerBits));
        SftpAttributes kept = Kept(entry);
        if (kept.IsEmpty && !wasThere && (entry.Mode & OwnerBits) != OwnerBits)
        {
            kept = new SftpAttributes { Permissions = (uint)(entry.Mode & PermissionBits) };
        }

        _open.Push((path, kept));
    }

    private void File(ScpEntry entry)
    {
        SftpPath path = PathOf(entry);
        OpenFile file;
        try
        {
            file = _files.OpenWrite(path, (uint)(entry.Mode & PermissionBits), 0);
        }
        catch (SftpCommandException e)
        {
            Refuse(e.Message);
            return;
        }

        using (file)
        {
            _machine.Accept();
            Receive(file, entry, path);
        }
    }

    private void Receive(OpenFile file, ScpEntry entry, SftpPath path)
    {
        string? failure = null;
        long done = 0;
        ScpEvent e;
        using (ProgressMeter? meter = _job.Meter(FileSide.Show(path.Name), entry.Size))
        {
            // What can't be written is thrown away, so that the next file can be found behind it.
            while ((e = _pump.Next()).Kind == ScpEventKind.Data)
            {
                failure ??= Try(() => file.Stream.Write(e.Data.Span));
                done += e.Data.Length;
                meter?.Report(done);
                _job.Limit?.Moved(e.Data.Length);
            }
        }

        if (e.Kind != ScpEventKind.FileEnded)
        {
            throw new SftpCommandException("lost connection");
        }

        if (e.Text is { } text)
        {
            Failed(text);
        }

        SftpAttributes kept = Kept(entry);
        failure ??= Try(() =>
        {
            if (!kept.IsEmpty)
            {
                file.SetAttributes(kept);
            }

            file.Close();
        });
        if (failure is null)
        {
            _machine.Accept();
        }
        else
        {
            Refuse(failure);
        }
    }

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (e is SftpCommandException or IOException)
        {
            return e.Message;
        }
    }

    private void Answer(Action action)
    {
        if (Try(action) is { } failure)
        {
            Refuse(failure);
        }
        else
        {
            _machine.Accept();
        }
    }

    private void Refuse(string message)
    {
        Failed(message);
        _machine.Refuse(message);
    }

    private void Failed(string message)
    {
        _isWhole = false;
        _job.Report(message);
    }

    /// <summary>Set-user-ID and its kin are never taken over: the source must not plant such a program here.</summary>
    private SftpAttributes Kept(ScpEntry entry) => !_job.Preserve ? default : new SftpAttributes
    {
        Permissions = (uint)(entry.Mode & PermissionBits),
        AccessTime = entry.Times is { } times ? Seconds(times.AccessSeconds) : null,
        ModifyTime = entry.Times is { } same ? Seconds(same.ModifySeconds) : null,
    };

    private static uint Seconds(long seconds) => (uint)Math.Min(seconds, uint.MaxValue);
}
