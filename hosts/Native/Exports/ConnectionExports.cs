using System.Runtime.InteropServices;
using SshCore.Errors;
using SshCore.Native.Boundary;
using SshCore.Native.Events;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Exports;

/// <summary>A connection's life and its bytes, time and events.</summary>
internal static class ConnectionExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_client_new")]
    internal static Result ClientNew(nint settings, nint connection) => Guard.Free((settings, connection), static a =>
    {
        In.Need(a.connection, "connection");
        var s = Sized.ReadOptional<SettingsStruct>(a.settings, "settings");
        return new ConnectionObject(Made(SettingsReader.Client(s), static s => new SshClientConnection(s)), [], SettingsReader.Log(s)).Publish(a.connection);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_server_new")]
    internal static Result ServerNew(nint settings, nint connection) => Guard.Free((settings, connection), static a =>
    {
        In.Need(a.connection, "connection");
        var s = Sized.Read<SettingsStruct>(a.settings, "settings");
        var keys = SettingsReader.HostKeys(s);
        try
        {
            return new ConnectionObject(Made(SettingsReader.Server(s, keys), static s => new SshServerConnection(s)), keys, SettingsReader.Log(s)).Publish(a.connection);
        }
        catch
        {
            keys.ForEach(key => key.Let());
            throw;
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_connection_free")]
    internal static Result Free(nint connection) => Guard.Drop<ConnectionObject>(connection);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_connection_abandon")]
    internal static Result Abandon(nint connection) => Guard.Drop<ConnectionObject>(connection);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_wants_input")]
    internal static Result WantsInput(nint connection, nint wants) => Guard.On(connection, wants, static (ConnectionObject c, nint wants) =>
    {
        In.Need(wants, "wants");
        Out.Write(wants, c.Connection.WantsInput ? 1u : 0u);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_receive_buffer")]
    internal static Result ReceiveBuffer(nint connection, nint buffer, nint length) =>
        Guard.On(connection, (buffer, length), static (ConnectionObject c, (nint Buffer, nint Length) a) =>
        {
            In.Need(a.Buffer, "buffer");
            In.Need(a.Length, "length");
            Out.Write(a.Buffer, c.Lease(out int length));
            Out.Write(a.Length, (nuint)length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_commit")]
    internal static Result Commit(nint connection, nuint count) => Guard.On(connection, count, static (ConnectionObject c, nuint count) =>
    {
        c.Commit(In.Count(count, "count"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_receive")]
    internal static Result Receive(nint connection, nint data, nuint length, nint taken) =>
        Guard.On(connection, (data, length, taken), static (ConnectionObject c, (nint Data, nuint Length, nint Taken) a) =>
        {
            In.Need(a.Taken, "taken");
            Out.Write(a.Taken, (nuint)c.Connection.Receive(In.Bytes(a.Data, a.Length, "data")));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_receive_end")]
    internal static Result ReceiveEnd(nint connection) => Guard.On(connection, 0, static (ConnectionObject c, int _) =>
    {
        c.Connection.ReceiveEnd();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_tick")]
    internal static Result Tick(nint connection, ulong nowUs) => Guard.On(connection, nowUs, static (ConnectionObject c, ulong now) =>
    {
        c.Connection.Tick(In.Instant(now));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_next_timeout")]
    internal static Result NextTimeout(nint connection, nint atUs) => Guard.On(connection, atUs, static (ConnectionObject c, nint at) =>
    {
        In.Need(at, "at_us");
        Out.Write(at, Time.Microseconds(c.Connection.NextTimeout));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_poll_event")]
    internal static Result PollEvent(nint connection, nint e) => Guard.On(connection, e, static (ConnectionObject c, nint destination) =>
    {
        Sized.Need<EventStruct>(destination, "event");
        Sized.Write(destination, c.Poll(out var e) ? EventWriter.Write(e, c) : EventWriter.None);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_borrow_data")]
    internal static Result BorrowData(nint connection, nint data, nint length) =>
        Guard.On(connection, (data, length), static (ConnectionObject c, (nint Data, nint Length) a) =>
        {
            In.Need(a.Data, "data");
            In.Need(a.Length, "length");
            Out.Write(a.Data, c.Borrow(out int length));
            Out.Write(a.Length, (nuint)length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_output")]
    internal static Result Output(nint connection, nint data, nint length) =>
        Guard.On(connection, (data, length), static (ConnectionObject c, (nint Data, nint Length) a) =>
        {
            In.Need(a.Data, "data");
            In.Need(a.Length, "length");
            Out.Write(a.Data, c.Output(out int length));
            Out.Write(a.Length, (nuint)length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_output_advance")]
    internal static Result OutputAdvance(nint connection, nuint count) => Guard.On(connection, count, static (ConnectionObject c, nuint count) =>
    {
        c.Advance(In.Count(count, "count"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_is_finished")]
    internal static Result IsFinished(nint connection, nint finished) => Guard.On(connection, finished, static (ConnectionObject c, nint finished) =>
    {
        In.Need(finished, "finished");
        Out.Write(finished, c.Connection.IsFinished ? 1u : 0u);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_is_authenticated")]
    internal static Result IsAuthenticated(nint connection, nint authenticated) => Guard.On(connection, authenticated, static (ConnectionObject c, nint authenticated) =>
    {
        In.Need(authenticated, "authenticated");
        Out.Write(authenticated, c.Connection.IsAuthenticated ? 1u : 0u);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_authenticate")]
    internal static Result Authenticate(nint connection, nint user) => Guard.On(connection, user, static (ConnectionObject c, nint user) =>
    {
        c.Client.Authenticate(In.Text(user, "user"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_rekey")]
    internal static Result Rekey(nint connection) => Guard.On(connection, 0, static (ConnectionObject c, int _) =>
    {
        c.Connection.StartRekey();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_set_keep_alive")]
    internal static Result SetKeepAlive(nint connection, uint seconds, uint maxUnanswered) =>
        Guard.On(connection, (seconds, maxUnanswered), static (ConnectionObject c, (uint Seconds, uint MaxUnanswered) a) =>
        {
            c.Connection.KeepAlive = SettingsReader.KeepAlive(a.Seconds, a.MaxUnanswered);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_send_ignore")]
    internal static Result SendIgnore(nint connection, nuint length) => Guard.On(connection, length, static (ConnectionObject c, nuint length) =>
    {
        c.Connection.SendIgnore(In.Count(length, "length"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_send_debug")]
    internal static Result SendDebug(nint connection, nint message, uint alwaysDisplay) =>
        Guard.On(connection, (message, alwaysDisplay), static (ConnectionObject c, (nint Message, uint Always) a) =>
        {
            c.Connection.SendDebug(In.Text(a.Message, "message"), In.Flag(a.Always, "always_display"));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_send_ping")]
    internal static Result SendPing(nint connection, nint data, nuint length) =>
        Guard.On(connection, (data, length), static (ConnectionObject c, (nint Data, nuint Length) a) =>
            c.Connection.TrySendPing(In.Bytes(a.Data, a.Length, "data")) ? Result.Ok
                : throw new NativeException(Result.Unsupported, "The peer did not announce ping@openssh.com."));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_disconnect")]
    internal static Result Disconnect(nint connection, uint reason, nint description) =>
        Guard.On(connection, (reason, description), static (ConnectionObject c, (uint Reason, nint Description) a) =>
        {
            c.Connection.Disconnect((DisconnectReason)a.Reason, In.OptionalText(a.Description, "description") ?? "");
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_abort")]
    internal static Result Abort(nint connection, nint reason) => Guard.On(connection, reason, static (ConnectionObject c, nint reason) =>
    {
        c.Connection.Abort(In.Text(reason, "reason"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_connection_error")]
    internal static Result Error(nint connection, nint error) => Guard.On(connection, error, static (ConnectionObject c, nint destination) =>
    {
        Sized.Need<ErrorStruct>(destination, "error");
        c.CallTexts.Reset();
        var error = c.Connection.Error;
        Sized.Write(destination, new ErrorStruct
        {
            Kind = (uint)(error is null ? ErrorKind.None : ErrorKinds.For(error.Kind)),
            Reason = (uint)(error?.Reason ?? 0),
            Message = c.CallTexts.Text(error?.Message),
            Expected = c.CallTexts.Text(error?.Expected),
            Got = c.CallTexts.Text(error?.Got),
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_connection_algorithms")]
    internal static Result Algorithms(nint connection, nint algorithms) => Guard.On(connection, algorithms, static (ConnectionObject c, nint destination) =>
    {
        Sized.Need<AlgorithmsStruct>(destination, "algorithms");
        if (c.Connection.Algorithms is not { } used)
        {
            throw new NativeException(Result.State, "The first key exchange is not done.");
        }

        var texts = c.CallTexts;
        texts.Reset();
        Sized.Write(destination, new AlgorithmsStruct
        {
            KeyExchange = texts.Text(used.KeyExchange),
            HostKey = texts.Text(used.HostKey),
            CipherOut = texts.Text(used.CipherOut),
            CipherIn = texts.Text(used.CipherIn),
            MacOut = texts.Text(used.MacOut),
            MacIn = texts.Text(used.MacIn),
            CompressionOut = texts.Text(used.CompressionOut),
            CompressionIn = texts.Text(used.CompressionIn),
            Legacy = texts.Text(string.Join(',', used.Legacy)),
            StrictKex = used.StrictKex ? 1u : 0u,
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_session_id")]
    internal static Result SessionId(nint connection, nint data, nint length) =>
        Guard.On(connection, (data, length), static (ConnectionObject c, (nint Data, nint Length) a) =>
        {
            In.Need(a.Data, "data");
            In.Need(a.Length, "length");
            c.CallTexts.Reset();
            var id = c.Connection.SessionId;
            Out.Write(a.Data, c.CallTexts.Bytes(id.Span));
            Out.Write(a.Length, (nuint)id.Length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_identifications")]
    internal static Result Identifications(nint connection, nint own, nint peer) =>
        Guard.On(connection, (own, peer), static (ConnectionObject c, (nint Own, nint Peer) a) =>
        {
            c.CallTexts.Reset();
            Out.Write(a.Own, c.CallTexts.Text(c.Connection.OwnIdentification));
            Out.Write(a.Peer, c.CallTexts.Text(c.Connection.PeerIdentification));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_user")]
    internal static Result User(nint connection, nint user) => Guard.On(connection, user, static (ConnectionObject c, nint user) =>
    {
        In.Need(user, "user");
        c.CallTexts.Reset();
        Out.Write(user, c.CallTexts.Text((c.Connection as SshClientConnection)?.UserName ?? (c.Connection as SshServerConnection)?.UserName));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_host_key")]
    internal static Result HostKey(nint connection, nint key, nint length) =>
        Guard.On(connection, (key, length), static (ConnectionObject c, (nint Key, nint Length) a) =>
        {
            In.Need(a.Key, "key");
            In.Need(a.Length, "length");
            var blob = c.Client.HostKey?.Blob ?? default;
            c.CallTexts.Reset();
            Out.Write(a.Key, c.CallTexts.Bytes(blob.Span));
            Out.Write(a.Length, (nuint)blob.Length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_server_sig_algs")]
    internal static Result ServerSigAlgs(nint connection, nint names) => Guard.On(connection, names, static (ConnectionObject c, nint names) =>
    {
        In.Need(names, "names");
        var list = c.Client.ServerSigAlgs ?? throw new NativeException(Result.State, "The server announced no server-sig-algs.");
        c.CallTexts.Reset();
        Out.Write(names, c.CallTexts.Text(string.Join(',', list)));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_last_detail")]
    internal static Result LastDetail(nint connection, nint text) => Guard.OnLending(connection, text, static (ConnectionObject c, nint text) =>
    {
        In.Need(text, "text");
        c.CallTexts.Reset();
        Out.Write(text, c.CallTexts.Text(c.Detail));
        return Result.Ok;
    });

    // Core finds out what no connection could work with; here that is a wrong argument.
    private static T Made<TSettings, T>(TSettings settings, Func<TSettings, T> make)
        where T : SshConnection
    {
        try
        {
            return make(settings);
        }
        catch (SshUsageException e)
        {
            throw new NativeException(Result.Argument, e.Message);
        }
    }
}
