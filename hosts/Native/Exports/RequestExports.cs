using System.Runtime.InteropServices;
using SshCore.Channels;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Exports;

/// <summary>Requests on channels and on the connection.</summary>
internal static class RequestExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_exec")]
    internal static Result Exec(nint connection, uint channel, nint command, nuint length, uint wantReply, nint id) =>
        Guard.On(connection, (channel, command, length, wantReply, id), static (ConnectionObject c, (uint Channel, nint Command, nuint Length, uint Reply, nint Id) a) =>
            Send(c, a.Channel, new ExecRequest(In.Bytes(a.Command, a.Length, "command").ToArray()) { WantReply = In.Flag(a.Reply, "want_reply") }, a.Id));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_shell")]
    internal static Result Shell(nint connection, uint channel, uint wantReply, nint id) =>
        Guard.On(connection, (channel, wantReply, id), static (ConnectionObject c, (uint Channel, uint Reply, nint Id) a) =>
            Send(c, a.Channel, new ShellRequest { WantReply = In.Flag(a.Reply, "want_reply") }, a.Id));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_subsystem")]
    internal static Result Subsystem(nint connection, uint channel, nint name, uint wantReply, nint id) =>
        Guard.On(connection, (channel, name, wantReply, id), static (ConnectionObject c, (uint Channel, nint Name, uint Reply, nint Id) a) =>
            Send(c, a.Channel, new SubsystemRequest(In.Text(a.Name, "name")) { WantReply = In.Flag(a.Reply, "want_reply") }, a.Id));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_env")]
    internal static Result Env(nint connection, uint channel, nint name, nint value, uint wantReply, nint id) =>
        Guard.On(connection, (channel, name, value, wantReply, id), static (ConnectionObject c, (uint Channel, nint Name, nint Value, uint Reply, nint Id) a) =>
            Send(c, a.Channel, new EnvRequest(In.Text(a.Name, "name"), In.Text(a.Value, "value")) { WantReply = In.Flag(a.Reply, "want_reply") }, a.Id));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_pty")]
    internal static Result Pty(nint connection, uint channel, nint pty, uint wantReply, nint id) =>
        Guard.On(connection, (channel, pty, wantReply, id), static (ConnectionObject c, (uint Channel, nint Pty, uint Reply, nint Id) a) =>
        {
            var pty = Sized.Read<PtyStruct>(a.Pty, "pty");
            var encoded = In.Bytes(pty.Modes, pty.ModesLength, "modes");
            if (!TerminalModes.TryDecode(encoded, out var modes))
            {
                throw new NativeException(Result.Argument, "modes are not encoded as RFC 4254 §8 says.");
            }

            var request = new PtyRequest(In.OptionalText(pty.Terminal, "terminal") ?? "vt100", Size(pty), modes) { WantReply = In.Flag(a.Reply, "want_reply") };
            return Send(c, a.Channel, request, a.Id);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_window_change")]
    internal static Result WindowChange(nint connection, uint channel, nint pty) =>
        Guard.On(connection, (channel, pty), static (ConnectionObject c, (uint Channel, nint Pty) a) =>
            Send(c, a.Channel, new WindowChangeRequest(Size(Sized.Read<PtyStruct>(a.Pty, "pty"))), 0));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_signal")]
    internal static Result Signal(nint connection, uint channel, nint name) =>
        Guard.On(connection, (channel, name), static (ConnectionObject c, (uint Channel, nint Name) a) =>
            Send(c, a.Channel, new SignalRequest(In.Text(a.Name, "name")), 0));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_exit_status")]
    internal static Result ExitStatus(nint connection, uint channel, uint status) =>
        Guard.On(connection, (channel, status), static (ConnectionObject c, (uint Channel, uint Status) a) =>
            Send(c, a.Channel, new ExitStatusRequest(a.Status), 0));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_exit_signal")]
    internal static Result ExitSignal(nint connection, uint channel, nint name, uint coreDumped, nint message) =>
        Guard.On(connection, (channel, name, coreDumped, message), static (ConnectionObject c, (uint Channel, nint Name, uint Core, nint Message) a) =>
            Send(c, a.Channel, new ExitSignalRequest(In.Text(a.Name, "name"), In.Flag(a.Core, "core_dumped"), In.OptionalText(a.Message, "message") ?? ""), 0));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_request_raw")]
    internal static Result Raw(nint connection, uint channel, nint type, nint data, nuint length, uint wantReply, nint id) =>
        Guard.On(connection, (channel, type, data, length, wantReply, id), static (ConnectionObject c, (uint Channel, nint Type, nint Data, nuint Length, uint Reply, nint Id) a) =>
            Send(c, a.Channel, new RawChannelRequest(In.Text(a.Type, "type"), In.Bytes(a.Data, a.Length, "data").ToArray()) { WantReply = In.Flag(a.Reply, "want_reply") }, a.Id));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_global_request")]
    internal static Result Global(nint connection, nint name, nint data, nuint length, uint wantReply, nint id) =>
        Guard.On(connection, (name, data, length, wantReply, id), static (ConnectionObject c, (nint Name, nint Data, nuint Length, uint Reply, nint Id) a) =>
        {
            var request = new GlobalRequest(In.Text(a.Name, "name"), In.Bytes(a.Data, a.Length, "data").ToArray(), In.Flag(a.Reply, "want_reply"));
            Out.Write(a.Id, c.Connection.SendGlobalRequest(request).Number);
            return Result.Ok;
        });

    private static Result Send(ConnectionObject c, uint channel, ChannelRequest request, nint id)
    {
        Out.Write(id, c.Channel(channel).Request(request).Number);
        return Result.Ok;
    }

    private static PtySize Size(in PtyStruct pty) => new(pty.Columns, pty.Rows, pty.PixelWidth, pty.PixelHeight);
}
