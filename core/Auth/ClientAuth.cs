using SshCore.Auth.Methods;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Messages;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Auth;

/// <summary>
/// The client's side of RFC 4252: requests the service, lets the host choose methods one after the other, and hands the
/// server's messages to the method under way. One request is out at a time; while a decision of the host is pending
/// nothing is out, and whatever the server says then, success included, is out of turn.
/// </summary>
internal sealed class ClientAuth : IAuthMethodSink
{
    private readonly IConnectionPort _port;
    private readonly SshLimits _limits;
    private Phase _phase;
    private bool _serviceAccepted;
    private bool _ended;
    private ClientMethod? _method;
    private SshDecision? _pending;
    private SshInstant _deadline;
    private int _choices;
    private int _banners;
    private LoginProgress _progress = new();

    public ClientAuth(IConnectionPort port)
    {
        _port = port;
        _limits = port.Settings.Limits;
    }

    private enum Phase : byte
    {
        Idle,
        ServiceRequested,
        Choosing,
        Trying,
        Authenticated,
    }

    /// <summary>True once the server has sent USERAUTH_SUCCESS.</summary>
    public bool IsAuthenticated => _phase == Phase.Authenticated;

    /// <summary>True while a log-in is under way.</summary>
    public bool IsActive => !_ended && _phase is Phase.ServiceRequested or Phase.Choosing or Phase.Trying;

    /// <summary>The user of the last <see cref="Begin"/>.</summary>
    public string? UserName { get; private set; }

    /// <summary>When <see cref="Tick"/> ends the log-in.</summary>
    public SshInstant? NextTimeout => IsActive ? _deadline : null;

    internal IConnectionPort Port => _port;

    /// <summary>server-sig-algs (RFC 8308 §3.1); null if the server sent none.</summary>
    internal IReadOnlyList<string>? ServerSigAlgs { get; private set; }

    /// <summary>Starts a log-in: AuthMethodNeeded follows, at once if the service was accepted before.</summary>
    /// <param name="userName">The user, at most <see cref="SshLimits.UserNameLength"/> bytes of UTF-8.</param>
    /// <param name="serviceAlreadyRequested">SERVICE_REQUEST was sent already; only its answer is awaited.</param>
    /// <exception cref="ArgumentException">The user name is longer.</exception>
    /// <exception cref="SshUsageException">A log-in is under way or has succeeded, or the connection has ended.</exception>
    public void Begin(string userName, bool serviceAlreadyRequested = false)
    {
        CheckUserName(userName);
        if (_ended || IsActive || IsAuthenticated)
        {
            throw new SshUsageException(_ended ? "The connection has ended." : IsActive ? "A log-in is under way." : "The log-in has succeeded.");
        }

        // RFC 4252 §5: for another user the server drops what it had accepted; for the same one it goes on.
        _progress = string.Equals(userName, UserName, StringComparison.Ordinal) ? _progress.Again() : new LoginProgress();
        UserName = userName;
        _choices = 0;
        _deadline = _port.Now + _limits.AuthTimeout;
        if (_serviceAccepted)
        {
            Choose(null, AuthRefusal.None, null);
            return;
        }

        _phase = Phase.ServiceRequested;
        if (!serviceAlreadyRequested)
        {
            _port.Begin(MessageId.ServiceRequest).WriteString(AuthMethods.Service);
            _port.Send();
        }
    }

    /// <summary>Throws if no log-in can begin with this name, for callers who begin it later.</summary>
    /// <exception cref="ArgumentException">The user name is longer than <see cref="SshLimits.UserNameLength"/> bytes of UTF-8.</exception>
    public void CheckUserName(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        int length = Utf8.ByteCount(userName);
        if (length > _limits.UserNameLength)
        {
            throw new ArgumentException($"A user name has at most {_limits.UserNameLength} bytes; this one has {length}.", nameof(userName));
        }
    }

    /// <summary>The clock starts: a log-in that began before has its whole time from now.</summary>
    public void StartClock(SshInstant now) => _deadline = now + _limits.AuthTimeout;

    /// <summary>A message of the server: SERVICE_ACCEPT or one of 50 to 79, its number included.</summary>
    public void On(MessageId id, ReadOnlySpan<byte> payload)
    {
        if (_ended || _port.IsClosing)
        {
            return;
        }

        var reader = new SshReader(payload);
        reader.ReadByte();
        bool awaiting = _phase == Phase.Trying && _pending is null;
        switch (id)
        {
            case MessageId.ServiceAccept when _phase == Phase.ServiceRequested:
                OnServiceAccept(ref reader);
                break;
            // RFC 4252 §5.4: "at any time after this authentication protocol starts and before authentication is successful".
            case MessageId.UserAuthBanner when _serviceAccepted && !IsAuthenticated:
                OnBanner(ref reader);
                break;
            case MessageId.UserAuthFailure when awaiting:
                OnFailure(ref reader);
                break;
            case MessageId.UserAuthSuccess when awaiting && _method!.MaySucceed:
                OnSuccess(ref reader);
                break;
            case MessageId.UserAuth60 when awaiting && _method!.ContinuationName is not null:
                if (Traces)
                {
                    Trace("the server answers with " + _method.ContinuationName);
                }

                _method.OnContinuation(ref reader);
                break;
            default:
                _port.Fail(AuthErrors.OutOfTurn(AuthErrors.Name(id), Expectation()));
                break;
        }
    }

