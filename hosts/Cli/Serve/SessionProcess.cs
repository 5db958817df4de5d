using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Cli.Unix;
using SshCore.Hosts;

namespace SshCore.Cli.Serve;

/// <summary>What one session runs: the user's shell, on a terminal or on three pipes.</summary>
internal sealed class SessionProcess : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SshServerSession _session;
    private PseudoTerminal? _terminal;
    private ChildProcess? _child;

    internal SessionProcess(SshServerSession session) => _session = session;

    /// <summary>Makes the terminal that was asked for; false if there is none to be had.</summary>
    internal bool TryOpenTerminal(PtyRequest request)
    {
        lock (_gate)
        {
            if (_terminal is not null)
            {
                return false;
            }

            try
            {
                _terminal = PseudoTerminal.Open(ToWindowSize(request.Size), request.Modes);
                return true;
            }
            catch (UnixException)
            {
                return false;
            }
        }
    }

    internal void Resize(PtySize size)
    {
        lock (_gate)
        {
            _terminal?.Resize(ToWindowSize(size));
        }
    }

    /// <summary>False without a terminal: then a break has no meaning.</summary>
    internal bool SendBreak()
    {
        lock (_gate)
        {
            _terminal?.SendBreak();
            return _terminal is not null;
        }
    }

    /// <summary>Delivers a signal to the process group.</summary>
    internal bool Signal(int number)
    {
        ChildProcess? child = Volatile.Read(ref _child);
        return child is not null && !child.End.IsCompleted && child.SignalGroup(number);
    }

    /// <summary>
    /// Runs a command by the user's shell, or the shell itself as a login shell, until it has ended and all its output is
    /// sent; then tells the client how it ended.
    /// </summary>
    internal async Task RunAsync(UserAccount account, ReadOnlyMemory<byte>? command, string? originalCommand, IEnumerable<KeyValuePair<string, string>> ofKey, CancellationToken cancellation)
    {
        PseudoTerminal? terminal = _terminal;
        (string, string)? tty = terminal is null ? null : (terminal.Name, _session.Pty?.Terminal ?? "dumb");
        IReadOnlyList<ReadOnlyMemory<byte>> environment = SessionEnvironment.Make(
            account, _session.Context.RemoteEndPoint, _session.Context.LocalEndPoint, _session.Variables, tty, originalCommand, ofKey);
        string name = Path.GetFileName(account.Shell);
        IReadOnlyList<ReadOnlyMemory<byte>> arguments = command is { } text
            ? [Encoding.UTF8.GetBytes(name), "-c"u8.ToArray(), text]
            : [Encoding.UTF8.GetBytes("-" + name)];
        var program = new ProgramStart(account.Shell, arguments, environment, Directory.Exists(account.Home) ? account.Home : "/");

        ProcessEnd end;
        try
        {
            end = terminal is null
                ? await OnPipes(program, cancellation).ConfigureAwait(false)
                : await OnTerminal(terminal, program, cancellation).ConfigureAwait(false);
        }
        catch (UnixException e)
        {
            await _session.ErrorStream.WriteAsync(Encoding.UTF8.GetBytes($"sshcore: {e.Message}\n"), cancellation).ConfigureAwait(false);
            end = new ProcessEnd(127, 0, false);
        }
        finally
        {
            // Who goes away hangs up: the process group gets SIGHUP, as from a terminal whose line is cut.
            Signal(SignalNames.HangUp);
        }

        if (end.Signal != 0)
        {
            _session.SendExitSignal(SignalNames.For(end.Signal), end.CoreDumped);
        }
        else
        {
            _session.SendExitStatus((uint)end.Status);
        }

        _session.SendEof();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _terminal?.Dispose();
        }
    }

    private async Task<ProcessEnd> OnPipes(ProgramStart program, CancellationToken cancellation)
    {
        using Piped run = Piped.Start(program);
        Volatile.Write(ref _child, run.Child);
        Task input = SessionPump.InAsync(_session, run.Input, closeAtEnd: true, cancellation);
        await Task.WhenAll(
            SessionPump.OutAsync(run.Output, _session, () => _session.PeerStoppedReading, cancellation),
            SessionPump.OutAsync(run.Error, _session.ErrorStream, null, cancellation)).ConfigureAwait(false);
        ProcessEnd end = await run.Child.End.WaitAsync(cancellation).ConfigureAwait(false);
        run.Input.Dispose();
        _ = input; // It ends with the pipe or with the channel, and reports to nobody.
        return end;
    }

    private async Task<ProcessEnd> OnTerminal(PseudoTerminal terminal, ProgramStart program, CancellationToken cancellation)
    {
        ChildProcess child = terminal.Start(program);
        Volatile.Write(ref _child, child);
        _ = SessionPump.InAsync(_session, terminal.Stream, closeAtEnd: false, cancellation);
        await SessionPump.OutAsync(terminal.Stream, _session, null, cancellation).ConfigureAwait(false);
        return await child.End.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private static WindowSize ToWindowSize(PtySize size) => new()
    {
        Columns = Clamp(size.Columns),
        Rows = Clamp(size.Rows),
        PixelWidth = Clamp(size.PixelWidth),
        PixelHeight = Clamp(size.PixelHeight),
    };

    private static ushort Clamp(uint value) => (ushort)Math.Min(value, ushort.MaxValue);
}
