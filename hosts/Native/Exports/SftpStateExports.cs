using System.Runtime.InteropServices;
using SshCore.Native.Boundary;
using SshCore.Native.Sftp;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Exports;

/// <summary>How an end of SFTP stands, what its peer announced, and its bytes without a copy.</summary>
internal static class SftpStateExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_receive_buffer")]
    internal static Result ReceiveBuffer(nint sftp, nint buffer, nint length) =>
        Guard.On(sftp, (buffer, length), static (SftpObject o, (nint Buffer, nint Length) a) =>
        {
            In.Need(a.Buffer, "buffer");
            In.Need(a.Length, "length");
            Out.Write(a.Buffer, o.LendInput(out int length));
            Out.Write(a.Length, (nuint)length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_commit")]
    internal static Result Commit(nint sftp, nuint count) => Guard.On(sftp, count, static (SftpObject o, nuint count) =>
    {
        o.CommitInput(In.Count(count, "count"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_tick")]
    internal static Result Tick(nint sftp, ulong nowUs) => Guard.On(sftp, nowUs, static (SftpObject o, ulong now) =>
    {
        o.Machine.Tick(In.Instant(now));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_abort")]
    internal static Result Abort(nint sftp, nint reason) => Guard.On(sftp, reason, static (SftpObject o, nint reason) =>
    {
        o.Machine.Abort(In.Text(reason, "reason"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_last_detail")]
    internal static Result LastDetail(nint sftp, nint text) => Guard.OnLending(sftp, text, static (SftpObject o, nint text) =>
    {
        In.Need(text, "text");
        Out.Write(text, o.Texts.Text(o.Detail));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_get_state")]
    internal static Result State(nint sftp, nint state) => Guard.On(sftp, state, static (SftpObject o, nint destination) =>
    {
        Sized.Need<SftpStateStruct>(destination, "state");
        var client = o.Machine as SftpClientMachine;
        var server = o.Machine as SftpServerMachine;
        Sized.Write(destination, new SftpStateStruct
        {
            Ready = client is { IsReady: true } ? 1u : 0u,
            WantsInput = o.Machine.WantsInput ? 1u : 0u,
            HasWork = o.Machine.HasWork ? 1u : 0u,
            ClosedByPeer = o.Machine.ClosedByPeer ? 1u : 0u,
            ClientVersion = server?.ClientVersion ?? 0,
            OpenHandles = (uint)(server?.OpenHandles ?? 0),
            PendingRequests = (uint)(client?.PendingRequests ?? server?.PendingRequests ?? 0),
            Transfers = (uint)(client?.Transfers ?? 0),
            TransferWindow = (ulong)(client?.TransferWindow ?? 0),
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_extension")]
    internal static Result Extension(nint sftp, nuint index, nint name, nint data, nint length) =>
        Guard.On(sftp, (index, name, data, length), static (SftpObject o, (nuint Index, nint Name, nint Data, nint Length) a) =>
        {
            In.Need(a.Name, "name");
            In.Need(a.Data, "data");
            In.Need(a.Length, "length");
            var extension = At(o.Client.Extensions, a.Index, "extensions");
            Out.Write(a.Name, o.Texts.Text(extension.Name));
            Out.Write(a.Data, o.Texts.Bytes(extension.Data.Span));
            Out.Write(a.Length, (nuint)extension.Data.Length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_server_limits")]
    internal static Result ServerLimits(nint sftp, nint limits) => Guard.On(sftp, limits, static (SftpObject o, nint destination) =>
    {
        Sized.Need<ServerLimitsStruct>(destination, "limits");
        var told = o.Client.ServerLimits;
        Sized.Write(destination, new ServerLimitsStruct
        {
            PacketLength = told.PacketLength,
            ReadLength = told.ReadLength,
            WriteLength = told.WriteLength,
            OpenHandles = told.OpenHandles,
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_reply_user")]
    internal static Result ReplyUser(nint sftp, nuint index, nint name) =>
        Guard.On(sftp, (index, name), static (SftpObject o, (nuint Index, nint Name) a) => WriteName(o, o.Reply.Users, a.Index, a.Name));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_reply_group")]
    internal static Result ReplyGroup(nint sftp, nuint index, nint name) =>
        Guard.On(sftp, (index, name), static (SftpObject o, (nuint Index, nint Name) a) => WriteName(o, o.Reply.Groups, a.Index, a.Name));

    private static Result WriteName(SftpObject o, IReadOnlyList<string> names, nuint index, nint name)
    {
        In.Need(name, "name");
        Out.Write(name, o.Texts.Text(At(names, index, "names")));
        return Result.Ok;
    }

    private static T At<T>(IReadOnlyList<T> list, nuint index, string what) => index < (nuint)list.Count ? list[(int)index]
        : throw new NativeException(Result.Argument, $"There are {list.Count} {what}.");
}
