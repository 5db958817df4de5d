using System.Runtime.InteropServices;
using SshCore.Channels;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Sftp;
using SshCore.Sftp;

namespace SshCore.Native.Exports;

/// <summary>Data that is written straight into the output: memory is lent, filled and committed.</summary>
internal static class LendingExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_reserve")]
    internal static Result ChannelReserve(nint connection, uint channel, uint stream, nuint most, nint buffer, nint length) =>
        Guard.On(connection, (channel, stream, most, buffer, length), static (ConnectionObject c, (uint Channel, uint Stream, nuint Most, nint Buffer, nint Length) a) =>
        {
            In.Need(a.Buffer, "buffer");
            In.Need(a.Length, "length");
            int most = Most(a.Most);
            var stream = ChannelExports.Stream(a.Stream);
            Out.Write(a.Buffer, c.Reserve(c.Channel(a.Channel), most, stream, out int length));
            Out.Write(a.Length, (nuint)length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_commit")]
    internal static Result ChannelCommit(nint connection, nuint count) => Guard.OnLending(connection, count, static (ConnectionObject c, nuint count) =>
    {
        c.CommitReserved(In.Count(count, "count"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_write_reserve")]
    internal static Result WriteReserve(nint sftp, ulong handle, ulong offset, nuint most, nint buffer, nint length) =>
        Guard.On(sftp, (handle, offset, most, buffer, length), static (SftpObject o, (ulong Handle, ulong Offset, nuint Most, nint Buffer, nint Length) a) =>
        {
            In.Need(a.Buffer, "buffer");
            In.Need(a.Length, "length");
            bool isThere = o.Client.TryReserveWrite(o.HandleOf(a.Handle), a.Offset, Most(a.Most), out var reservation);
            return Lend(o, isThere, reservation, a.Buffer, a.Length);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_upload_reserve")]
    internal static Result UploadReserve(nint sftp, ulong transfer, nuint most, nint buffer, nint length) =>
        Guard.On(sftp, (transfer, most, buffer, length), static (SftpObject o, (ulong Transfer, nuint Most, nint Buffer, nint Length) a) =>
        {
            In.Need(a.Buffer, "buffer");
            In.Need(a.Length, "length");
            bool isThere = o.Upload(a.Transfer).TryReserve(Most(a.Most), out var reservation);
            return Lend(o, isThere, reservation, a.Buffer, a.Length);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_write_commit")]
    internal static Result WriteCommit(nint sftp, nuint count, nint id) =>
        Guard.OnLending(sftp, (count, id), static (SftpObject o, (nuint Count, nint Id) a) =>
        {
            Out.Write(a.Id, o.CommitReserved(In.Count(a.Count, "count")).Number);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_reserve")]
    internal static Result AnswerReserve(nint sftp, ulong token, nint buffer, nint length) =>
        Guard.On(sftp, (token, buffer, length), static (SftpObject o, (ulong Token, nint Buffer, nint Length) a) =>
        {
            In.Need(a.Buffer, "buffer");
            In.Need(a.Length, "length");
            var room = o.Request(a.Token, SftpRequestKind.Read).ReserveData();
            Out.Write(a.Buffer, o.Lend(room));
            Out.Write(a.Length, (nuint)room.Length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_commit")]
    internal static Result AnswerCommit(nint sftp, ulong token, nuint count) =>
        Guard.On(sftp, (token, count), static (SftpObject o, (ulong Token, nuint Count) a) =>
        {
            o.Request(a.Token, SftpRequestKind.Read).CommitData(In.Count(a.Count, "count"));
            return o.Answered(a.Token);
        });

    private static Result Lend(SftpObject o, bool isThere, in SftpWriteReservation reservation, nint buffer, nint length)
    {
        int count = 0;
        Out.Write(buffer, isThere ? o.Lend(reservation, out count) : Arena.Empty);
        Out.Write(length, (nuint)count);
        return Result.Ok;
    }

    private static int Most(nuint most) => most switch
    {
        0 => throw new NativeException(Result.Argument, "most is 0; at least one byte is lent."),
        > int.MaxValue => int.MaxValue,
        _ => (int)most,
    };
}
