using System.IO;
using Microsoft.Win32.SafeHandles;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Sftp;

namespace SshCore.Native.Easy;

/// <summary>Copies one file, with core's transfers over a channel that is opened for it.</summary>
internal sealed unsafe class EasyFiles(EasyObject easy, nint progress, nint context)
{
    private const int PieceLength = 256 * 1024;

    public Result Get(string remote, string local)
    {
        // What was there stays until the new content is whole.
        string part = local + ".part";
        var result = Result.Internal;
        try
        {
            using (var file = File.OpenHandle(part, FileMode.Create, FileAccess.Write))
            {
                result = Run(machine => machine.Download(remote), (machine, reply) =>
                {
                    if (reply.Kind == SftpReplyKind.TransferData)
                    {
                        RandomAccess.Write(file, machine.BorrowData(reply).Span, checked((long)reply.Offset));
                        var download = (SftpDownload)reply.Transfer!;
                        Report(download, download.Attributes?.Size ?? download.Length);
                    }
                    else if (reply.Kind == SftpReplyKind.TransferEnded)
                    {
                        RandomAccess.SetLength(file, checked((long)((SftpDownload)reply.Transfer!).Length));
                    }
                });
            }

            if (result == Result.Ok)
            {
                File.Move(part, local, overwrite: true);
            }

            return result;
        }
        finally
        {
            if (result != Result.Ok)
            {
                File.Delete(part);
            }
        }
    }

    public Result Put(string local, string remote)
    {
        using var file = File.OpenHandle(local, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        long total = RandomAccess.GetLength(file);
        byte[] piece = new byte[PieceLength];
        return Run(machine => machine.Upload(remote), (_, reply) =>
        {
            if (reply.Kind == SftpReplyKind.TransferRoom)
            {
                Fill((SftpUpload)reply.Transfer!, file, piece, (ulong)total);
            }
        });
    }

    private void Fill(SftpUpload upload, SafeFileHandle file, byte[] piece, ulong total)
    {
        while (upload.TakesData)
        {
            int count = RandomAccess.Read(file, piece, checked((long)upload.Position));
            if (count == 0)
            {
                upload.Complete();
            }
            else if (upload.Write(piece.AsSpan(0, count)) < count)
            {
                break;
            }
        }

        Report(upload, total);
    }

    private Result Run(Func<SftpClientMachine, SftpTransfer> start, Action<SftpClientMachine, SftpReply> on)
    {
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
                        on(machine, reply);
                        isOver |= reply.Kind is SftpReplyKind.TransferEnded or SftpReplyKind.Ended;
                    }
                }

                return isOver;
            });
            if (transfer.Failure is { } failure)
            {
                throw new NativeException(failure.Request == SftpRequestKind.None ? Result.Closed : Result.Refused, $"{failure.Request}: {failure.Code} {failure.Message}");
            }

            return transfer.IsCancelled ? Result.Limit : transfer.IsEnded ? Result.Ok : Result.Closed;
        }
        finally
        {
            easy.Connection.Channel(id).Close();
        }
    }

    private void Report(SftpTransfer transfer, ulong total)
    {
        if (progress != 0 && ((delegate* unmanaged<nint, ulong, ulong, int>)progress)(context, transfer.BytesDone, total) != 0)
        {
            transfer.Cancel();
        }
    }
}
