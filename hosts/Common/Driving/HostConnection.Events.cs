using Microsoft.Extensions.Logging;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;

namespace SshCore.Hosts.Driving;

/// <summary>What becomes of each event.</summary>
internal abstract partial class HostConnection
{
    private void DispatchLocked(in SshEvent e)
    {
        switch (e.Kind)
        {
            case SshEventKind.ChannelData:
                Find(e.Channel)?.OnDataLocked(e.Stream);
                break;
            case SshEventKind.ChannelWritable:
                Find(e.Channel)?.OnWritableLocked();
                break;
            case SshEventKind.SftpReady:
                Find(e.Channel)?.Sftp?.PumpLocked();
                break;
            case SshEventKind.ChannelEof:
                Find(e.Channel)?.OnEofLocked();
                break;
            case SshEventKind.ChannelClosed:
                OnChannelClosedLocked(e.Channel);
                break;
            case SshEventKind.EndOfWrite:
                Find(e.Channel)?.OnEndOfWriteLocked();
                break;
            case SshEventKind.ExitStatus:
                Find(e.Channel)?.OnExitLocked(new SshExit(((ExitStatus)e.Body!).Status));
                break;
            case SshEventKind.ExitSignal:
                Find(e.Channel)?.OnExitLocked(SshExit.From((ExitSignal)e.Body!));
                break;
            case SshEventKind.ChannelOpened:
                OnOpenedLocked(e.Channel, (ChannelOpened)e.Body!);
                break;
            case SshEventKind.ChannelRefused:
                OnRefusedLocked(e.Channel, (ChannelRefused)e.Body!);
                break;
            case SshEventKind.RequestReplied:
                OnRepliedLocked((RequestReplied)e.Body!);
                break;
            case SshEventKind.GlobalReplied:
                OnGlobalRepliedLocked((GlobalReplied)e.Body!);
                break;
            case SshEventKind.ChannelRequested:
                if (Find(e.Channel) is { } channel)
                {
                    AskLocked(channel.Scope, e);
                }
                else
                {
                    ((SshDecision)e.Body!).Deny();
                }

                break;
            case SshEventKind.OpenRequested:
                AskLocked(new DecisionScope(this), e);
                break;
            case SshEventKind.GlobalRequested:
                AskLocked(_globalScope, e);
                break;
            default:
                DispatchConnectionLocked(e);
                break;
        }
    }

    private void DispatchConnectionLocked(in SshEvent e)
    {
        switch (e.Kind)
        {
            case SshEventKind.VersionReceived:
                string identification = ((VersionReceived)e.Body!).Identification;
                LogLocked(LogLevel.Debug, log => log.PeerIdentified(identification));
                break;
            case SshEventKind.KeysChanged:
                OnKeysChangedLocked((KeysChanged)e.Body!);
                break;
            case SshEventKind.BannerReceived:
                Banner = ((BannerReceived)e.Body!).Message;
                if (BannerShown is { } shown)
                {
                    string text = Banner;
                    StartLocked(new CallbackWork(this, "banner", () => shown(text)));
                }

                break;
            case SshEventKind.AuthPartial:
                var partial = (AuthPartial)e.Body!;
                _succeeded.Add(partial.Method);
                LogLocked(LogLevel.Debug, log => log.PartialSuccess(partial.Method));
                break;
            case SshEventKind.Authenticated:
                var success = (Authenticated)e.Body!;
                LogLocked(LogLevel.Information, log => log.LoggedIn(Text.Printable(success.UserName), success.Method));
                LoggedIn.Succeed(this, true);
                HasLoggedIn = true;
                LoggedInHandler?.Invoke();
                if (LoginHandler is { } handler)
                {
                    StartLocked(new CallbackWork(this, "login", () => handler(success.UserName)));
                }

                _login?.Succeed(this, true);
                _login = null;
                break;
            case SshEventKind.AuthFailed:
                OnAuthFailedLocked((AuthFailed)e.Body!);
                break;
            case SshEventKind.PeerDisconnected:
                var disconnected = (PeerDisconnected)e.Body!;
                LogLocked(LogLevel.Debug, log => log.PeerLeft(disconnected.Reason, disconnected.Description));
                break;
            case SshEventKind.DebugReceived:
                string message = ((DebugReceived)e.Body!).Message;
                LogLocked(LogLevel.Debug, log => log.PeerDebug(message));
                break;
            case SshEventKind.Trace:
                var traced = (Traced)e.Body!;
                LogLocked(LogLevel.Trace, log => log.Traced(traced));
                break;
            case SshEventKind.Closed:
                OnEndedLocked(((Closed)e.Body!).Error);
                break;
            default:
                if (e.Body is SshDecision)
                {
                    AskLocked(_loginScope, e);
                }

                break;
        }
    }

