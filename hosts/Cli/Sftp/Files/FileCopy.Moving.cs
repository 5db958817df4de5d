using System.IO;
using SshCore.Cli.Sftp.Commands;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Files;

// One file: by the client's transfers between this machine and a server, else piece by piece.
internal sealed partial class FileCopy
{
    /// <summary>One regular file; what is to be moved beside others is given back.</summary>
    private SftpFileTransfer? File(SftpPath source, SftpPath target, SftpAttributes? known)
    {
        SftpAttributes attributes = known ?? _from.Find(source, followLinks: true) ?? throw new SftpCommandException($"stat {FileSide.Show(source)}: No such file or directory");
        bool isDevice = attributes.Type is SftpFileType.CharacterDevice or SftpFileType.Fifo;
        if (!attributes.IsRegularFile && attributes.Type != SftpFileType.Unknown && !isDevice)
        {
            throw new SftpCommandException($"\"{FileSide.Show(source)}\": not a regular file");
        }

        long size = (long)Math.Min(attributes.Size ?? 0, long.MaxValue);
        long offset = _options.Resume ? ResumeAt(target, size) : 0;
        uint mode = ((attributes.Permissions ?? 0x1B6) & PermissionBits) | WritableByOwner;
        var place = new FilePlace(source, target, attributes, size, offset, mode);
        if (_limit is null && _from is RemoteSide && _to is LocalSide local && !isDevice)
        {
            _targets.Add(target);
            return new Download(this, place, inOrder: local.IsDevice(target));
        }

        if (_limit is null && _from is LocalSide && _to is RemoteSide)
        {
            OpenFile input = _from.OpenRead(source);
            _targets.Add(target);
            return new Upload(this, place, input);
        }

        Move(place);
        return null;
    }

    private long ResumeAt(SftpPath target, long size)
    {
        long there = (long)Math.Min(_to.Find(target, followLinks: true)?.Size ?? 0, long.MaxValue);
        return there <= size ? there : throw new SftpCommandException($"Unable to resume \"{FileSide.Show(target)}\": the target is larger than the source");
    }

    private CopyLine Begin(FilePlace place)
    {
        CopyLine line = _lines.Begin(() => Meter(FileSide.Show(place.Source.Name), place.Size, place.Offset));
        line.Moved(place.Offset);
        return line;
    }

    private void Move(FilePlace place)
    {
        using OpenFile input = _from.OpenRead(place.Source);
        using OpenFile output = _to.OpenWrite(place.Target, place.Mode, place.Offset);
        CopyLine line = Begin(place);
        try
        {
            Move(input, output, place, line);
            Finish(output, place, line);
        }
        finally
        {
            line.End();
        }
    }

    private void Move(OpenFile input, OpenFile output, FilePlace place, CopyLine line)
    {
        byte[] buffer = _buffer ??= GC.AllocateUninitializedArray<byte>(_limit?.Step ?? BufferSize);
        long done = place.Offset;
        while (true)
        {
            int count = Read(input, done, buffer, place);
            if (count == 0)
            {
                return;
            }

            Write(output, done, buffer.AsMemory(0, count), place);
            done += count;
            line.Moved(done);
            _limit?.Moved(count);
            StopIfInterrupted();
        }
    }

    /// <summary>Sync, attributes and the close of what was written here.</summary>
    private void Finish(OpenFile output, FilePlace place, CopyLine line)
    {
        if (_options.Sync && !output.TrySync())
        {
            line.Say(() => Report($"\"{FileSide.Show(place.Target)}\": the server can't sync"));
        }

        SftpAttributes kept = Kept(place.Attributes);
        if (!kept.IsEmpty)
        {
            output.Stream.Flush();
            output.SetAttributes(kept);
        }

        output.Close();
    }

    private static int Read(OpenFile input, long offset, Memory<byte> buffer, FilePlace place)
    {
        try
        {
            return input.Read(offset, buffer);
        }
        catch (SftpException e)
        {
            throw RemoteSide.Failed($"read remote \"{FileSide.Show(place.Source)}\"", e);
        }
        catch (IOException e) when (e is not SshException)
        {
            throw new SftpCommandException($"read local \"{FileSide.Show(place.Source)}\": {e.Message}", e);
        }
    }

    private static void Write(OpenFile output, long offset, ReadOnlyMemory<byte> data, FilePlace place)
    {
        try
        {
            output.Write(offset, data);
        }
        catch (SftpException e)
        {
            throw RemoteSide.Failed($"write remote \"{FileSide.Show(place.Target)}\"", e);
        }
        catch (IOException e) when (e is not SshException)
        {
            throw new SftpCommandException($"write local \"{FileSide.Show(place.Target)}\": {e.Message}", e);
        }
    }

    private void StopIfInterrupted()
    {
        if (IsInterrupted())
        {
            throw new OperationCanceledException("Interrupt");
        }
    }

