using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>
/// A session channel on the client (RFC 4254 §6): ask for a terminal and variables, then start one command, shell or
/// subsystem; after that the channel is its standard input and output.
/// </summary>
public sealed class SshSession : SshChannelStream
{
    internal SshSession(HostConnection connection, ChannelId id)
        : base(connection, id, "session")
    {
    }

    /// <summary>Runs a command.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public ValueTask ExecAsync(string command, CancellationToken cancellationToken = default) => MustAsync(new ExecRequest(command), cancellationToken);

    /// <summary>Runs a command given as bytes.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public ValueTask ExecAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken = default) => MustAsync(new ExecRequest(command), cancellationToken);

    /// <summary>Starts the user's shell.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public ValueTask ShellAsync(CancellationToken cancellationToken = default) => MustAsync(new ShellRequest(), cancellationToken);

    /// <summary>Starts a subsystem, for example <c>sftp</c>.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public ValueTask SubsystemAsync(string name, CancellationToken cancellationToken = default) => MustAsync(new SubsystemRequest(name), cancellationToken);

    /// <summary>Asks for a terminal; null: vt100, 80×24, no modes.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public ValueTask PtyAsync(PtyRequest? request = null, CancellationToken cancellationToken = default) => MustAsync(request ?? new PtyRequest(), cancellationToken);

    /// <summary>Asks to set a variable. Servers allow few; this sends without asking for an answer, as OpenSSH does.</summary>
    public ValueTask SetVariableAsync(string name, string value)
    {
        SetVariable(name, value);
        return default;
    }

    /// <summary>Sends a break (RFC 4335); false if the server has no use for it.</summary>
    public ValueTask<bool> BreakAsync(uint milliseconds = 500, CancellationToken cancellationToken = default) => RequestAsync(new BreakRequest(milliseconds), cancellationToken);

    /// <summary>
    /// Waits for the end of the command. Read its output meanwhile, or it may never end: see <see cref="DrainExitAsync"/>.
    /// </summary>
    /// <exception cref="SshExitMissingException">The channel closed without status and signal.</exception>
    /// <exception cref="SshConnectionException">The connection ended first.</exception>
    public async ValueTask<SshExit> ExitAsync(CancellationToken cancellationToken = default) =>
        await Connection.WaitAsync(Exit, cancellationToken).ConfigureAwait(false) ?? throw new SshExitMissingException();