    private SshChannelStream? Find(ChannelId id) => _channels.TryGetValue(id, out var channel) ? channel : null;

    private void AskLocked(DecisionScope scope, in SshEvent e)
    {
        if (scope.AddLocked(e))
        {
            StartLocked(scope);
        }
    }

    private void OnKeysChangedLocked(KeysChanged keys)
    {
        var used = keys.Algorithms;
        LogLocked(LogLevel.Debug, log => log.KeysChanged(keys.Exchange, used.KeyExchange, used.HostKey, used.CipherOut, used.MacOut));
        foreach (string legacy in used.Legacy)
        {
            LogLocked(LogLevel.Warning, log => log.LegacyInUse(legacy));
        }

        Ready.Succeed(this, true);
        if (keys.Exchange > 1)
        {
            _rekey?.Succeed(this, keys.Exchange);
            _rekey = null;
        }
    }

    private void OnAuthFailedLocked(AuthFailed failed)
    {
        _tried = failed.Tried;
        _allowed = failed.Allowed;
        if (_login is { } login)
        {
            _login = null;
            var succeeded = new List<string>(_succeeded);
            var cause = Cause;
            // The connection lives on: the next log-in has causes of its own.
            Cause = null;
            login.Fail(this, () => SshAuthenticationException.For(LoginName, failed.Tried, failed.Allowed, succeeded, cause));
        }
    }

    private void OnOpenedLocked(ChannelId id, ChannelOpened opened)
    {
        if (!_opens.Remove(id, out var pending))
        {
            return;
        }

        if (pending.Operation.IsAbandoned)
        {
            Core.Channel(id).Close();
            return;
        }

        var channel = pending.Create(this, id);
        channel.OpenData = opened.Data;
        _channels.Add(id, channel);
        pending.Operation.Succeed(this, channel);
    }

    private void OnRefusedLocked(ChannelId id, ChannelRefused refused)
    {
        if (!_opens.Remove(id, out var pending))
        {
            return;
        }

        if (Core.Error is not null)
        {
            pending.Operation.Fail(this, MakeEndException);
        }
        else
        {
            pending.Operation.Fail(this, () => new SshChannelOpenException(pending.Type, refused.Reason, refused.Description));
        }
    }

    private void OnRepliedLocked(RequestReplied replied)
    {
        if (!_requests.Remove(replied.Id.Number, out var pending))
        {
            return;
        }

        if (!replied.Success && Core.Error is not null)
        {
            pending.Operation.Fail(this, MakeEndException);
        }
        else
        {
            pending.Operation.Succeed(this, replied.Success);
        }
    }

    private void OnGlobalRepliedLocked(GlobalReplied replied)
    {
        if (!_globals.Remove(replied.Id.Number, out var operation))
        {
            return;
        }

        if (!replied.Success && Core.Error is not null)
        {
            operation.Fail(this, MakeEndException);
        }
        else
        {
            operation.Succeed(this, new(replied.Success, replied.Data));
        }
    }

    private void OnChannelClosedLocked(ChannelId id)
    {
        if (_channels.Remove(id, out var channel))
        {
            FailRequestsLocked(id);
            channel.OnClosedLocked();
        }
    }

    // A reply can't come any more; the core has said so for each, this is for those that it has dropped silently.
    private void FailRequestsLocked(ChannelId id)
    {
        if (_requests.Count == 0)
        {
            return;
        }

        List<ulong>? gone = null;
        foreach (var request in _requests)
        {
            if (request.Value.Channel == id)
            {
                (gone ??= []).Add(request.Key);
            }
        }

        if (gone is not null)
        {
            foreach (ulong number in gone)
            {
                _requests.Remove(number, out var pending);
                pending.Operation.Succeed(this, false);
            }
        }
    }

    private void OnEndedLocked(SshError error)
    {
        LogLocked(LogLevel.Debug, log => log.Ended(error.Kind, error.ToString()));
        Func<Exception> failure = MakeEndException;
        Ready.Fail(this, failure);
        LoggedIn.Fail(this, failure);
        _login?.Fail(this, failure);
        _login = null;
        _rekey?.Fail(this, failure);
        _rekey = null;
        foreach (var open in _opens.Values)
        {
            open.Operation.Fail(this, failure);
        }

        _opens.Clear();
        foreach (var request in _requests.Values)
        {
            request.Operation.Fail(this, failure);
        }

        _requests.Clear();
        foreach (var global in _globals.Values)
        {
            global.Fail(this, failure);
        }

        _globals.Clear();
        foreach (var channel in _channels.Values)
        {
            channel.OnClosedLocked();
        }

        _channels.Clear();
        while (Acceptors.First is { } waiter)
        {
            SettleLocked(waiter);
        }

        Ended.Succeed(this, error);
        if (_ended is not null)
        {
            StartLocked(new CancelWork(_ended, Log));
        }
    }
}
