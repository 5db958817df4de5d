using System.Globalization;
using SshCore.Cli.Arguments;
using SshCore.Cli.Ssh;

namespace SshCore.Cli.Sftp;

/// <summary>The command line of <c>sshcore sftp</c>.</summary>
internal sealed class SftpArguments
{
    private const string Plain = "46aCfNpqrv";
    private const string WithValue = "BbcDFiloPRsX";
    private const string NotSupported = "AJS";

    private bool _noQuiet;

    /// <summary>What the connection needs; the same as <c>sshcore ssh</c> has.</summary>
    internal SshArguments Ssh { get; } = new();

    /// <summary>The host and the path on it; null with <see cref="Server"/>.</summary>
    internal RemoteSpec? Destination { get; private set; }

    /// <summary>The local path of a transfer that the command line asks for; null if none is given.</summary>
    internal string? LocalTarget { get; private set; }

    /// <summary>-D: a local server program with its arguments.</summary>
    internal string? Server { get; private set; }

    /// <summary>-b: the file with commands; - for standard input.</summary>
    internal string? BatchFile { get; private set; }

    /// <summary>-s: another subsystem or, with a slash, a program on the server.</summary>
    internal string? Subsystem { get; private set; }

    /// <summary>-a.</summary>
    internal bool Resume { get; private set; }

    /// <summary>-f.</summary>
    internal bool Sync { get; private set; }

    /// <summary>-p.</summary>
    internal bool Preserve { get; private set; }

    /// <summary>-r.</summary>
    internal bool Recursive { get; private set; }

    /// <summary>-q, or -b without -N.</summary>
    internal bool IsQuiet { get; private set; }

    /// <summary>-l: Kbit/s; null for no limit.</summary>
    internal long? Limit { get; private set; }

    /// <summary>-B: bytes of one request; null for what the server allows.</summary>
    internal int? BufferSize { get; private set; }

    /// <summary>-R: requests in flight; null for as many as pay.</summary>
    internal int? Requests { get; private set; }

    /// <summary>--help.</summary>
    internal bool ShowHelp { get; private set; }

    /// <exception cref="UsageException">An option is unknown, not supported, or has a wrong value.</exception>
    internal static SftpArguments Scan(IReadOnlyList<string> words)
    {
        var result = new SftpArguments();
        if (new OptionLetters(Plain, WithValue, NotSupported) { OnPlain = result.SetPlain, OnValue = result.SetValue }.Read(words) is not { } rest)
        {
            result.ShowHelp = true;
            return result;
        }

        if (result.BatchFile is not null)
        {
            result.Ssh.BatchMode ??= true;
            result.IsQuiet |= !result._noQuiet;
        }

        result.SetDestination(rest);
        return result;
    }

    private void SetDestination(List<string> rest)
    {
        if (Server is not null)
        {
            if (rest.Count > 0)
            {
                throw new UsageException("with -D there is no destination");
            }

            return;
        }

        if (rest.Count is 0 or > 2)
        {
            throw new UsageException("one destination is wanted, and perhaps a local path; see sshcore sftp --help");
        }

        Destination = RemoteSpec.ParseDestination(rest[0]);
        LocalTarget = rest.Count > 1 ? rest[1] : null;
        Ssh.Destination = Destination.Host!;
        Ssh.User ??= Destination.User;
        Ssh.Port = Destination.Port ?? Ssh.Port;
    }

    private void SetPlain(char letter)
    {
        switch (letter)
        {
            case 'a':
                Resume = true;
                break;
            case 'f':
                Sync = true;
                break;
            case 'p':
                Preserve = true;
                break;
            case 'r':
                Recursive = true;
                break;
            case 'q':
                IsQuiet = true;
                Ssh.Verbosity = OptionReader.Quiet;
                break;
            case 'N':
                _noQuiet = true;
                break;
            default:
                ConnectionOptions.SetPlain(Ssh, letter);
                break;
        }
    }

    private void SetValue(char letter, string value)
    {
        switch (letter)
        {
            case 'B':
                BufferSize = ConnectionOptions.Number('B', value, 1, 1 << 20);
                break;
            case 'b':
                BatchFile = BatchFile is null ? value : throw new UsageException("Batch file already specified.");
                break;
            case 'D':
                Server = value;
                break;
            case 'l':
                Limit = ConnectionOptions.Number('l', value, 1, 100 * 1024 * 1024);
                break;
            case 'R':
                Requests = ConnectionOptions.Number('R', value, 1, 1 << 16);
                break;
            case 's':
                Subsystem = value;
                break;
            case 'X':
                SetSftpOption(value);
                break;
            default:
                ConnectionOptions.SetValue(Ssh, letter, value);
                break;
        }
    }

    private void SetSftpOption(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? value : value[..equals];
        string number = equals < 0 ? "" : value[(equals + 1)..];
        switch (name)
        {
            case "nrequests":
                Requests = ConnectionOptions.Number('X', number, 1, 1 << 16);
                break;
            case "buffer":
                BufferSize = ConnectionOptions.Number('X', number, 1, 1 << 20);
                break;
            default:
                throw new UsageException($"-X doesn't know '{value}'; it takes nrequests=N and buffer=N");
        }
    }
}

/// <summary>The options that sftp and scp hand on to the connection.</summary>
internal static class ConnectionOptions
{
    internal static void SetPlain(SshArguments ssh, char letter)
    {
        switch (letter)
        {
            case '4':
                ssh.AddressFamilyIsV6 = false;
                break;
            case '6':
                ssh.AddressFamilyIsV6 = true;
                break;
            case 'v':
                ssh.Verbosity = Math.Min(Math.Max(ssh.Verbosity ?? 0, 0) + 1, 3);
                break;
            case 'C':
                // Refused where -o says it, too: what was asked for would not happen.
                OptionReader.SetLine(ssh, "Compression=yes");
                break;
        }
    }

    internal static void SetValue(SshArguments ssh, char letter, string value)
    {
        switch (letter)
        {
            case 'c':
                ssh.Algorithms.Ciphers = value;
                break;
            case 'F' when !string.Equals(value, "none", StringComparison.OrdinalIgnoreCase):
                throw new UsageException("option -F isn't supported but for 'none': configuration files aren't read");
            case 'i':
                ssh.IdentityFiles.Add(value);
                break;
            case 'o':
                OptionReader.SetLine(ssh, value);
                break;
            case 'P':
                ssh.Port ??= ArgumentScanner.ParsePort(value);
                break;
        }
    }

    internal static int Number(char letter, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new UsageException($"option -{letter} wants a number from {least} to {most}, not '{value}'");
}
