using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Sftp;

namespace SshCore.Native.Easy;

/// <summary>Copies one file, with core's transfers over a channel that is opened for it.</summary>
internal sealed unsafe class EasyFiles(EasyObject easy, nint progress, nint context)
{
    private const int PieceLength = 256 * 1024;

    public void Get(ReadOnlySpan<byte> remote, ReadOnlySpan<byte> local)
    {
        var path = new SftpPath(remote.ToArray());
        easy.Begin();

        // What was there stays until the new content is whole.
        using var file = LocalFile.Replace(local);
        Run(machine => machine.Download(path), (machine, reply) =>
        {
            var download = (SftpDownload)reply.Transfer!;
            ulong total = download.Attributes?.Size ?? download.Length;
            if (reply.Kind == SftpReplyKind.TransferData)
            {
                file.Write(machine.BorrowData(reply).Span, reply.Offset);
                Report(download, total);
            }
            else if (reply.Kind == SftpReplyKind.TransferEnded)
            {
                file.SetLength(download.Length);
                ReportEnd(download, download.Length);
            }
        });
        file.Publish();
    }

    public void Put(ReadOnlySpan<byte> local, ReadOnlySpan<byte> remote)
    {
        var path = new SftpPath(remote.ToArray());
        easy.Begin();
        using var file = LocalFile.Read(local);
        ulong total = file.Length;
        byte[] piece = new byte[PieceLength];
        int start = 0, end = 0;
        Run(machine => machine.Upload(path), (_, reply) =>
        {
            var upload = (SftpUpload)reply.Transfer!;
            if (reply.Kind == SftpReplyKind.TransferRoom)
            {
                Fill(upload);
                Report(upload, total);
            }
            else if (reply.Kind == SftpReplyKind.TransferEnded)
            {
                ReportEnd(upload, upload.BytesDone);
            }
        });

        void Fill(SftpUpload upload)
        {
            while (upload.TakesData)
            {
                if (start == end)
                {
                    (start, end) = (0, file.Next(piece));
                    if (end == 0)
                    {
                        upload.Complete();
                        return;
                    }
                }

                int taken = upload.Write(piece.AsSpan(start..end));
                start += taken;
                if (start < end)
                {
                    return;
                }
            }
        }
    }

    private void Run(Func<SftpClientMachine, SftpTransfer> start, Action<SftpClientMachine, SftpReply> on)
    {
        easy.FileStatus = (uint)SftpStatusCode.Ok;
        var id = easy.Start(new SubsystemRequest("sftp"));
        using var machine = new SftpClientMachine();
        try
        {
            easy.Connection.AttachSftp(id, machine);
            var transfer = start(machine);
            bool isOver = false;
            easy.Until(e =>
            {
                if (e.Kind == SshEventKind.SftpReady && e.Channel == id)
                {
                    while (machine.TryPoll(out var reply))
                    {
                        easy.Renew();
                        isOver |= reply.Kind is SftpReplyKind.TransferEnded or SftpReplyKind.Ended;
                        if (reply.Transfer is not null)
                        {
                            on(machine, reply);
                        }
                    }
                }

                return isOver;
            });
            Judge(transfer);
        }
        finally
        {
            easy.Finish(id);
        }
    }

    private void Judge(SftpTransfer transfer)
    {
        if (transfer.IsCancelled)
        {
            throw new NativeException(Result.Cancelled, "The progress callback gave the transfer up.");
        }

        if (transfer.Failure is { Request: SftpRequestKind.None } lost)
        {
            throw new NativeException(Result.Closed, lost.Message);
        }

        if (transfer.Failure is { } failure)
        {
            easy.FileStatus = (uint)failure.Code;
            throw new NativeException(Result.Refused, $"{failure.Request}: {failure.Code} {failure.Message}");
        }

        if (!transfer.IsEnded)
        {
            throw new NativeException(Result.Closed, "The server ended the session.");
        }
    }

    private void ReportEnd(SftpTransfer transfer, ulong total)
    {
        if (!transfer.IsCancelled && transfer.Failure is null && progress != 0)
        {
            // It is done: the answer changes nothing any more.
            _ = Call(transfer.BytesDone, total);
        }
    }

    private void Report(SftpTransfer transfer, ulong total)
    {
        if (progress == 0 || transfer.IsCancelled)
        {
            return;
        }

        if (Call(transfer.BytesDone, total) != 0)
        {
            transfer.Cancel();
        }

        easy.Renew();
    }

    private int Call(ulong done, ulong total) => ((delegate* unmanaged<nint, ulong, ulong, int>)progress)(context, done, total);
}
