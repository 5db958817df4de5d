using System.Text;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Native.Easy;

/// <summary><c>sshcore_easy</c>: a connection, its socket, and calls that wait. Nothing here that level 1 does not have.</summary>
internal sealed class EasyObject : NativeObject
{
    private const int DefaultMaxOutput = 64 * 1024 * 1024;

    private readonly int _fd;
    private readonly StringBuilder _banner = new();
    private long _timeout;
    private SshInstant? _until;
    private bool _isSilent;

    public EasyObject(SshClientConnection connection, int fd, in EasyOptionsStruct options, LogSink? log)
    {
        Connection = connection;
        Log = log;
        _fd = fd;
        SetTimeout(options.TimeoutMs);
        MaxOutput = options.MaxOutput == 0 ? DefaultMaxOutput : In.Count(options.MaxOutput, "max_output");
        Login = new EasyLogin(this);
    }

    public SshClientConnection Connection { get; }

    public override LogSink? Log { get; }

    public Arena Texts { get; } = new();

    public int MaxOutput { get; }

    public EasyLogin Login { get; }

    /// <summary>What the server said before the log-in, all of it.</summary>
    public string Banner => _banner.ToString();

    /// <summary>What the server answered to the last transfer of a file.</summary>
    public uint FileStatus { get; set; }

    /// <summary>The time of each call from now on; 0 for no limit.</summary>
    public void SetTimeout(uint milliseconds) => _timeout = milliseconds == 0 ? -1 : milliseconds;

    /// <summary>A call begins: it has its whole time, and a connection.</summary>
    public void Begin()
    {
        Detail = "";
        Renew();
        if (Connection.Error is { } error)
        {
            throw new NativeException(Result.Closed, error.ToString());
        }
    }

    /// <summary>The time of the call under way begins anew: there was progress, or the time was the caller's.</summary>
    public void Renew() => _until = Clock.In(_timeout);

    /// <summary>The call under way, which has been going on for some time, ends then.</summary>
    public void EndAt(SshInstant? until) => _until = until;

    /// <summary>
    /// Handles events, and moves bytes, until <paramref name="on"/> says that it has what it waits for. To begin with it may
    /// be shown an event of no kind, to get going.
    /// </summary>
    public void Until(Func<SshEvent, bool> on, bool poke = false)
    {
        if (poke && on(default))
        {
            return;
        }

        while (true)
        {
            while (Connection.TryPollEvent(out var e))
            {
                if (e.Body is BannerReceived banner)
                {
                    _banner.Append(banner.Message);
                }

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

    /// <summary>Opens a session channel and starts something on it.</summary>
    public ChannelId Start(ChannelRequest request)
    {
        var id = Connection.OpenChannel(ChannelOpen.Session());
        bool? started = null;
        try
        {
            Until(e =>
            {
                if (e.Channel == id)
                {
                    switch (e.Body)
                    {
                        case ChannelOpened:
                            Connection.Channel(id).Request(request);
                            break;
                        case ChannelRefused refused when Connection.Error is null:
                            throw new NativeException(Result.Refused, $"The server refused a session: {refused.Description}");
                        case RequestReplied replied when Connection.Error is null:
                            started = replied.Success;
                            break;
                        default:
                            break;
                    }
                }

                // A server may also just close it. What the end of the connection does to all that is open is no answer.
                return started is not null || IsClosed(e, id);
            });
            return started == true ? id : throw new NativeException(Result.Refused, $"The server refused {request.Type}.");
        }
        catch
        {
            Finish(id);
            throw;
        }
    }

    /// <summary>Whether the server has closed the channel; all of them close with the connection too, which is told otherwise.</summary>
    public bool IsClosed(in SshEvent e, ChannelId id) => e.Kind == SshEventKind.ChannelClosed && e.Channel == id && Connection.Error is null;

    /// <summary>Closes a channel, and says so to the server without waiting.</summary>
    public void Finish(ChannelId id)
    {
        Connection.Channel(id).Close();
        Pump.Flush(Connection, _fd);
    }

    /// <summary>Ends the connection; what fits into the socket's buffer goes, and nobody waits for the rest.</summary>
    public void Disconnect()
    {
        Connection.Disconnect();
        Pump.Flush(Connection, _fd);
    }

    /// <summary>Ends without a word to the peer: the session may live on in another process.</summary>
    public void Silence() => _isSilent = true;

    protected override void Release()
    {
        try
        {
            if (!_isSilent)
            {
                Disconnect();
            }
        }
        finally
        {
            _ = Libc.Close(_fd);
            Connection.Dispose();
            Texts.Dispose();
        }
    }
}
