using SshCore.Auth.Methods;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Auth;

/// <summary>
/// The server's side of RFC 4252: one request at a time, each answered before the next one is looked at. What a request
/// proves is decided by the host; what it may ask, how often and in which order is decided here. Nothing is authorised
/// before <see cref="Succeed"/>, which only an answer to an <see cref="AuthAttempt"/> reaches.
/// </summary>
internal sealed class ServerAuth : IAuthVerdictSink
{
    private readonly IConnectionPort _port;
    private readonly SshServerSettings _settings;
    private readonly SshLimits _limits;
    private readonly AuthCounter _counter;
    private readonly PendingMessages _waiting = new();
    private readonly List<AuthFactor> _factors = [];
    private byte[] _presented = [];
    private bool _serviceAccepted;
    private bool _bannerSent;
    private bool _ended;
    private SshDecision? _pending;
    private ServerMethod? _method;
    private string? _user;
    private IReadOnlyList<string> _allowed = [];
    private SshInstant? _deadline;

    /// <summary>Checks the settings that concern authentication.</summary>
    /// <exception cref="SshUsageException">A method is unknown, or the banner is too long.</exception>
    public ServerAuth(IConnectionPort port)
    {
        _port = port;
        _settings = (SshServerSettings)port.Settings;
        _limits = _settings.Limits;
        _counter = new AuthCounter(_limits);
        try
        {
            AuthMethods.Check(_settings.AuthMethods, nameof(_settings.AuthMethods));
            AuthText.CheckText(_settings.Banner ?? "", nameof(_settings.Banner));
        }
        catch (ArgumentException wrong)
        {
            throw new SshUsageException(wrong.Message, wrong);
        }
    }

    /// <summary>True once USERAUTH_SUCCESS was sent.</summary>
    public bool IsAuthenticated { get; private set; }

    /// <summary>The user who logged in; null before.</summary>
    public string? UserName => IsAuthenticated ? _user : null;

    /// <summary>When the login grace ends; null once it does not matter.</summary>
    public SshInstant? NextTimeout => IsAuthenticated || _ended ? null : _deadline;

    SshLimits IAuthVerdictSink.Limits => _limits;

    internal IConnectionPort Port => _port;

    /// <summary>The user whose request is handled.</summary>
    internal string User => _user!;

    /// <summary>The factors that this user has given; a copy, for those who keep it.</summary>
    internal IReadOnlyList<AuthFactor> Factors => _factors.ToArray();

    /// <summary>Starts the login grace (<see cref="SshLimits.AuthTimeout"/>), which traffic never extends.</summary>
    public void StartClock(SshInstant now) => _deadline ??= now + _limits.AuthTimeout;

    /// <summary>Ends the connection when the login grace has passed.</summary>
    public void Tick(SshInstant now)
    {
        if (NextTimeout is { } deadline && now >= deadline && !_port.IsClosing)
        {
            _port.Fail(AuthErrors.Timeout(_limits.AuthTimeout));
        }
    }

    /// <summary>A message of the client: SERVICE_REQUEST or one of 50 to 79, its number included.</summary>
    public void On(MessageId id, ReadOnlySpan<byte> payload)
    {
        if (_ended || _port.IsClosing)
        {
            return;
        }

        // What only a server says is never taken from a client, whatever the state (CVE-2018-10933).
        if (id is not (MessageId.ServiceRequest or MessageId.UserAuthRequest or MessageId.UserAuth61))
        {
            _port.Fail(AuthErrors.OutOfTurn(AuthErrors.Name(id), "a message that a client may send"));
        }
        else if (IsAuthenticated)
        {
            // RFC 4252 §5.1: "any further authentication requests received after that SHOULD be silently ignored."
            if (id != MessageId.UserAuthRequest)
            {
                _port.Fail(AuthErrors.OutOfTurn(AuthErrors.Name(id), "nothing of authentication after success"));
            }
        }
        else if (_pending is null)
        {
            Handle(id, payload);
        }
        else if (_waiting.Count == _limits.PendingAuthMessages)
        {
            _port.Fail(AuthErrors.Limit("Too many authentication messages at once", _limits.PendingAuthMessages, _waiting.Count + 1));
        }
        else
        {
            _waiting.Add(payload);
        }
    }

