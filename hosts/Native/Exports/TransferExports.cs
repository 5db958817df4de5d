using System.Runtime.InteropServices;
using SshCore.Native.Boundary;
using SshCore.Native.Sftp;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Exports;

/// <summary>Transfers of whole files.</summary>
internal static class TransferExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_download")]
    internal static Result Download(nint sftp, nint path, nuint pathLength, nint options, nint transfer) =>
        Guard.On(sftp, (path, pathLength, options, transfer), static (SftpObject o, (nint Path, nuint PathLength, nint Options, nint Transfer) a) =>
        {
            In.Need(a.Transfer, "transfer");
            var s = Sized.ReadOptional<DownloadOptionsStruct>(a.Options, "options");
            var path = new SftpPath(In.Bytes(a.Path, a.PathLength, "path").ToArray());
            var options = new SftpDownloadOptions
            {
                Offset = s.Offset,
                Length = s.Length == 0 ? null : s.Length,
                ExpectedSize = In.Flag(s.HasExpectedSize, "has_expected_size") ? s.ExpectedSize : null,
                InOrder = In.Flag(s.InOrder, "in_order"),
                ReadLength = s.ReadLength == 0 ? null : In.Count(s.ReadLength, "read_length"),
            };
            var client = o.Client;
            var handle = s.Handle == 0 ? null : o.HandleOf(s.Handle);
            Out.Write(a.Transfer, o.Start(number => handle is null ? client.Download(path, options, number) : client.Download(handle, options, number)));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_download_pause")]
    internal static Result Pause(nint sftp, ulong transfer, uint paused) =>
        Guard.On(sftp, (transfer, paused), static (SftpObject o, (ulong Transfer, uint Paused) a) =>
        {
            var download = o.Transfer(a.Transfer) as SftpDownload ?? throw new NativeException(Result.State, "The transfer is an upload.");
            download.IsPaused = In.Flag(a.Paused, "paused");
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_upload")]
    internal static Result Upload(nint sftp, nint path, nuint pathLength, nint options, nint transfer) =>
        Guard.On(sftp, (path, pathLength, options, transfer), static (SftpObject o, (nint Path, nuint PathLength, nint Options, nint Transfer) a) =>
        {
            In.Need(a.Transfer, "transfer");
            var s = Sized.ReadOptional<UploadOptionsStruct>(a.Options, "options");
            var path = new SftpPath(In.Bytes(a.Path, a.PathLength, "path").ToArray());
            var options = new SftpUploadOptions
            {
                Offset = s.Offset,
                FSync = In.Flag(s.Fsync, "fsync"),
                WriteLength = s.WriteLength == 0 ? null : In.Count(s.WriteLength, "write_length"),
                Attributes = FileAttributes.Read(s.Attributes),
                FinalAttributes = FileAttributes.Read(s.FinalAttributes),
            };
            options = s.Flags == 0 ? options : options with { Flags = (SftpOpenFlags)s.Flags };
            var client = o.Client;
            var handle = s.Handle == 0 ? null : o.HandleOf(s.Handle);
            Out.Write(a.Transfer, o.Start(number => handle is null ? client.Upload(path, options, number) : client.Upload(handle, options, number)));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_upload_write")]
    internal static Result UploadWrite(nint sftp, ulong transfer, nint data, nuint length, nint taken) =>
        Guard.On(sftp, (transfer, data, length, taken), static (SftpObject o, (ulong Transfer, nint Data, nuint Length, nint Taken) a) =>
        {
            In.Need(a.Taken, "taken");
            Out.Write(a.Taken, (nuint)o.Upload(a.Transfer).Write(In.Bytes(a.Data, a.Length, "data")));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_upload_skip")]
    internal static Result UploadSkip(nint sftp, ulong transfer, ulong count) =>
        Guard.On(sftp, (transfer, count), static (SftpObject o, (ulong Transfer, ulong Count) a) =>
        {
            o.Upload(a.Transfer).Skip(a.Count);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_upload_complete")]
    internal static Result UploadComplete(nint sftp, ulong transfer) => Guard.On(sftp, transfer, static (SftpObject o, ulong transfer) =>
    {
        o.Upload(transfer).Complete();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_transfer_cancel")]
    internal static Result Cancel(nint sftp, ulong transfer) => Guard.On(sftp, transfer, static (SftpObject o, ulong transfer) =>
    {
        o.Transfer(transfer).Cancel();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_transfer_state")]
    internal static Result State(nint sftp, ulong transfer, nint state) => Guard.On(sftp, (transfer, state), static (SftpObject o, (ulong Transfer, nint State) a) =>
    {
        Sized.Need<TransferStruct>(a.State, "state");
        var transfer = o.Transfer(a.Transfer);
        var download = transfer as SftpDownload;
        var upload = transfer as SftpUpload;
        Sized.Write(a.State, new TransferStruct
        {
            Done = transfer.BytesDone,
            InFlight = (ulong)transfer.BytesInFlight,
            Position = upload?.Position ?? 0,
            Length = download?.Length ?? 0,
            Ended = transfer.IsEnded ? 1u : 0u,
            Cancelled = transfer.IsCancelled ? 1u : 0u,
            Paused = download is { IsPaused: true } ? 1u : 0u,
            TakesData = upload is { TakesData: true } ? 1u : 0u,
            Attributes = FileAttributes.Write(download?.Attributes ?? default, o.Texts),
        });
        return Result.Ok;
    });
}