    /// <summary>A failure of the server's, in the words for its request.</summary>
    private static string Told(SftpException failure, SftpRequestKind refused, SftpPath path)
    {
        string what = refused switch
        {
            SftpRequestKind.Open => "remote open",
            SftpRequestKind.Read => "read remote",
            SftpRequestKind.FSetStat => "remote fsetstat",
            SftpRequestKind.FSync => "remote fsync",
            _ => "write remote",
        };
        return $"{what} \"{FileSide.Show(path)}\": {FileSide.Reason(failure.Status, failure.ServerMessage)}";
    }

    private void Ended(SftpFileEnd end, FilePlace place, SftpPath remote, CopyLine line, Func<string?> finish)
    {
        _targets.Remove(place.Target);

        // The session's end is told once, for all.
        string? problem = end.Failure switch
        {
            null => finish(),
            SftpException e when end.Refused != SftpRequestKind.None => Told(e, end.Refused, remote),
            OperationCanceledException or SshException or ObjectDisposedException => "",
            { } e => e.Message,
        };
        if (problem is not null)
        {
            _isWhole = false;
            if (problem.Length > 0)
            {
                line.Say(() => Report(problem));
            }
        }

        line.End();
    }

    /// <summary>What is copied.</summary>
    /// <param name="Source">From where.</param>
    /// <param name="Target">To where.</param>
    /// <param name="Attributes">The source's.</param>
    /// <param name="Size">The source's, in bytes.</param>
    /// <param name="Offset">What is before it is there already.</param>
    /// <param name="Mode">Permissions of a target that is made.</param>
    private sealed record FilePlace(SftpPath Source, SftpPath Target, SftpAttributes Attributes, long Size, long Offset, uint Mode);

    private sealed class Download(FileCopy copy, FilePlace place, bool inOrder)
        : SftpFileDownload(place.Source, new SftpDownloadOptions
        {
            Offset = (ulong)place.Offset,
            ExpectedSize = place.Attributes.Size,
            InOrder = inOrder,
            ReadLength = copy._options.BlockSize,
        })
    {
        private readonly CopyLine _line = copy.Begin(place);
        private OpenFile? _file;

        protected internal override void OnProgress(long bytes) => _line.Moved(place.Offset + bytes);

        protected internal override void Write(long offset, ReadOnlyMemory<byte> data)
        {
            copy.StopIfInterrupted();
            FileCopy.Write(Open(), offset, data, place);
        }

        protected internal override void OnEnded(SftpFileEnd end)
        {
            copy.Ended(end, place, place.Source, _line, () => Try(() =>
            {
                // A file that shrank while it was read out of order.
                OpenFile file = Open();
                if (!inOrder && file.Length is { } length && length > end.Length)
                {
                    file.Cut(end.Length);
                }

                copy.Finish(file, place, _line);
            }));
            if (end.Failure is not null && _file is { } open && !inOrder && open.Length > end.Whole)
            {
                // Whoever resumes goes by the length. Why it failed is told already.
                _ = Try(() => open.Cut(end.Whole));
            }

            _file?.Dispose();
        }

        private static string? Try(Action action)
        {
            try
            {
                action();
                return null;
            }
            catch (Exception e) when (e is SftpCommandException or IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }

        private OpenFile Open() => _file ??= copy._to.OpenWrite(place.Target, place.Mode, place.Offset);
    }

    private sealed class Upload(FileCopy copy, FilePlace place, OpenFile file)
        : SftpFileUpload(place.Target, new SftpUploadOptions
        {
            Offset = (ulong)place.Offset,
            Flags = SftpOpenFlags.Write | SftpOpenFlags.Create | (place.Offset == 0 ? SftpOpenFlags.Truncate : SftpOpenFlags.None),
            Attributes = new SftpAttributes { Permissions = place.Mode },
            FinalAttributes = copy.Kept(place.Attributes),
            FSync = copy._options.Sync,
            WriteLength = copy._options.BlockSize,
        })
    {
        private readonly CopyLine _line = copy.Begin(place);

        protected internal override void OnProgress(long bytes)
        {
            copy.StopIfInterrupted();
            _line.Moved(place.Offset + bytes);
        }

        protected internal override int Read(long offset, Memory<byte> buffer)
        {
            copy.StopIfInterrupted();
            return FileCopy.Read(file, offset, buffer, place);
        }

        protected internal override void OnEnded(SftpFileEnd end)
        {
            file.Dispose();
            if (end.Failure is null)
            {
                _line.Moved(end.Length);
            }

            copy.Ended(end, place, place.Target, _line, () =>
            {
                if (copy._options.Sync && copy._to is RemoteSide remote && !remote.Client.Supports(SftpExtensionNames.FSync))
                {
                    _line.Say(() => copy.Report($"\"{FileSide.Show(place.Target)}\": the server can't sync"));
                }

                return null;
            });
        }
    }
}
