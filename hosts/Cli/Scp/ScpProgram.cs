using System.IO;
using System.Linq;
using System.Text;
using SshCore.Channels;
using SshCore.Cli.Arguments;
using SshCore.Cli.Sftp;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Cli.Unix;
using SshCore.Config;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Scp;

/// <summary><c>sshcore scp</c>.</summary>
internal sealed class ScpProgram
{
    private readonly ScpArguments _arguments;
    private readonly Diagnostics _output;
    private readonly ScpHosts _hosts;
    private readonly LocalSide _local = LocalSide.Whole();
    private readonly RateLimiter? _limit;

    private ScpProgram(ScpArguments arguments, Diagnostics output, ScpHosts hosts)
    {
        _arguments = arguments;
        _output = output;
        _hosts = hosts;
        _limit = RateLimiter.Of(arguments.Limit);
    }

    /// <summary>Runs it.</summary>
    /// <returns>0 if all was copied, 1 if something was not, 255 if a connection failed.</returns>
    internal static int Run(IReadOnlyList<string> words)
    {
        using Diagnostics output = Diagnostics.ToStandardError();
        try
        {
            ScpArguments arguments = ScpArguments.Scan(words);
            if (arguments.ShowHelp)
            {
                StandardOutput.WriteLine(ScpHelp.Text);
                return ExitCodes.Success;
            }

            using var hosts = new ScpHosts(arguments, output);
            return new ScpProgram(arguments, output, hosts).CopyAll() ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (ScpConnectException e)
        {
            output.WriteLine(e.Message);
            return ExitCodes.Ssh;
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException)
        {
            output.WriteLine("scp: " + TerminalText.Show(e.Message));
            output.WriteLine("scp: Connection closed");
            return ExitCodes.Ssh;
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
        {
            output.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Failure;
        }
    }

    private bool CopyAll()
    {
        RemoteSpec target = _arguments.Target;
        if (_arguments.Sources.Count > 1 && !(_arguments.IsOld && !target.IsLocal) && !IsDirectory(target))
        {
            Report($"{(target.Path.Length == 0 ? "." : target.Path)}: Not a directory");
            return false;
        }

        bool done = true;
        for (int i = 0; i < _arguments.Sources.Count;)
        {
            // Sources of one host, or of this one, go together.
            int first = i;
            var sources = new List<RemoteSpec>();
            do
            {
                sources.Add(_arguments.Sources[i++]);
            }
            while (i < _arguments.Sources.Count && IsSameHost(_arguments.Sources[first], _arguments.Sources[i]));
            try
            {
                done &= !_arguments.IsOld || (sources[0].IsLocal && target.IsLocal) ? Copy(sources, target)
                    : sources.Aggregate(true, (whole, source) => CopyOld(source, target) & whole);
            }
            catch (SftpCommandException e)
            {
                Report(e.Message);
                done = false;
            }
            catch (SftpException e)
            {
                Report(FileSide.Reason(e.Status, e.ServerMessage));
                done = false;
            }
        }

        return done;
    }

    private bool IsSameHost(RemoteSpec a, RemoteSpec b) =>
        !_arguments.IsOld && a.IsLocal == b.IsLocal && a.Host == b.Host && a.User == b.User && a.Port == b.Port;

    private FileSide SideOf(RemoteSpec spec) => spec.IsLocal ? _local : _hosts.Files(spec);

    private bool IsDirectory(RemoteSpec spec) => SideOf(spec) is var side && side.Find(PathOn(side, spec.Path, isPattern: false), followLinks: true) is { IsDirectory: true };

    private bool Copy(List<RemoteSpec> sources, RemoteSpec target)
    {
        FileSide from = SideOf(sources[0]);
        FileSide to = SideOf(target);
        SftpPath place = PathOn(to, target.Path, isPattern: false);
        bool intoDirectory = to.Find(place, followLinks: true) is { IsDirectory: true };
        return Copying(from, to).Run(sources.SelectMany(source => Items(from, source, target, place, intoDirectory)));
    }

    private IEnumerable<CopyItem> Items(FileSide from, RemoteSpec source, RemoteSpec target, SftpPath place, bool intoDirectory)
    {
        List<(SftpPath Path, SftpAttributes? Known)> paths;
        CopyItem? failed = null;
        try
        {
            paths = SourcesOf(from, source);
            if (paths.Count > 1 && !intoDirectory)
            {
                failed = new CopyItem { Problem = $"{FileSide.Show(place)}: Not a directory" };
            }
        }
        catch (SftpCommandException e)
        {
            paths = [];
            failed = new CopyItem { Problem = e.Message };
        }

        if (failed is { } problem)
        {
            yield return problem;
            yield break;
        }

        foreach ((SftpPath path, SftpAttributes? known) in paths)
        {
            yield return Item(from, path, known, target, place, intoDirectory);
        }
    }

    private CopyItem Item(FileSide from, SftpPath path, SftpAttributes? known, RemoteSpec target, SftpPath place, bool intoDirectory)
    {
        try
        {
            SftpAttributes attributes = known ?? from.Find(path, followLinks: true) ?? throw new SftpCommandException($"{FileSide.Show(path)}: No such file or directory");
            SftpPath destination = intoDirectory ? place.Combine(NameOf(from, path)) : place;
            if (attributes.IsDirectory && !_arguments.Recursive)
            {
                throw new SftpCommandException($"{FileSide.Show(path)}: not a regular file");
            }

            if (!intoDirectory && !attributes.IsDirectory && target.Path.EndsWith('/'))
            {
                throw new SftpCommandException($"dest open \"{FileSide.Show(place)}\": No such file or directory");
            }

            return new CopyItem(path, destination) { IsTree = attributes.IsDirectory, Known = attributes };
        }
        catch (SftpCommandException e)
        {
            return new CopyItem { Problem = e.Message };
        }
    }

    /// <summary>A local name is what the user's shell made of it; a remote one may be a pattern.</summary>
    private static List<(SftpPath Path, SftpAttributes? Known)> SourcesOf(FileSide side, RemoteSpec source)
    {
        if (source.IsLocal)
        {
            return [(PathOn(side, source.Path, isPattern: false), null)];
        }

        SftpPath pattern = PathOn(side, source.Path, isPattern: true);
        List<(SftpPath, SftpAttributes?)> paths = PathGlob.Find(side, ByteText.From(pattern.Span))
            .ConvertAll(static match => (match.Path, match.Attributes.IsSymbolicLink ? default(SftpAttributes?) : match.Attributes));
        return paths.Count > 0 ? paths : [(PathOn(side, source.Path, isPattern: false), null)];
    }

    /// <summary>A path as it is given on the command line; of a host, from the home directory on, with ~ if the server knows it.</summary>
    private static SftpPath PathOn(FileSide side, string path, bool isPattern)
    {
        SftpPath bytes = new(ByteText.ToBytes(path.Length == 0 ? "." : path));
        if (side is not RemoteSide remote || bytes.IsAbsolute)
        {
            return bytes;
        }

        if (path.StartsWith('~'))
        {
            int slash = path.IndexOf('/', StringComparison.Ordinal);
            string user = slash < 0 ? path : path[..slash];
            string rest = slash < 0 ? "" : path[(slash + 1)..];
            SftpPath? expanded = remote.Client.Supports(SftpExtensionNames.ExpandPath) ? remote.Client.ExpandPath(new SftpPath(ByteText.ToBytes(user)))
                : user == "~" ? remote.Normalize(".")
                : default(SftpPath?);
            if (expanded is { } place)
            {
                place = isPattern ? new SftpPath(FileGlob.Escape(place.Span)) : place;
                return rest.Length == 0 ? place : place.Combine(new SftpPath(ByteText.ToBytes(rest)));
            }
        }

        SftpPath home = remote.Normalize(".");
        return (isPattern ? new SftpPath(FileGlob.Escape(home.Span)) : home).Combine(bytes);
    }

    private static SftpPath NameOf(FileSide side, SftpPath path)
    {
        SftpPath name = Last(path);
        name = FileSide.IsPlainName(name) ? name : Last(side.Normalize(path));
        return FileSide.IsPlainName(name) ? name : throw new SftpCommandException($"{FileSide.Show(path)}: has no name to give its copy");

        static SftpPath Last(SftpPath path)
        {
            ReadOnlyMemory<byte> bytes = path.Bytes;
            while (bytes.Length > 1 && bytes.Span[^1] == (byte)'/')
            {
                bytes = bytes[..^1];
            }

            return new SftpPath(bytes).Name;
        }
    }

    private FileCopy Copying(FileSide from, FileSide to) => new(
        from,
        to,
        new FileCopyOptions { Preserve = _arguments.Preserve, FollowLinks = true, BlockSize = _arguments.BlockSize },
        _limit)
    {
        Report = Report,
        Meter = (name, total, _) => Meter(name, total),
    };

    private ProgressMeter? Meter(string name, long total) => !_arguments.IsQuiet && Descriptor.IsTerminal(1) ? ProgressMeter.OnTerminal(name, total, 0) : null;

    private ScpJob Job => new() { Recursive = _arguments.Recursive, Preserve = _arguments.Preserve, Limit = _limit, Meter = Meter, Report = Report };

    private bool CopyOld(RemoteSpec source, RemoteSpec target)
    {
        if (!source.IsLocal && !target.IsLocal)
        {
            return Relay(source, target);
        }

        if (target.IsLocal)
        {
            using SshSession session = Start(source, "-f");
            IReadOnlyList<ReadOnlyMemory<byte>>? expected = _arguments.TakesAnyName ? null : [LastPattern(source.Path)];
            using var receiver = new ScpReceiver(session, _local, new SftpPath(ByteText.ToBytes(target.Path.Length == 0 ? "." : target.Path)), expected, Job);
            bool received = receiver.Run();
            session.SendEof();
            return received & HasEndedWell(session);
        }

        using SshSession sink = Start(target, _arguments.Sources.Count > 1 ? "-d -t" : "-t");
        using var sender = new ScpSender(sink, _local, Job, tellsPeer: false);
        bool sent = sender.Send(new SftpPath(ByteText.ToBytes(source.Path)));
        sink.SendEof();
        return sent & HasEndedWell(sink);
    }

    /// <summary>From host to host by the old protocol: their words pass through us.</summary>
    private bool Relay(RemoteSpec source, RemoteSpec target)
    {
        using SshSession from = Start(source, "-f");
        using SshSession to = Start(target, _arguments.Sources.Count > 1 ? "-d -t" : "-t");
        System.Threading.Tasks.Task back = to.CopyToAsync(from);
        from.CopyTo(to);
        to.SendEof();
        bool done = HasEndedWell(from) & HasEndedWell(to);

        // It ends with the sessions, however they end.
        _ = back;
        return done;
    }

    /// <summary>The name, or the pattern, that a source asked for by the old protocol may have.</summary>
    private static ReadOnlyMemory<byte> LastPattern(string path)
    {
        string trimmed = path.TrimEnd('/');
        string name = trimmed[(trimmed.LastIndexOf('/') + 1)..];

        // The name of . and .. is for the server to tell.
        return ByteText.ToBytes(name is "" or "." or ".." or "~" ? "*" : name);
    }

    private SshSession Start(RemoteSpec spec, string role)
    {
        SshSession session = _hosts.Session(spec);
        var command = new StringBuilder("scp");
        command.Append(_arguments.Verbosity > 0 ? " -v" : "").Append(_arguments.Recursive ? " -r" : "").Append(_arguments.Preserve ? " -p" : "");
        string path = spec.Path.Length == 0 ? "." : spec.Path;
        command.Append(' ').Append(role).Append(path.StartsWith('-') ? " -- " : " ").Append(path);
        _ = ReadErrors(session);

        // Raw, as the protocol has it: the other side's shell reads it.
        session.Exec(ByteText.ToBytes(command.ToString()));
        return session;
    }

    private async System.Threading.Tasks.Task ReadErrors(SshSession session)
    {
        try
        {
            byte[] buffer = new byte[4096];
            int count;
            while ((count = await session.ErrorStream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                _output.WriteLine(TerminalText.Show(ByteText.From(buffer.AsSpan(0, count)).TrimEnd('\n', '\r')));
            }
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException)
        {
            // The session's end is told where its files are moved.
            return;
        }
    }

    private static bool HasEndedWell(SshSession session)
    {
        try
        {
            return session.WaitForExit() is { Status: 0 };
        }
        catch (SshExitMissingException)
        {
            return false;
        }
    }

    private void Report(string message) =>
        _output.WriteLine(TerminalText.Show(message.StartsWith("scp: ", StringComparison.Ordinal) ? message : "scp: " + message));
}
