using System.IO;
using System.Net.Sockets;
using System.Threading;
using SshCore.Blocking;
using SshCore.Cli.Sftp;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Ssh;
using SshCore.Cli.Unix;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;

namespace SshCore.Cli.Scp;

/// <summary>The connections of one run: each host is connected to once.</summary>
internal sealed class ScpHosts : IDisposable
{
    private readonly ScpArguments _arguments;
    private readonly Diagnostics _output;
    private readonly Dictionary<(string Host, string? User, int? Port), Open> _open = [];

    internal ScpHosts(ScpArguments arguments, Diagnostics output)
    {
        _arguments = arguments;
        _output = output;
    }

    /// <summary>The files of a host.</summary>
    /// <exception cref="ScpConnectException">There is no connection.</exception>
    internal RemoteSide Files(RemoteSpec spec)
    {
        Open open = Of(spec);
        return open.Files ??= new RemoteSide(open.Client!.OpenSftp(Options));
    }

    /// <summary>A session on a host, to run a command in.</summary>
    /// <exception cref="ScpConnectException">There is no connection.</exception>
    internal SshSession Session(RemoteSpec spec) => Of(spec).Client?.OpenSession() ?? throw new Arguments.UsageException("-O and -D don't go together");

    public void Dispose()
    {
        foreach (Open open in _open.Values)
        {
            open.Files?.Client.Dispose();
            open.Client?.Dispose();
            open.Program?.Dispose();
        }
    }

    private SftpClientOptions Options
    {
        get
        {
            SftpClientOptions options = SftpClientOptions.Default with { OperationTimeout = Timeout.InfiniteTimeSpan };
            return _arguments.Window is { } window
                ? options with { Window = window, Limits = options.Limits with { TransferWindow = window } }
                : options;
        }
    }

    private Open Of(RemoteSpec spec)
    {
        var key = (spec.Host!, spec.User, spec.Port);
        if (!_open.TryGetValue(key, out Open? open))
        {
            open = _arguments.Server is { } server ? Start(server) : new Open { Client = Connect(spec) };
            _open.Add(key, open);
        }

        return open;
    }

    private Open Start(string server)
    {
        ServerProgram program = ServerProgram.Start(server);
        return new Open { Program = program, Files = new RemoteSide(SftpClient.Create(program.Output, program.Input, Options, leaveOpen: true)) };
    }

    private SshClient Connect(RemoteSpec spec)
    {
        SshArguments ssh = _arguments.ConnectionTo(spec);
        Target target = Target.From(ssh, UserAccount.Current());
        try
        {
            return SshCommand.Connect(ssh, target, _output, text =>
            {
                if (!_arguments.IsQuiet)
                {
                    _output.WriteLine(text.TrimEnd('\n', '\r'));
                }
            });
        }
        catch (Exception e) when (e is SshException or SocketException or TimeoutException or IOException)
        {
            throw new ScpConnectException(ErrorText.ForConnecting(e, target), e);
        }
    }

    private sealed class Open
    {
        internal SshClient? Client { get; init; }

        internal ServerProgram? Program { get; init; }

        internal RemoteSide? Files { get; set; }
    }
}

/// <summary>A host can't be reached; the message is for the user.</summary>
internal sealed class ScpConnectException : Exception
{
    internal ScpConnectException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