    /// <summary>The server's list of signature algorithms, from EXT_INFO.</summary>
    public void OnServerSigAlgs(IReadOnlyList<string> names) => ServerSigAlgs = [.. names];

    /// <summary>Ends the connection when a log-in takes too long; traffic never extends the time.</summary>
    public void Tick(SshInstant now)
    {
        if (IsActive && !_port.IsClosing && now >= _deadline)
        {
            _port.Fail(AuthErrors.Timeout(_limits.AuthTimeout));
        }
    }

    /// <summary>The connection has ended: a pending decision has no effect any more.</summary>
    public void Lapse()
    {
        _ended = true;
        _pending?.Lapse();
        _pending = null;
        _method = null;
    }

    void IAuthMethodSink.CheckAlgorithm(SshPublicKey key, string? algorithm)
    {
        if (algorithm is not null
            && !(AuthMethods.Contains(key.SignatureAlgorithms, algorithm) && AuthMethods.Contains(_port.Settings.Algorithms.Signatures, algorithm)))
        {
            throw new SshUsageException($"A key of type {key.KeyType} cannot be used with '{algorithm}' under these settings.");
        }
    }

    void IAuthMethodSink.TryNone()
    {
        var method = new ClientNone(this);
        if (Admit(method))
        {
            method.Start();
        }
    }

    void IAuthMethodSink.TryPassword(ReadOnlySpan<byte> password)
    {
        var method = new ClientPassword(this);
        if (Admit(method))
        {
            method.Start(password);
        }
    }

    void IAuthMethodSink.TryPublicKey(SshPrivateKey key, string? algorithm, bool probeFirst)
    {
        var method = new ClientPublicKey(this, key.PublicKey, key);
        if (Admit(method))
        {
            method.Start(algorithm, probeFirst);
        }
    }

    void IAuthMethodSink.TryPublicKey(SshPublicKey key, string? algorithm, bool probeFirst)
    {
        var method = new ClientPublicKey(this, key, null);
        if (Admit(method))
        {
            method.Start(algorithm, probeFirst);
        }
    }

    void IAuthMethodSink.TryKeyboardInteractive(string submethods)
    {
        var method = new ClientInteractive(this);
        if (Admit(method))
        {
            method.Start(submethods);
        }
    }

    void IAuthMethodSink.GiveUp()
    {
        _pending = null;
        if (!_port.IsClosing)
        {
            _phase = Phase.Idle;
            _port.Raise(new SshEvent(SshEventKind.AuthFailed, body: new AuthFailed([.. _progress.Tried], _progress.Allowed)));
        }
    }

    /// <summary>Starts a USERAUTH_REQUEST (RFC 4252 §5): user, service and method are written.</summary>
    internal SshWriter BeginRequest(string method)
    {
        var writer = _port.Begin(MessageId.UserAuthRequest);
        writer.WriteString(UserName!);
        writer.WriteString(AuthMethods.ConnectionService);
        writer.WriteString(method);
        return writer;
    }

    /// <summary>Raises a decision of the method; until it is answered nothing of the server is expected.</summary>
    internal void Ask(SshEventKind kind, SshDecision decision)
    {
        _pending = decision;
        _port.Ask(kind, decision);
    }

    /// <summary>Takes the answer to the pending decision. False if it is of no use any more.</summary>
    internal bool Answered(SshDecision decision)
    {
        bool current = ReferenceEquals(_pending, decision) && !_port.IsClosing;
        _pending = null;
        return current;
    }

    /// <summary>The method came to nothing on this side: the host chooses again.</summary>
    internal void Abandon(ClientMethod method, AuthRefusal refusal, string? detail = null) => Choose(method.Name, refusal, detail);

    private void OnServiceAccept(ref SshReader reader)
    {
        string name = reader.ReadName(_limits.NameLength);
        if (!reader.IsComplete)
        {
            _port.Fail(AuthErrors.Malformed("SERVICE_ACCEPT"));
        }
        else if (!string.Equals(name, AuthMethods.Service, StringComparison.Ordinal))
        {
            _port.Fail(AuthErrors.Service(AuthMethods.Service, name));
        }
        else
        {
            _serviceAccepted = true;
            Choose(null, AuthRefusal.None, null);
        }
    }

