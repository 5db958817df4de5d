namespace SshCore.Cli.Scp;

/// <summary>Help for <c>sshcore scp</c>.</summary>
internal static class ScpHelp
{
    internal const string Text = """
        Usage: sshcore scp [options] source ... target

        Copies files between hosts. A source or target is a path of this machine, [user@]host:path or
        scp://[user@]host[:port][/path]; an address of IPv6 stands in brackets; a path with a colon begins with ./ .
        The names of remote sources may be patterns. What goes from host to host goes through this machine.
        Options mean what they mean to OpenSSH's scp; what is not listed here is refused by name.

        Options:
          -3               from host to host through this machine, as always
          -4, -6           use IPv4 or IPv6 only
          -B               ask nothing
          -c LIST          ciphers, in order of preference
          -D PROGRAM       talk to a local SFTP server program instead of the hosts
          -F none          read no configuration file, as always
          -i FILE          identity (private key) file; may be repeated
          -l KBIT          limit in Kbit/s
          -O               by the old protocol instead of SFTP
          -o KEY=VALUE     an option by its name; see sshcore ssh --help
          -P PORT          port (default 22)
          -p               keep times and permissions
          -q               say less, show no progress
          -r               copy directories with all that is in them; links are followed
          -s               by SFTP, as always
          -T               with -O, take whatever names the server sends
          -v               say more; up to three times
          -X NAME=N        nrequests=N or buffer=N: the amount in flight

        Exit status: 0 if all was copied, 1 if something was not, 255 if a connection failed.
        """;
}
