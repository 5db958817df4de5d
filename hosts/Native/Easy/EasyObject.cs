using SshCore.Channels;
using SshCore.Config;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Native.Boundary;
using SshCore.Native.Exports;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Easy;

/// <summary><c>sshcore_easy</c>: a connection, its socket, and calls that wait. Nothing here that level 1 does not have.</summary>
internal sealed class EasyObject : NativeObject
{
    private const int DefaultMaxOutput = 64 * 1024 * 1024;

    private readonly int _fd;
    private readonly long _timeout;
    private readonly int _maxOutput;
    private SshInstant? _until;
    private bool _isSilent;

    private EasyObject(SshClientConnection connection, int fd, in EasyOptionsStruct options, LogSink? log)
    {
        Connection = connection;
        Log = log;
        _fd = fd;
        _timeout = options.TimeoutMs == 0 ? -1 : options.TimeoutMs;
        _maxOutput = options.MaxOutput == 0 ? DefaultMaxOutput : In.Count(options.MaxOutput, "max_output");
    }

    public SshClientConnection Connection { get; }

    public override LogSink? Log { get; }

    public Arena Texts { get; } = new();

    public int MaxOutput => _maxOutput;

    /// <summary>Connects, and exchanges keys with a host that is believed.</summary>
    public static EasyObject Connect(in EasyOptionsStruct options)
    {
        if (!Libc.IsAvailable)
        {
            throw new NativeException(Result.Unsupported, "Level 3 needs Linux or macOS.");
        }

        string host = In.Text(options.Host, "host");
        int port = options.Port switch
        {
            0 => 22,
            <= 65535 => (int)options.Port,
            _ => throw new NativeException(Result.Argument, $"{options.Port} is no port."),
        };
        bool any = In.Flag(options.InsecureAnyHostKey, "insecure_any_host_key");
        var known = any ? null : In.Object<KnownHostsObject>(options.KnownHosts, "known_hosts");
        var s = Sized.ReadOptional<SettingsStruct>(options.Settings, "settings");
        var settings = SettingsReader.Client(s);
        if (known is not null && s.HostKeyAlgorithms == 0)
        {
            settings = settings with
            {
                Algorithms = settings.Algorithms with { HostKeys = known.Hosts.OrderHostKeyAlgorithms(host, port, settings.Algorithms.HostKeys) },
            };
        }

        int fd = Dialer.Connect(host, port, Clock.In(options.TimeoutMs == 0 ? -1 : options.TimeoutMs));
        var easy = new EasyObject(new SshClientConnection(settings), fd, options, SettingsReader.Log(s));
        try
        {
            easy.Handshake(key => known is null ? Result.Ok : KnownHostsExports.Check(known, host, (uint)port, key));
            return easy;
        }
        catch
        {
            easy.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Handles events, and moves bytes, until <paramref name="on"/> says that it has what it waits for. To begin with it may
    /// be shown an event of no kind, to get going.
    /// </summary>
    public void Until(Func<SshEvent, bool> on, bool poke = false)
    {
        Renew();
        if (poke && on(default))
        {
            return;
        }

        while (true)
        {
            while (Connection.TryPollEvent(out var e))
            {
                if (on(e))
                {
                    return;
                }

                if (e.Body is SshDecision { IsAnswered: false } question)
                {
                    question.Deny();
                }
            }

            if (Connection.Error is { } error)
            {
                throw new NativeException(Result.Closed, error.ToString());
            }

            if (Pump.Step(Connection, _fd, _until) == Result.Timeout)
            {
                throw new NativeException(Result.Timeout, $"Nothing came of it within {_timeout} ms.");
            }
        }
    }

    /// <summary>The time of the call under way begins anew: there was progress.</summary>
    public void Renew() => _until = Clock.In(_timeout);

    /// <summary>Logs in by one method.</summary>
    public Result Authenticate(string user, Action<AuthMethodNeeded> attempt)
    {
        Connection.Authenticate(user);
        bool tried = false, accepted = false;
        string reason = "";
        Until(e =>
        {
            switch (e.Body)
            {
                case AuthMethodNeeded method when !tried:
                    tried = true;
                    attempt(method);
                    return false;
                case AuthMethodNeeded method:
                    reason = $"{method.Failed}: {method.Refusal} {method.Detail}; allowed: {string.Join(',', method.Allowed ?? [])}";
                    method.Deny();
                    return false;
                case Authenticated:
                    accepted = true;
                    return true;
                default:
                    return e.Kind == SshEventKind.AuthFailed;
            }
        });
        Detail = accepted ? "" : reason;
        return accepted ? Result.Ok : Result.AuthFailed;
    }

    /// <summary>Opens a session channel and starts something on it.</summary>
    public ChannelId Start(ChannelRequest request)
    {
        var id = Connection.OpenChannel(ChannelOpen.Session());
        bool? started = null;
        Until(e =>
        {
            if (e.Channel == id)
            {
                switch (e.Body)
                {
                    case ChannelOpened:
                        Connection.Channel(id).Request(request);
                        break;
                    case ChannelRefused refused:
                        throw new NativeException(Result.Refused, refused.Description);
                    case RequestReplied replied:
                        started = replied.Success;
                        break;
                    default:
                        break;
                }
            }

            return started is not null;
        });
        if (started != true)
        {
            Connection.Channel(id).Close();
            throw new NativeException(Result.Refused, $"The server refused {request.Type}.");
        }

        return id;
    }

    /// <summary>Ends without a word to the peer: the session may live on in another process.</summary>
    public void Silence() => _isSilent = true;

    protected override void Release()
    {
        if (!_isSilent)
        {
            Connection.Disconnect();
            try
            {
                // What fits into the socket's buffer goes; nobody waits for the rest.
                _ = Pump.Step(Connection, _fd, Clock.Now);
            }
            catch (NativeException e)
            {
                Detail = e.Message;
            }
        }

        _ = Libc.Close(_fd);
        Connection.Dispose();
        Texts.Dispose();
    }

    private void Handshake(Func<SshPublicKey, Result> check)
    {
        Until(e =>
        {
            if (e.Body is HostKeyOffered offered)
            {
                var verdict = check(offered.Key);
                if (verdict != Result.Ok)
                {
                    throw new NativeException(verdict, $"The host showed {offered.Key.Fingerprint(Interop.DefaultCrypto.Provider)}.");
                }

                offered.Accept();
            }

            return e.Kind == SshEventKind.KeysChanged;
        });
    }
}