    /// <summary>Waits for the end of the command and throws its output away.</summary>
    /// <exception cref="SshExitMissingException">The channel closed without status and signal.</exception>
    public async ValueTask<SshExit> DrainExitAsync(CancellationToken cancellationToken = default)
    {
        await CopyOutputAsync(null, null, cancellationToken).ConfigureAwait(false);
        return await ExitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies both outputs until they end; null throws one away.</summary>
    public async ValueTask CopyOutputAsync(Stream? output, Stream? errorOutput, CancellationToken cancellationToken = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        while (await ReadAnyAsync(buffer, cancellationToken).ConfigureAwait(false) is { Count: > 0 } read)
        {
            if ((read.Stream == DataStream.Standard ? output : errorOutput) is { } target)
            {
                await target.WriteAsync(new ReadOnlyMemory<byte>(buffer, 0, read.Count), cancellationToken).ConfigureAwait(false);
            }
        }

        // Not after a failure: somebody may still be using it.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Runs a command; blocks for the answer.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public void Exec(string command, TimeSpan? timeout = null) => Must(new ExecRequest(command), timeout);

    /// <summary>Runs a command given as bytes; blocks for the answer.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public void Exec(ReadOnlyMemory<byte> command, TimeSpan? timeout = null) => Must(new ExecRequest(command), timeout);

    /// <summary>Starts the user's shell; blocks for the answer.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public void Shell(TimeSpan? timeout = null) => Must(new ShellRequest(), timeout);

    /// <summary>Starts a subsystem; blocks for the answer.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public void Subsystem(string name, TimeSpan? timeout = null) => Must(new SubsystemRequest(name), timeout);

    /// <summary>Asks for a terminal and blocks for the answer; null: vt100, 80×24, no modes.</summary>
    /// <exception cref="SshChannelRequestException">The server refused it.</exception>
    public void Pty(PtyRequest? request = null, TimeSpan? timeout = null) => Must(request ?? new PtyRequest(), timeout);

    /// <summary>Asks to set a variable. Servers allow few; this sends without asking for an answer, as OpenSSH does.</summary>
    public void SetVariable(string name, string value) => Connection.BeginRequest(this, new EnvRequest(name, value) { WantReply = false });

    /// <summary>Sends a break (RFC 4335) and blocks for the answer; false if the server has no use for it.</summary>
    public bool Break(uint milliseconds = 500, TimeSpan? timeout = null) => Request(new BreakRequest(milliseconds), timeout);

    /// <summary>Tells the terminal's new size (RFC 4254 §6.7); has no answer.</summary>
    public void ChangeWindow(PtySize size) => Connection.BeginRequest(this, new WindowChangeRequest(size));

    /// <summary>Delivers a signal, named without SIG (RFC 4254 §6.9); has no answer.</summary>
    public void Signal(string name) => Connection.BeginRequest(this, new SignalRequest(name));

    /// <summary>Blocks for the end of the command; as <see cref="ExitAsync"/>.</summary>
    /// <exception cref="SshExitMissingException">The channel closed without status and signal.</exception>
    /// <exception cref="SshTimeoutException">It runs longer than <paramref name="timeout"/>.</exception>
    public SshExit WaitForExit(TimeSpan? timeout = null) =>
        Connection.Wait(Exit, timeout ?? Timeout.InfiniteTimeSpan, "The command") ?? throw new SshExitMissingException();

    /// <summary>Copies both outputs until they end; null throws one away.</summary>
    public void CopyOutput(Stream? output, Stream? errorOutput)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        while (ReadAny(buffer) is { Count: > 0 } read)
        {
            (read.Stream == DataStream.Standard ? output : errorOutput)?.Write(buffer, 0, read.Count);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Whether status or signal has come, or will not come any more.</summary>
    public bool HasExited
    {
        get
        {
            lock (Connection.Gate)
            {
                return Exit.IsDone;
            }
        }
    }

    /// <summary>Runs a command to its end; for the hosts' clients.</summary>
    internal async ValueTask<SshCommandResult> RunAsync(ReadOnlyMemory<byte> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        await ExecAsync(command, cancellationToken).ConfigureAwait(false);
        using var output = new MemoryStream();
        using var errorOutput = new MemoryStream();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var feeding = FeedAsync(input, stop.Token);
        try
        {
            await CopyOutputAsync(output, errorOutput, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // What the command has not read by now it never will.
            stop.Cancel();
            await feeding.ConfigureAwait(false);
        }

        var exit = await Connection.WaitAsync(Exit, cancellationToken).ConfigureAwait(false);
        return exit is null
            ? throw new SshExitMissingException(output.ToArray(), errorOutput.ToArray())
            : new SshCommandResult(exit, output.ToArray(), errorOutput.ToArray());
    }

    /// <summary>Runs a command to its end, blocking; for the hosts' clients.</summary>
    internal SshCommandResult Run(ReadOnlyMemory<byte> command, ReadOnlyMemory<byte> input)
    {
        Exec(command);
        using var output = new MemoryStream();
        using var errorOutput = new MemoryStream();
        Task feeding;
        using var stop = new CancellationTokenSource();

        // Taken by whichever thread makes room in the output; nobody blocks on it.
        feeding = FeedAsync(input, stop.Token);
        try
        {
            CopyOutput(output, errorOutput);
        }
        finally
        {
            stop.Cancel();
        }

        var exit = Connection.Wait(Exit, Timeout.InfiniteTimeSpan, "The command");
        return exit is null
            ? throw new SshExitMissingException(output.ToArray(), errorOutput.ToArray())
            : new SshCommandResult(exit, output.ToArray(), errorOutput.ToArray());
    }

    private const int CopySize = 64 * 1024;

    private async Task FeedAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            if (!input.IsEmpty)
            {
                await WriteAsync(input, cancellationToken).ConfigureAwait(false);
            }

            SendEof();
        }
        catch (SshWriteCanceledException)
        {
            // The command ended without reading all of its input, as it may.
            SendEof();
        }
        catch (SshException)
        {
            // Channel or connection ended: who reads the output learns why.
            PeerStoppedReading = true;
        }
        catch (ObjectDisposedException)
        {
            PeerStoppedReading = true;
        }
    }

    private async ValueTask MustAsync(ChannelRequest request, CancellationToken cancellationToken)
    {
        if (!await RequestAsync(request, cancellationToken).ConfigureAwait(false))
        {
            throw SshChannelRequestException.Refused(request.Type);
        }
    }

    private void Must(ChannelRequest request, TimeSpan? timeout)
    {
        if (!Request(request, timeout))
        {
            throw SshChannelRequestException.Refused(request.Type);
        }
    }
}