    private void OnBanner(ref SshReader reader)
    {
        var message = reader.ReadString();
        var language = reader.ReadString();
        if (!reader.IsComplete)
        {
            _port.Fail(AuthErrors.Malformed("USERAUTH_BANNER"));
        }
        else if (message.Length > _limits.AuthTextLength || language.Length > _limits.AuthTextLength)
        {
            _port.Fail(AuthErrors.TooLong("A banner", _limits.AuthTextLength, Math.Max(message.Length, language.Length)));
        }
        else if (++_banners > _limits.AuthBanners)
        {
            _port.Fail(AuthErrors.Limit("Too many banners", _limits.AuthBanners, _banners));
        }
        else
        {
            _port.Raise(new SshEvent(SshEventKind.BannerReceived, body: new BannerReceived(AuthText.Lines(message), AuthText.Line(language))));
        }
    }

    private void OnFailure(ref SshReader reader)
    {
        var list = reader.ReadString();
        bool partial = reader.ReadBoolean();
        if (!reader.IsComplete
            || !NameList.TryParse(list, _limits.NameListCount, _limits.NameLength, _limits.NameListLength, out string[] allowed))
        {
            _port.Fail(AuthErrors.Malformed("USERAUTH_FAILURE"));
            return;
        }

        string method = _method!.Name;
        _progress.Allowed = allowed;
        if (Traces)
        {
            Trace($"{method} {(partial ? "accepted, more is needed" : "refused")}; can continue: {NamesInOne(allowed)}");
        }

        if (!partial)
        {
            Choose(method, AuthRefusal.ByServer, null);
        }
        else if (!_method.MaySucceed)
        {
            // RFC 4252 §7: a query is answered by FAILURE or PK_OK; there is nothing in it that could succeed.
            _port.Fail(AuthErrors.OutOfTurn("partial success", Expectation()));
        }
        else
        {
            _progress.Succeeded.Add(_method.Factor);
            _port.Raise(new SshEvent(SshEventKind.AuthPartial, body: new AuthPartial(method, allowed)));
            Choose(null, AuthRefusal.None, null);
        }
    }

    private void OnSuccess(ref SshReader reader)
    {
        if (!reader.IsComplete)
        {
            _port.Fail(AuthErrors.Malformed("USERAUTH_SUCCESS"));
            return;
        }

        if (Traces)
        {
            Trace(_method!.Name + " accepted: logged in");
        }

        _progress.Succeeded.Add(_method!.Factor);
        _method = null;
        _phase = Phase.Authenticated;
        _port.Raise(new SshEvent(SshEventKind.Authenticated, body: new Authenticated(UserName!, [.. _progress.Succeeded])));
    }

    /// <summary>Whether the chosen method may be sent; if not, the host has been told or the connection has ended.</summary>
    private bool Admit(ClientMethod method)
    {
        _pending = null;
        if (_ended || _port.IsClosing)
        {
            return false;
        }

        // A host that answers every refusal with the same choice must not go on for ever.
        if (++_choices > _limits.AuthRequests)
        {
            _port.Fail(AuthErrors.Limit("The log-in tries too much", _limits.AuthRequests, _choices));
            return false;
        }

        if (!AuthMethods.Contains(_progress.Tried, method.Name))
        {
            _progress.Tried.Add(method.Name);
        }

        // RFC 4252 §5.2: "none" must not be in the list, so that its absence says nothing.
        if (_progress.Allowed is { } allowed && method is not ClientNone && !AuthMethods.Contains(allowed, method.Name))
        {
            Choose(method.Name, AuthRefusal.NotInServersList, $"The server does not offer '{method.Name}'.");
            return false;
        }

        _method = method;
        _phase = Phase.Trying;
        if (Traces)
        {
            Trace("trying " + method.Name);
        }

        return true;
    }

    private void Choose(string? failed, AuthRefusal refusal, string? detail)
    {
        _method = null;
        _phase = Phase.Choosing;
        Ask(SshEventKind.AuthMethodNeeded, new AuthMethodNeeded(this, _progress.Allowed, _progress.SucceededMethods())
        {
            Failed = failed,
            Refusal = refusal,
            Detail = detail,
        });
    }

    private bool Traces => _port.Traces(SshTraceAreas.Authentication);

    private static string NamesInOne(string[] names) => names.Length == 0 ? "nothing" : string.Join(",", names);

    private void Trace(string text) => _port.Trace(SshTraceAreas.Authentication, text);

    private string Expectation() => _phase switch
    {
        Phase.Idle => "nothing before a log-in",
        Phase.ServiceRequested => "SERVICE_ACCEPT",
        Phase.Authenticated => "nothing of authentication after success",
        _ when _pending is not null || _method is null => "nothing while no request is out",
        _ => _method.ContinuationName is { } name ? $"an answer to '{_method.Name}' or {name}" : $"an answer to '{_method.Name}'",
    };
}