    /// <summary>The connection has ended: a pending decision has no effect any more, and secrets are zeroed.</summary>
    public void Lapse()
    {
        _ended = true;
        _pending?.Lapse();
        (_pending as AuthAttempt)?.Forget();
        _pending = null;
        _method = null;
        _waiting.Clear();
        TakePresented().AsSpan().Clear();
    }

    void IAuthVerdictSink.Decide(AuthAttempt attempt, AuthVerdict verdict)
    {
        if (ReferenceEquals(_pending, attempt))
        {
            _pending = null;
            attempt.Forget();
            if (!_port.IsClosing)
            {
                _method!.OnVerdict(attempt, verdict);
                HandleWaiting();
            }
        }
    }

    /// <summary>Asks the host; messages wait until it has answered.</summary>
    internal void Ask(SshEventKind kind, SshDecision decision)
    {
        _pending = decision;
        _port.Ask(kind, decision);
    }

    /// <summary>Counts a public key query. False if it was one too many, which has ended the connection.</summary>
    internal bool CountProbe() => Counted(_counter.Probe());

    /// <summary>USERAUTH_FAILURE without partial success, or the end of the connection at the last failure allowed.</summary>
    /// <param name="counts">Whether it counts as a failed attempt.</param>
    internal void Refuse(bool counts = true)
    {
        _method = null;
        if (!counts || Counted(_counter.Failure()))
        {
            SendFailure(partial: false);
        }
    }

    /// <summary>USERAUTH_FAILURE with partial success: one of <paramref name="remaining"/> has to follow.</summary>
    internal void SucceedPartially(AuthFactor factor, IReadOnlyList<string> remaining)
    {
        _method = null;
        _factors.Add(factor);
        _allowed = remaining;
        SendFailure(partial: true);
    }

    /// <summary>USERAUTH_SUCCESS: the user is in.</summary>
    internal void Succeed(AuthFactor factor)
    {
        _method = null;
        _factors.Add(factor);
        _waiting.Clear();
        IsAuthenticated = true;
        Trace("accepted: logged in");
        _port.Begin(MessageId.UserAuthSuccess);
        _port.Send();
        _port.Raise(new SshEvent(SshEventKind.Authenticated, body: new Authenticated(User, Factors)));
    }

