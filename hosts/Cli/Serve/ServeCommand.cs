using System.CommandLine;
using SshCore.Cli.Arguments;

namespace SshCore.Cli.Serve;

/// <summary>The command line of <c>sshcore serve</c>.</summary>
internal static class ServeCommand
{
    private const string Description = "A server: whoever logs in gets the shell of the user who runs it. Ends on SIGINT, SIGTERM or SIGHUP.";

    private const string Lists = "; the list may begin with + (append), - (remove, by pattern) or ^ (put first)";

    private static readonly Option<string[]> Listen = Many("--listen", "ADDR:PORT", "Where to listen; port 0 takes a free one. \"listening on ADDR:PORT\" is printed for each. Default: 127.0.0.1:2222");
    private static readonly Option<string[]> HostKey = Many("--host-key", "FILE", "A private host key without passphrase. Without any, keys are made for this run");
    private static readonly Option<string[]> User = Many("--user", "NAME[:PASSWORD]", "Who may log in, perhaps by a password (which others on this machine can see). Default: who runs this");
    private static readonly Option<string[]> AuthorizedKeys = Many("--authorized-keys", "FILE", "Keys that let every user in, each with its options");
    private static readonly Option<string[]> AcceptEnv = Many("--accept-env", "PATTERN", "Variables that clients may set. Default: LANG and LC_*");
    private static readonly Option<string?> PermitUserEnvironment = One("--permit-user-environment", "yes|no|PATTERNS", "Whether environment= options of authorized keys count, or for which names. Default: no");
    private static readonly Option<string[]> AllowLegacy = Many("--allow-legacy", "NAME", "A legacy algorithm to allow, for example hmac-sha1 or ssh-rsa");
    private static readonly Option<string?> Kex = One("--kex", "LIST", "Key exchange methods" + Lists);
    private static readonly Option<string?> HostKeyAlgorithms = One("--host-key-algorithms", "LIST", "Host key signature algorithms" + Lists);
    private static readonly Option<string?> Ciphers = One("--ciphers", "LIST", "Ciphers" + Lists);
    private static readonly Option<string?> Macs = One("--macs", "LIST", "MACs" + Lists);
    private static readonly Option<string?> PubkeyAlgorithms = One("--pubkey-algorithms", "LIST", "Signature algorithms of users' keys" + Lists);
    private static readonly Option<string?> RekeyLimit = One("--rekey-limit", "SIZE [TIME]", "Change keys after so many bytes (K, M, G), or so long. Default: 1G 1h");
    private static readonly Option<string?> Moduli = One("--moduli", "FILE", "Groups for group exchange. Default: /etc/ssh/moduli if it is there");
    private static readonly Option<string?> Banner = One("--banner", "FILE", "A text to show before log-in");
    private static readonly Option<string?> PortFile = One("--port-file", "FILE", "A file to write the port to once it listens");
    private static readonly Option<string?> LoginGraceTime = One("--login-grace-time", "TIME", "Time to log in. Default: 2m");
    private static readonly Option<string?> AliveInterval = One("--client-alive-interval", "TIME", "Ask a silent client for a sign of life. Default: 0, never");
    private static readonly Option<int> AliveCountMax = Number("--client-alive-count-max", "Unanswered such requests that end the connection", 3);
    private static readonly Option<int> MaxAuthTries = Number("--max-auth-tries", "Failed attempts to log in of one connection", 6);
    private static readonly Option<int> MaxSessions = Number("--max-sessions", "Sessions of one connection at once", 10);
    private static readonly Option<int> MaxStartups = Number("--max-startups", "Connections at once that have not logged in", 100);
    private static readonly Option<int> MaxStartupsPerSource = Number("--max-startups-per-source", "Such connections from one address", 10);
    private static readonly Option<bool> NoPenalties = new("--no-penalties") { Description = "Don't keep addresses away for a while after failed log-ins", Arity = ArgumentArity.Zero };
    private static readonly Option<int> MaxConnections = Number("--max-connections", "Connections at once; 0 for no limit", 0);
    private static readonly Option<string?> Root = One("--root", "DIR", "What clients of SFTP and scp see as / and never leave; shells are not confined. Default: all files, beginning in the home directory");
    private static readonly Option<bool> ReadOnly = new("--read-only") { Description = "SFTP clients may change nothing", Arity = ArgumentArity.Zero };
    private static readonly Option<bool> NoSftp = new("--no-sftp") { Description = "No SFTP", Arity = ArgumentArity.Zero };
    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Say more; may be repeated", AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.Zero };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say only what went wrong", Arity = ArgumentArity.Zero };

    /// <summary>The command for the parser.</summary>
    internal static Command Create()
    {
        var command = new Command("serve", Description)
        {
            Listen, HostKey, User, AuthorizedKeys, AcceptEnv, PermitUserEnvironment, AllowLegacy, Kex, HostKeyAlgorithms, Ciphers, Macs, PubkeyAlgorithms, RekeyLimit,
            Moduli, Banner, PortFile, LoginGraceTime, AliveInterval, AliveCountMax, MaxAuthTries, MaxSessions, MaxStartups, MaxStartupsPerSource, NoPenalties, MaxConnections, Root, ReadOnly, NoSftp, Verbose, Quiet,
        };
        command.SetAction(static (result, cancellation) => Server.RunAsync(Read(result), cancellation));
        return command;
    }

    /// <summary>What the words say.</summary>
    /// <exception cref="UsageException">A value is malformed.</exception>
    internal static ServeOptions Read(ParseResult result)
    {
        var algorithms = new AlgorithmLists
        {
            KeyExchanges = result.GetValue(Kex),
            HostKeys = result.GetValue(HostKeyAlgorithms),
            Ciphers = result.GetValue(Ciphers),
            Macs = result.GetValue(Macs),
            Signatures = result.GetValue(PubkeyAlgorithms),
        };
        algorithms.Legacy.AddRange(result.GetValue(AllowLegacy) ?? []);
        return new ServeOptions
        {
            Listen = OrDefault(result.GetValue(Listen), ["127.0.0.1:2222"]),
            HostKeys = result.GetValue(HostKey) ?? [],
            Users = result.GetValue(User) ?? [],
            AuthorizedKeys = result.GetValue(AuthorizedKeys) ?? [],
            AcceptEnv = OrDefault(result.GetValue(AcceptEnv), SessionEnvironment.DefaultAccepted),
            PermitUserEnvironment = result.GetValue(PermitUserEnvironment),
            PortFile = result.GetValue(PortFile),
            BannerFile = result.GetValue(Banner),
            ModuliFile = result.GetValue(Moduli),
            Algorithms = algorithms,
            RekeyLimit = result.GetValue(RekeyLimit) is { } limit ? Quantities.ParseRekeyLimit(limit) : RekeyPolicy.Default,
            LoginGraceTime = Time(result, LoginGraceTime, TimeSpan.FromSeconds(120)),
            ClientAliveInterval = Time(result, AliveInterval, TimeSpan.Zero),
            ClientAliveCountMax = Least(result, AliveCountMax, 1),
            MaxAuthTries = Least(result, MaxAuthTries, 1),
            MaxSessions = Least(result, MaxSessions, 1),
            MaxStartups = Least(result, MaxStartups, 1),
            MaxStartupsPerSource = Least(result, MaxStartupsPerSource, 1),
            NoPenalties = result.GetValue(NoPenalties),
            MaxConnections = Least(result, MaxConnections, 0),
            Root = result.GetValue(Root),
            IsReadOnly = result.GetValue(ReadOnly),
            NoSftp = result.GetValue(NoSftp),
            Verbosity = result.GetValue(Quiet) ? -1 : result.GetResult(Verbose)?.IdentifierTokenCount ?? 0,
        };
    }

    private static TimeSpan Time(ParseResult result, Option<string?> option, TimeSpan standard) =>
        result.GetValue(option) is not { } text ? standard
            : Quantities.TryParseTime(text, out TimeSpan time) ? time
            : throw new UsageException($"{option.Name}: '{text}' is no time");

    private static int Least(ParseResult result, Option<int> option, int least) =>
        result.GetValue(option) is var number && number >= least ? number : throw new UsageException($"{option.Name} wants a number of {least} or more");

    private static IReadOnlyList<string> OrDefault(string[]? values, IReadOnlyList<string> standard) => values is { Length: > 0 } ? values : standard;

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { Description = description + ". May be repeated", HelpName = value, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private static Option<string?> One(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<int> Number(string name, string description, int standard) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
}
