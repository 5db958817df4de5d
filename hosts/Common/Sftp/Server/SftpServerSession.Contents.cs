using System.Buffers;
using System.IO;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>The requests that go through the contents of files: check-file and copy-data.</content>
internal sealed partial class SftpServerSession
{
    private const int PieceLength = 128 * 1024;

    private async ValueTask CheckFileAsync(SftpServerRequest request)
    {
        string? algorithm = FileHash.Choose(request.Text);
        if (algorithm is null)
        {
            Answer(request, new(SftpStatusCode.Failure, "No supported hash types found"));
            return;
        }

        var open = request.State as OpenFile;
        var path = request.Path;
        long offset = request.Offset;
        long length = request.Length;
        uint block = request.BlockSize;
        var result = await Aside(() => open is null ? HashAsync(path, algorithm, offset, length, block) : HashAsync(open.File, algorithm, offset, length, block)).ConfigureAwait(false);
        if (result.IsOk)
        {
            request.AnswerHashes(algorithm, result.Value);
        }
        else
        {
            Answer(request, result.Status);
        }
    }

    private async ValueTask<SftpResult<byte[]>> HashAsync(SftpPath path, string algorithm, long offset, long length, uint block)
    {
        var opened = await Wait(_files.OpenAsync(path, SftpOpenFlags.Read, default, _ended.Token)).ConfigureAwait(false);
        if (!opened.IsOk)
        {
            return opened.Status;
        }

        try
        {
            return await HashAsync(opened.Value, algorithm, offset, length, block).ConfigureAwait(false);
        }
        finally
        {
            await Wait(opened.Value.CloseAsync()).ConfigureAwait(false);
        }
    }

    // Every block by itself, the last as far as the file goes; without blocks one value, also of nothing.
    private async ValueTask<SftpResult<byte[]>> HashAsync(ISftpFile file, string algorithm, long offset, long length, uint block)
    {
        long left = length == 0 ? long.MaxValue - offset : length;
        long blockLeft = block == 0 ? long.MaxValue : block;
        long inBlock = 0;
        int most = _machine.MostHashBytes;
        using var hash = FileHash.Create(algorithm);
        using var values = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            while (left > 0)
            {
                _ended.Token.ThrowIfCancellationRequested();
                int wanted = (int)Math.Min(Math.Min(left, blockLeft), PieceLength);
                var read = await Wait(file.ReadAsync(offset, buffer.AsMemory(0, wanted), _ended.Token)).ConfigureAwait(false);
                if (read.Status.Code == SftpStatusCode.EndOfFile || read is { IsOk: true, Value: 0 })
                {
                    break;
                }

                if (!read.IsOk)
                {
                    return read.Status;
                }

                hash.Append(buffer, read.Value);
                offset += read.Value;
                left -= read.Value;
                blockLeft -= read.Value;
                inBlock += read.Value;
                if (blockLeft == 0)
                {
                    if (values.Length + hash.Length > most)
                    {
                        return new SftpStatus(SftpStatusCode.Failure, "Too many blocks for one reply");
                    }

                    Add(values, hash.Finish());
                    blockLeft = block;
                    inBlock = 0;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (inBlock > 0 || block == 0)
        {
            if (values.Length + hash.Length > most)
            {
                return new SftpStatus(SftpStatusCode.Failure, "Too many blocks for one reply");
            }

            Add(values, hash.Finish());
        }

        return values.ToArray();
    }

    private static void Add(MemoryStream values, byte[] value) => values.Write(value, 0, value.Length);

    private async ValueTask<SftpStatus> CopyAsync(OpenFile from, OpenFile to, long offset, long length, long otherOffset)
    {
        // Two handles of one file are as one: a copy that runs into itself would grow without end.
        if (from != to && from.Path == to.Path)
        {
            return new(SftpStatusCode.Failure, "The files are the same");
        }

        var status = await Wait(from.File.CopyAsync(offset, length, to.File, otherOffset, _ended.Token)).ConfigureAwait(false);
        if (status.Code != SftpStatusCode.OperationUnsupported)
        {
            return status;
        }

        bool toTheEnd = length == 0;
        long left = toTheEnd ? long.MaxValue - Math.Max(offset, otherOffset) : length;
        if (toTheEnd && await Wait(from.File.StatAsync(_ended.Token)).ConfigureAwait(false) is { IsOk: true, Value.Size: { } size })
        {
            // Under another name it can still be the same file: what it has now is what is copied.
            left = Math.Min(left, Math.Max(0, (long)Math.Min(size, long.MaxValue) - offset));
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            while (left > 0)
            {
                _ended.Token.ThrowIfCancellationRequested();
                var read = await Wait(from.File.ReadAsync(offset, buffer.AsMemory(0, (int)Math.Min(left, PieceLength)), _ended.Token)).ConfigureAwait(false);
                if (read.Status.Code == SftpStatusCode.EndOfFile || read is { IsOk: true, Value: 0 })
                {
                    // A range that the file does not have is told, as OpenSSH's server does.
                    return toTheEnd ? SftpStatus.Ok : SftpStatusCode.EndOfFile;
                }

                if (!read.IsOk)
                {
                    return read.Status;
                }

                status = await Wait(to.File.WriteAsync(otherOffset, buffer.AsMemory(0, read.Value), _ended.Token)).ConfigureAwait(false);
                if (!status.IsOk)
                {
                    return status;
                }

                from.BytesRead += read.Value;
                to.BytesWritten += read.Value;
                offset += read.Value;
                otherOffset += read.Value;
                left -= read.Value;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return SftpStatus.Ok;
    }

    /// <summary>Long work beside the loop, which goes on with what may overlap it; blocking, in the loop.</summary>
    private ValueTask<T> Aside<T>(Func<ValueTask<T>> work) =>
        _sync ? work() : InTurn(new ValueTask<T>(Task.Run(async () => await work().ConfigureAwait(false))));

    private ValueTask<T> Wait<T>(ValueTask<T> operation) =>
        _sync && !operation.IsCompleted ? new(operation.AsTask().GetAwaiter().GetResult()) : operation;
}
