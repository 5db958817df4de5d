namespace SshCore.Cli.SftpServers;

/// <summary>Help for <c>sshcore sftp-server</c>.</summary>
internal static class SftpServerHelp
{
    internal const string Text = """
        Usage: sshcore sftp-server [-eRh] [-d DIR] [-f FACILITY] [-l LEVEL] [-P LIST] [-p LIST] [-u UMASK]
               sshcore sftp-server -Q requests

        Serves the files of the user it runs as by SFTP on standard input and output, and ends with its input.
        For sshd_config: Subsystem sftp /path/to/sshcore sftp-server

        Options mean what they mean to OpenSSH's sftp-server:
          -d DIR        where the session begins; %d is the home directory, %u the user, %% a percent sign
          -e            log to standard error, not to the system log
          -f FACILITY   facility of the system log: DAEMON, USER, AUTH (default), LOCAL0 to LOCAL7, ...
          -h, --help    show this
          -l LEVEL      what to log: QUIET, FATAL, ERROR (default), INFO, VERBOSE, DEBUG, DEBUG1 to DEBUG3
          -P LIST       requests to refuse, by name, parted by commas
          -p LIST       requests to allow; all others are refused
          -Q requests   list the names of requests
          -R            read-only: refuse what would change something
          -u UMASK      permission bits, octal, that new files don't get

        Exit status: 0 when the client has closed the session, 1 if the session failed, 2 for a wrong command line.
        """;
}
