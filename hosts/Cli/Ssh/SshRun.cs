using System.Runtime.InteropServices;
using System.Threading.Tasks;
using SshCore.Blocking;
using SshCore.Channels;
using SshCore.Cli.Unix;
using SshCore.Hosts;

namespace SshCore.Cli.Ssh;

/// <summary>The session of <c>sshcore ssh</c>: our standard descriptors on one side, the remote command on the other.</summary>
internal sealed class SshRun
{
    private readonly SshArguments _arguments;
    private readonly Target _target;
    private readonly Diagnostics _output;
    private RawTerminal? _terminal;
    private QuitSignals? _signals;

    internal SshRun(SshArguments arguments, Target target, Diagnostics output)
    {
        _arguments = arguments;
        _target = target;
        _output = output;
    }

    /// <summary>Whether a signal has ended it.</summary>
    internal bool HasQuit => _signals?.HasQuit == true;

    private bool IsQuiet => (_arguments.Verbosity ?? 0) < 0;

    /// <summary>Shows what the server says before log-in.</summary>
    internal void OnBanner(string text)
    {
        if (!IsQuiet)
        {
            _output.WriteLine(text.TrimEnd('\n', '\r'));
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>The command's status, or 255.</returns>
    /// <exception cref="SshException">The connection ended first.</exception>
    internal int Run(SshClient client)
    {
        using var signals = new QuitSignals(client, OnQuit);
        _signals = signals;
        if (_arguments.Session == SessionKind.None)
        {
            throw new SshConnectionException(client.WaitForEnd());
        }

        using SshSession session = client.OpenSession();
        bool onTerminal = WantsTerminal();
        Start(session, onTerminal);
        using PosixSignalRegistration? resize = onTerminal && Descriptor.IsTerminal(0)
            ? PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => SendSize(session))
            : null;
        try
        {
            if (onTerminal && Descriptor.IsTerminal(0))
            {
                _terminal = RawTerminal.Raw(Descriptor.Borrow(0));
                _output.IsTerminalRaw = true;
            }

            bool hasInput = _arguments.NoInput != true;
            var input = new SessionInput(session, client, _terminal, _output, hasInput ? EscapeFor(onTerminal) : null);
            if (hasInput)
            {
                input.Start();
            }
            else
            {
                session.SendEof();
            }

            using var output = new SessionOutput(session);
            output.Run();
            return Status(session, onTerminal);
        }
        finally
        {
            _terminal?.Dispose();
            _output.IsTerminalRaw = false;
        }
    }

    private void OnQuit(PosixSignal signal)
    {
        _terminal?.Dispose();
        _output.IsTerminalRaw = false;
        if (_arguments.Verbosity > 0)
        {
            _output.WriteLine($"sshcore: ended by {signal}");
        }
    }

    /// <summary>OpenSSH's rules: a shell gets a terminal if we have one, a command only if it is asked for.</summary>
    private bool WantsTerminal()
    {
        TerminalRequest request = _arguments.Terminal ?? TerminalRequest.Auto;
        bool wants = request switch
        {
            TerminalRequest.No => false,
            TerminalRequest.Auto => _arguments.Command is null,
            _ => true,
        };
        if (!wants || request == TerminalRequest.Force || (Descriptor.IsTerminal(0) && _arguments.NoInput != true))
        {
            return wants;
        }

        if (request == TerminalRequest.Yes && !IsQuiet)
        {
            _output.WriteLine("sshcore: no terminal is asked for, because standard input is none");
        }

        return false;
    }

    /// <summary>All requests leave at once; the answers come in their order, so that of the last is waited for.</summary>
    private void Start(SshSession session, bool onTerminal)
    {
        Task<bool>? terminal = onTerminal ? session.RequestAsync(TerminalRequestOf()).AsTask() : null;
        foreach ((string name, string value) in EnvironmentToSend.Choose(_arguments, Environment.GetEnvironmentVariables()))
        {
            session.SetVariable(name, value);
        }

        ChannelRequest start = _arguments switch
        {
            { Session: SessionKind.Subsystem, Command: { } name } => new SubsystemRequest(name),
            { Command: { } command } => new ExecRequest(command),
            _ => new ShellRequest(),
        };
        bool isStarted = session.Request(start);
        if (terminal is not null && !terminal.GetAwaiter().GetResult() && !IsQuiet)
        {
            _output.WriteLine("sshcore: the server gives no terminal");
        }

        if (!isStarted)
        {
            throw new SshChannelRequestException($"the server refused the {start.Type} request");
        }
    }

    private static PtyRequest TerminalRequestOf()
    {
        string type = Environment.GetEnvironmentVariable("TERM") ?? "";
        if (!Descriptor.IsTerminal(0))
        {
            // As OpenSSH's ssh: no size, no modes, and the name in TERM, empty if there is none.
            return new PtyRequest(type, new PtySize(0, 0));
        }

        using var terminal = Descriptor.Borrow(0);
        return new PtyRequest(type, SizeOf(), Termios.Read(terminal).ToModes());
    }

    private static PtySize SizeOf()
    {
        using var terminal = Descriptor.Borrow(0);
        return Descriptor.GetWindowSize(terminal) is { } size
            ? new PtySize(size.Columns, size.Rows, size.PixelWidth, size.PixelHeight)
            : default;
    }

    private static void SendSize(SshSession session)
    {
        if (session.IsOpen)
        {
            session.ChangeWindow(SizeOf());
        }
    }

    private char? EscapeFor(bool onTerminal)
    {
        string escape = _arguments.EscapeChar ?? "~";
        return onTerminal && escape.Length == 1 ? escape[0] : null;
    }

    private int Status(SshSession session, bool onTerminal)
    {
        SshExit exit;
        try
        {
            exit = session.WaitForExit();
        }
        catch (SshExitMissingException)
        {
            return ExitCodes.Ssh;
        }

        if (onTerminal && _arguments.Command is null && !IsQuiet)
        {
            _terminal?.Restore();
            _output.IsTerminalRaw = false;
            _output.WriteLine($"Connection to {_target.Host} closed.");
        }

        if (exit.Signal is { } signal)
        {
            if (!IsQuiet)
            {
                _output.WriteLine($"sshcore: the command was ended by signal {signal}{(exit.CoreDumped ? " (core dumped)" : "")}");
            }

            return ExitCodes.Ssh;
        }

        return (int)(exit.Status ?? ExitCodes.Ssh);
    }
}