    private void Handle(MessageId id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case MessageId.ServiceRequest:
                OnServiceRequest(payload);
                break;
            case MessageId.UserAuthRequest when _serviceAccepted:
                OnRequest(payload);
                break;
            case MessageId.UserAuth61 when _method is { AwaitsResponse: true }:
                _method.OnResponse(payload);
                break;
            default:
                _port.Fail(AuthErrors.OutOfTurn(AuthErrors.Name(id), _serviceAccepted ? "USERAUTH_REQUEST" : "SERVICE_REQUEST"));
                break;
        }
    }

    private void HandleWaiting()
    {
        while (_pending is null && _waiting.Count > 0 && !_port.IsClosing)
        {
            var payload = _waiting.Take();
            Handle((MessageId)payload[0], payload);
            AuthText.Zero(payload);
        }
    }

    private void OnServiceRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        string name = reader.ReadName(_limits.NameLength);
        if (!reader.IsComplete)
        {
            _port.Fail(AuthErrors.Malformed("SERVICE_REQUEST"));
        }
        else if (!string.Equals(name, AuthMethods.Service, StringComparison.Ordinal))
        {
            // RFC 4253 §10: "If the server rejects the service request, it SHOULD send an appropriate
            // SSH_MSG_DISCONNECT message and MUST disconnect."
            _port.Fail(AuthErrors.Service(AuthMethods.Service, name));
        }
        else if (Counted(_counter.Service()))
        {
            _serviceAccepted = true;
            Trace("service accepted");
            _port.Begin(MessageId.ServiceAccept).WriteString(AuthMethods.Service);
            _port.Send();
        }
    }

    private void OnRequest(ReadOnlySpan<byte> payload)
    {
        if (UserAuthRequest.Parse(payload, _limits, out var request) is { } error)
        {
            _port.Fail(error);
            return;
        }

        // RFC 4252 §5.1: "A request that requires further messages to be exchanged will be aborted by a subsequent
        // request", without a message about it. It counts, or guesses would be free.
        bool aborted = _method is { AwaitsResponse: true };
        _method = null;
        if (!Counted(_counter.Request()) || (aborted && !Counted(_counter.Failure())))
        {
            return;
        }

        if (_port.Traces(SshTraceAreas.Authentication))
        {
            Trace($"request {_counter.Requests}: {request.Method}");
        }

        SendBanner();
        if (string.Equals(request.UserName, _user, StringComparison.Ordinal))
        {
            Start(request);
            return;
        }

        // RFC 4252 §5: if the name changes, the server "MUST flush any accumulated authentication states".
        _user = request.UserName;
        _allowed = [];
        _factors.Clear();
        _presented = payload.ToArray();
        Ask(SshEventKind.UserPresented, new UserPresented(request.UserName, OnUserPresented));
    }

    private void OnUserPresented(UserPresented decision, IReadOnlyList<string>? methods)
    {
        if (!ReferenceEquals(_pending, decision))
        {
            return;
        }

        _pending = null;
        _allowed = methods ?? _settings.AuthMethods;
        var payload = TakePresented();
        if (!_port.IsClosing && UserAuthRequest.Parse(payload, _limits, out var request) is null)
        {
            Start(request);
            HandleWaiting();
        }

        AuthText.Zero(payload);
    }

    private byte[] TakePresented()
    {
        var payload = _presented;
        _presented = [];
        return payload;
    }

    /// <summary>Begins a method. An unknown one, or one that may not continue, is refused without asking anybody.</summary>
    private void Start(in UserAuthRequest request)
    {
        bool allowed = AuthMethods.Contains(_allowed, request.Method);
        ServerMethod? method = request.Method switch
        {
            AuthMethods.None => new ServerNone(this, counts: _counter.Requests > 1),
            AuthMethods.Password => new ServerPassword(this),
            AuthMethods.PublicKey => new ServerPublicKey(this),
            AuthMethods.KeyboardInteractive => new ServerInteractive(this),
            _ => null,
        };
        if (method is null || !allowed)
        {
            // A client's first "none" only asks what there is (RFC 4252 §5.2).
            Refuse(counts: method is not ServerNone { Counts: false });
            return;
        }

        _method = method;
        method.Begin(request);
    }

    private void SendFailure(bool partial)
    {
        var listed = new List<string>(_allowed.Count);
        foreach (string method in _allowed)
        {
            // RFC 4252 §5.2: "none" "MUST NOT be listed as supported by the server".
            if (!string.Equals(method, AuthMethods.None, StringComparison.Ordinal))
            {
                listed.Add(method);
            }
        }

        var writer = _port.Begin(MessageId.UserAuthFailure);
        writer.WriteNameList(listed);
        writer.WriteBoolean(partial);
        _port.Send();
        Trace(partial ? "accepted, more is needed" : "refused");
    }

    private void SendBanner()
    {
        if (!_bannerSent && _settings.Banner is { } text)
        {
            var writer = _port.Begin(MessageId.UserAuthBanner);
            writer.WriteString(text);
            writer.WriteString("");
            _port.Send();
        }

        _bannerSent = true;
    }

    private void Trace(string text) => _port.Trace(SshTraceAreas.Authentication, text);

    private bool Counted(SshError? error)
    {
        if (error is not null)
        {
            _port.Fail(error);
        }

        return error is null;
    }
}
