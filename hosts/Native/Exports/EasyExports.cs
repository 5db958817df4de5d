using System.Runtime.InteropServices;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Easy;
using SshCore.Native.Events;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Exports;

/// <summary>Level 3: for programs that have a socket, or nothing but a host's name.</summary>
internal static class EasyExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_pump")]
    internal static Result PumpOnce(nint connection, int fd, int timeoutMs) =>
        Guard.On(connection, (fd, timeoutMs), static (ConnectionObject c, (int Fd, int Timeout) a) =>
            a.Fd < 0 ? Result.Argument : Pump.Step(c.Connection, a.Fd, Clock.In(a.Timeout)));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_connect")]
    internal static Result Connect(nint options, nint easy, nint detail) => Guard.Free((options, easy, detail), static a =>
    {
        In.Need(a.easy, "easy");
        try
        {
            return EasyConnector.Connect(Sized.Read<EasyOptionsStruct>(a.options, "options")).Publish(a.easy);
        }
        catch (NativeException e) when (a.detail != 0)
        {
            new BlobObject(e.Message).Publish(a.detail);
            return e.Result;
        }
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_close")]
    internal static Result Close(nint easy) => Guard.Drop<EasyObject>(easy);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_abandon")]
    internal static Result Abandon(nint easy) => Guard.Drop<EasyObject>(easy, static e => e.Silence());

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_set_timeout")]
    internal static Result SetTimeout(nint easy, uint timeoutMs) => Guard.On(easy, timeoutMs, static (EasyObject e, uint timeout) =>
    {
        e.SetTimeout(timeout);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_login_none")]
    internal static Result LoginNone(nint easy, nint user) =>
        Guard.On(easy, user, static (EasyObject e, nint user) =>
        {
            e.Login.Try(In.Text(user, "user"), method => method.TryNone());
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_login_password")]
    internal static Result LoginPassword(nint easy, nint user, nint password, nuint length) =>
        Guard.On(easy, (user, password, length), static (EasyObject e, (nint User, nint Password, nuint Length) a) =>
        {
            _ = In.Bytes(a.Password, a.Length, "password");
            e.Login.Try(In.Text(a.User, "user"), method => method.TryPassword(In.Bytes(a.Password, a.Length, "password")));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_login_new_password")]
    internal static Result LoginNewPassword(nint easy, nint user, nint oldPassword, nuint oldLength, nint newPassword, nuint newLength) =>
        Guard.On(easy, (user, oldPassword, oldLength, newPassword, newLength), static (EasyObject e, (nint User, nint Old, nuint OldLength, nint New, nuint NewLength) a) =>
        {
            _ = In.Bytes(a.Old, a.OldLength, "old_password");
            _ = In.Bytes(a.New, a.NewLength, "new_password");
            e.Login.Try(
                In.Text(a.User, "user"),
                method => method.TryPassword(In.Bytes(a.Old, a.OldLength, "old_password")),
                question =>
                {
                    if (question is PasswordChangeNeeded { Round: 1 } change)
                    {
                        change.Change(In.Bytes(a.Old, a.OldLength, "old_password"), In.Bytes(a.New, a.NewLength, "new_password"));
                    }
                    else
                    {
                        e.Login.Refuse(question, Result.PasswordExpired, (question as PasswordChangeNeeded)?.Prompt ?? "");
                    }
                });
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_login_key")]
    internal static Result LoginKey(nint easy, nint user, nint key) =>
        Guard.On(easy, (user, key), static (EasyObject e, (nint User, nint Key) a) =>
        {
            var key = In.Object<KeyObject>(a.Key, "key").Use();
            try
            {
                var secret = key.Private ?? throw new NativeException(Result.State, "The key has no private half.");
                e.Login.Try(In.Text(a.User, "user"), method => method.TryPublicKey(secret));
                return Result.Ok;
            }
            finally
            {
                key.Let();
            }
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_login_interactive")]
    internal static Result LoginInteractive(nint easy, nint user, nint ask, nint context) =>
        Guard.On(easy, (user, ask, context), static (EasyObject e, (nint User, nint Ask, nint Context) a) =>
        {
            In.Need(a.Ask, "ask");
            e.Login.Try(
                In.Text(a.User, "user"),
                method => method.TryKeyboardInteractive(),
                question =>
                {
                    bool answered = question is PromptsReceived prompts && EasyPrompts.Ask(prompts, a.Ask, a.Context);
                    e.Renew();
                    if (!answered)
                    {
                        e.Login.Refuse(question, Result.Cancelled, "The callback gave the log-in up.");
                    }
                });
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_login_state")]
    internal static Result LoginState(nint easy, nint state) => Guard.On(easy, state, static (EasyObject e, nint state) =>
    {
        Sized.Need<EasyLoginStruct>(state, "state");
        e.Texts.Reset();
        Sized.Write(state, new EasyLoginStruct
        {
            Authenticated = e.Connection.UserName is null ? 0u : 1u,
            User = e.Texts.Text(e.Login.User),
            Allowed = e.Texts.Text(string.Join(',', e.Login.Allowed)),
            Succeeded = e.Texts.Text(string.Join(',', e.Login.Succeeded)),
            Banner = e.Texts.Text(e.Banner),
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_exec")]
    internal static Result Exec(nint easy, nint command, nuint length, nint input, nuint inputLength, nint result) =>
        Guard.On(easy, (command, length, input, inputLength, result), static (EasyObject e, (nint Command, nuint Length, nint Input, nuint InputLength, nint Result) a) =>
        {
            Sized.Need<EasyResultStruct>(a.Result, "result");
            Sized.Write(a.Result, new EasyCommand(e).Run(In.Bytes(a.Command, a.Length, "command"), a.Input, a.InputLength));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_get")]
    internal static Result Get(nint easy, nint remote, nint local, nint progress, nint context) =>
        Guard.On(easy, (remote, local, progress, context), static (EasyObject e, (nint Remote, nint Local, nint Progress, nint Context) a) =>
        {
            new EasyFiles(e, a.Progress, a.Context).Get(In.Name(a.Remote, "remote"), In.Name(a.Local, "local"));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_put")]
    internal static Result Put(nint easy, nint local, nint remote, nint progress, nint context) =>
        Guard.On(easy, (local, remote, progress, context), static (EasyObject e, (nint Local, nint Remote, nint Progress, nint Context) a) =>
        {
            new EasyFiles(e, a.Progress, a.Context).Put(In.Name(a.Local, "local"), In.Name(a.Remote, "remote"));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_file_status")]
    internal static Result FileStatus(nint easy, nint code) => Guard.On(easy, code, static (EasyObject e, nint code) =>
    {
        In.Need(code, "code");
        Out.Write(code, e.FileStatus);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_error")]
    internal static Result Error(nint easy, nint error) => Guard.On(easy, error, static (EasyObject e, nint destination) =>
    {
        Sized.Need<ErrorStruct>(destination, "error");
        e.Texts.Reset();
        var error = e.Connection.Error;
        Sized.Write(destination, new ErrorStruct
        {
            Kind = (uint)(error is null ? ErrorKind.None : ErrorKinds.For(error.Kind)),
            Reason = (uint)(error?.Reason ?? 0),
            Message = e.Texts.Text(error?.Message),
            Expected = e.Texts.Text(error?.Expected),
            Got = e.Texts.Text(error?.Got),
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_easy_last_detail")]
    internal static Result LastDetail(nint easy, nint text) => Guard.On(easy, text, static (EasyObject e, nint text) =>
    {
        In.Need(text, "text");
        e.Texts.Reset();
        Out.Write(text, e.Texts.Text(e.Detail));
        return Result.Ok;
    });
}
