using SshCore.Cli.Arguments;
using SshCore.Cli.Sftp;
using SshCore.Cli.Ssh;

namespace SshCore.Cli.Scp;

/// <summary>The command line of <c>sshcore scp</c>.</summary>
internal sealed class ScpArguments
{
    private const string Plain = "346BCOpqrsTv";
    private const string WithValue = "cDFiloPX";
    private const string NotSupported = "AJRS";

    private readonly List<string> _optionWords = [];

    /// <summary>What is copied, one or more.</summary>
    internal IReadOnlyList<RemoteSpec> Sources { get; private set; } = [];

    /// <summary>Where to.</summary>
    internal RemoteSpec Target { get; private set; } = new(null, null, null, "");

    /// <summary>-O: by the old protocol.</summary>
    internal bool IsOld { get; private set; }

    /// <summary>-p.</summary>
    internal bool Preserve { get; private set; }

    /// <summary>-q.</summary>
    internal bool IsQuiet { get; private set; }

    /// <summary>-r.</summary>
    internal bool Recursive { get; private set; }

    /// <summary>-T: with -O, takes whatever names the server sends.</summary>
    internal bool TakesAnyName { get; private set; }

    /// <summary>-l: Kbit/s; null for no limit.</summary>
    internal long? Limit { get; private set; }

    /// <summary>-D: a local server program instead of connections; null for none.</summary>
    internal string? Server { get; private set; }

    /// <summary>-X: bytes in flight; null for what pays.</summary>
    internal int? Window { get; private set; }

    /// <summary>Bytes of one request at most; null for as many as go.</summary>
    internal int? BlockSize { get; private set; }

    /// <summary>How talkative -v made it.</summary>
    internal int Verbosity { get; private set; }

    /// <summary>--help.</summary>
    internal bool ShowHelp { get; private set; }

    /// <exception cref="UsageException">An option is unknown, not supported, or has a wrong value.</exception>
    internal static ScpArguments Scan(IReadOnlyList<string> words)
    {
        var result = new ScpArguments();
        if (new OptionLetters(Plain, WithValue, NotSupported) { OnPlain = result.SetPlain, OnValue = result.SetValue }.Read(words) is not { } rest)
        {
            result.ShowHelp = true;
            return result;
        }

        if (rest.Count < 2)
        {
            throw new UsageException("a source and a target are wanted; see sshcore scp --help");
        }

        // Read once now, so that a wrong option is found before anything is copied.
        _ = result.ConnectionTo(new RemoteSpec("host", null, null, ""));
        List<RemoteSpec> specs = rest.ConvertAll(static word => RemoteSpec.Parse(word, "scp"));
        result.Sources = specs[..^1];
        result.Target = specs[^1];
        return result;
    }

    /// <summary>What a connection to one of the hosts needs.</summary>
    internal SshArguments ConnectionTo(RemoteSpec spec)
    {
        var ssh = new SshArguments { Destination = spec.Host!, User = spec.User, Port = spec.Port };
        for (int i = 0; i < _optionWords.Count; i++)
        {
            char letter = _optionWords[i][0];
            if (WithValue.Contains(letter, StringComparison.Ordinal))
            {
                ConnectionOptions.SetValue(ssh, letter, _optionWords[++i]);
            }
            else
            {
                ConnectionOptions.SetPlain(ssh, letter);
            }
        }

        if (IsQuiet)
        {
            ssh.Verbosity ??= OptionReader.Quiet;
        }

        return ssh;
    }

    private void SetPlain(char letter)
    {
        switch (letter)
        {
            case 'B':
                _optionWords.AddRange(["o", "BatchMode=yes"]);
                break;
            case 'O':
                IsOld = true;
                break;
            case 's':
                IsOld = false;
                break;
            case 'p':
                Preserve = true;
                break;
            case 'q':
                IsQuiet = true;
                break;
            case 'r':
                Recursive = true;
                break;
            case 'T':
                TakesAnyName = true;
                break;
            case '3':
                // As always: what goes from host to host goes through us.
                break;
            default:
                Verbosity += letter == 'v' ? 1 : 0;
                _optionWords.Add(letter.ToString());
                break;
        }
    }

    private void SetValue(char letter, string value)
    {
        switch (letter)
        {
            case 'l':
                Limit = ConnectionOptions.Number('l', value, 1, 100 * 1024 * 1024);
                break;
            case 'D':
                Server = value;
                break;
            case 'X':
                SetSftpOption(value);
                break;
            default:
                _optionWords.AddRange([letter.ToString(), value]);
                break;
        }
    }

    private void SetSftpOption(string value)
    {
        const int request = 32 * 1024;
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        string number = equals < 0 ? "" : value[(equals + 1)..];
        Window = (equals < 0 ? value : value[..equals]) switch
        {
            "nrequests" => ConnectionOptions.Number('X', number, 1, 1 << 10) * request,
            "buffer" => (BlockSize = ConnectionOptions.Number('X', number, 1, 1 << 20)).Value * 64,
            _ => throw new UsageException($"-X doesn't know '{value}'; it takes nrequests=N and buffer=N"),
        };
    }
}
