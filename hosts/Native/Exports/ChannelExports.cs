using System.Runtime.InteropServices;
using SshCore.Channels;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Exports;

/// <summary>Channels and their data.</summary>
internal static class ChannelExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_open")]
    internal static Result Open(nint connection, nint type, nint options, nint channel) =>
        Guard.On(connection, (type, options, channel), static (ConnectionObject c, (nint Type, nint Options, nint Channel) a) =>
        {
            In.Need(a.Channel, "channel");
            var options = Sized.ReadOptional<ChannelOptionsStruct>(a.Options, "options");
            var id = c.Connection.OpenChannel(new ChannelOpen(In.Text(a.Type, "type"), In.Bytes(options.Data, options.DataLength, "data").ToArray())
            {
                WindowSize = options.WindowSize == 0 ? null : options.WindowSize,
                MaxPacketSize = options.MaxPacketSize == 0 ? null : options.MaxPacketSize,
                ManualWindow = In.Flag(options.ManualWindow, "manual_window"),
            });
            Out.Write(a.Channel, id.LocalNumber);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_write")]
    internal static Result Write(nint connection, uint channel, uint stream, nint data, nuint length, nint written) =>
        Guard.On(connection, (channel, stream, data, length, written), static (ConnectionObject c, (uint Channel, uint Stream, nint Data, nuint Length, nint Written) a) =>
        {
            In.Need(a.Written, "written");
            var bytes = In.Bytes(a.Data, a.Length, "data");
            Out.Write(a.Written, (nuint)c.Channel(a.Channel).Write(bytes, Stream(a.Stream)));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_write_room")]
    internal static Result WriteRoom(nint connection, uint channel, nint room) =>
        Guard.On(connection, (channel, room), static (ConnectionObject c, (uint Channel, nint Room) a) =>
        {
            In.Need(a.Room, "room");
            Out.Write(a.Room, (nuint)c.Channel(a.Channel).WriteRoom);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_read")]
    internal static Result Read(nint connection, uint channel, uint stream, nint buffer, nuint length, nint read) =>
        Guard.On(connection, (channel, stream, buffer, length, read), static (ConnectionObject c, (uint Channel, uint Stream, nint Buffer, nuint Length, nint Read) a) =>
        {
            In.Need(a.Read, "read");
            var room = In.Room(a.Buffer, a.Length, "buffer");
            Out.Write(a.Read, (nuint)c.Channel(a.Channel).Read(room, Stream(a.Stream)));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_available")]
    internal static Result Available(nint connection, uint channel, uint stream, nint available) =>
        Guard.On(connection, (channel, stream, available), static (ConnectionObject c, (uint Channel, uint Stream, nint Available) a) =>
        {
            In.Need(a.Available, "available");
            Out.Write(a.Available, (nuint)c.Channel(a.Channel).Available(Stream(a.Stream)));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_consume")]
    internal static Result Consume(nint connection, uint channel, nuint count) =>
        Guard.On(connection, (channel, count), static (ConnectionObject c, (uint Channel, nuint Count) a) =>
        {
            c.Channel(a.Channel).Consume(In.Count(a.Count, "count"));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_send_eof")]
    internal static Result SendEof(nint connection, uint channel) => Guard.On(connection, channel, static (ConnectionObject c, uint channel) =>
    {
        c.Channel(channel).SendEof();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_shutdown_read")]
    internal static Result ShutdownRead(nint connection, uint channel) => Guard.On(connection, channel, static (ConnectionObject c, uint channel) =>
    {
        c.Channel(channel).ShutdownRead();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_close")]
    internal static Result Close(nint connection, uint channel) => Guard.On(connection, channel, static (ConnectionObject c, uint channel) =>
    {
        c.Channel(channel).Close();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_channel_state")]
    internal static Result State(nint connection, uint channel, nint open, nint eof) =>
        Guard.On(connection, (channel, open, eof), static (ConnectionObject c, (uint Channel, nint Open, nint Eof) a) =>
        {
            var channel = c.Channel(a.Channel);
            Out.Write(a.Open, channel.IsOpen ? 1u : 0u);
            Out.Write(a.Eof, channel.IsEof ? 1u : 0u);
            return Result.Ok;
        });

    /// <summary>A stream by its number.</summary>
    internal static DataStream Stream(uint stream) => stream <= 1 ? (DataStream)stream
        : throw new NativeException(Result.Argument, $"A channel has the streams 0 and 1, not {stream}.");
}
