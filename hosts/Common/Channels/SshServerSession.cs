using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>
/// A session channel on the server (RFC 4254 §6). What the client asked for before the start is here; reading gives its
/// input, writing and <see cref="SshChannelStream.ErrorStream"/> are the outputs.
/// </summary>
public sealed class SshServerSession : SshChannelStream
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    internal SshServerSession(HostConnection connection, SshServerContext context, ChannelId id)
        : base(connection, id, "session") => Context = context;

    /// <summary>The connection it belongs to.</summary>
    public SshServerContext Context { get; }

    /// <summary>The terminal that was granted; null for none.</summary>
    public PtyRequest? Pty { get; internal set; }

    /// <summary>The terminal's size now.</summary>
    public PtySize WindowSize { get; internal set; }

    /// <summary>Variables that the policy allowed.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>What was started: an <see cref="ExecRequest"/>, <see cref="ShellRequest"/> or <see cref="SubsystemRequest"/>; null before.</summary>
    public ChannelRequest? Started { get; internal set; }

    /// <summary>The command of an <see cref="ExecRequest"/> as text; null for a shell or subsystem.</summary>
    public string? Command => (Started as ExecRequest)?.Command;

    /// <summary>Place for the policy's own state.</summary>
    public object? State { get; set; }

    /// <summary>Cancelled when the channel or the connection ends.</summary>
    public CancellationToken EndToken
    {
        get
        {
            lock (Connection.Gate)
            {
                if (_end is null && _hasEnded)
                {
                    return new CancellationToken(canceled: true);
                }

                return (_end ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Reports the command's status (RFC 4254 §6.10), once, before the channel is closed.</summary>
    public void SendExitStatus(uint status)
    {
        SentExit = true;
        Connection.BeginRequest(this, new ExitStatusRequest(status));
    }

    /// <summary>Reports that a signal ended the command; the name is without SIG (RFC 4254 §6.10).</summary>
    public void SendExitSignal(string name, bool coreDumped = false, string message = "")
    {
        SentExit = true;
        Connection.BeginRequest(this, new ExitSignalRequest(name, coreDumped, message));
    }

    /// <summary>Tells the client that no more of its input is read (eow@openssh.com).</summary>
    public void SendEndOfWrite() => Connection.BeginRequest(this, new EndOfWriteRequest());

    /// <summary>Tells whether the client may do flow control by itself (RFC 4254 §6.8).</summary>
    public void SendXonXoff(bool clientCanDo) => Connection.BeginRequest(this, new XonXoffRequest(clientCanDo));

    /// <summary>Whether status or signal was sent.</summary>
    public bool SentExit { get; private set; }

    internal void SetVariable(string name, string value) => _variables[name] = value;

    private protected override void OnEndLocked()
    {
        _hasEnded = true;
        if (_end is not null)
        {
            Connection.StartLocked(new CancelWork(_end, Connection.Log));
        }
    }

    private CancellationTokenSource? _end;
    private bool _hasEnded;
}
