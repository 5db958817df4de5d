namespace SshCore.Cli.Ssh;

/// <summary>Help for <c>sshcore ssh</c>.</summary>
internal static class SshHelp
{
    internal const string Text = """
        Usage: sshcore ssh [options] [user@]host [command ...]
               sshcore ssh [options] ssh://[user@]host[:port] [command ...]

        Runs a command, or a shell, on a host. Options and their values mean what they mean to OpenSSH's ssh;
        what is not listed here is refused by name. Configuration files are not read.

        Options:
          -4, -6           use IPv4 or IPv6 only
          -c LIST          ciphers, in order of preference
          -e CHAR          escape character at a line's beginning, ^X or none (default ~, with a terminal)
          -E FILE          append messages to FILE
          -F none          read no configuration file, as always
          -i FILE          identity (private key) file; may be repeated
          -l USER          log in as USER
          -m LIST          MACs, in order of preference
          -n               standard input is empty
          -N               run no command
          -o KEY=VALUE     an option by its name; see below
          -p PORT          port (default 22)
          -q               say less
          -Q WHAT          list algorithms: cipher, cipher-auth, mac, kex, key, sig
          -s               the command is the name of a subsystem
          -t               ask for a terminal also with a command; -tt even if standard input is none
          -T               ask for no terminal
          -v               say more; up to three times
          -V               print the version
          -a, -k, -x       forward nothing, as always

        Names for -o:
          AddressFamily BatchMode Ciphers ConnectTimeout ConnectionAttempts EscapeChar GlobalKnownHostsFile
          HashKnownHosts HostKeyAlgorithms HostKeyAlias HostName IdentitiesOnly IdentityFile
          KbdInteractiveAuthentication KexAlgorithms LogLevel MACs NoHostAuthenticationForLocalhost
          NumberOfPasswordPrompts PasswordAuthentication Port PreferredAuthentications PubkeyAcceptedAlgorithms
          PubkeyAuthentication RekeyLimit RequestTTY SendEnv ServerAliveCountMax ServerAliveInterval SessionType
          SetEnv StdinNull StrictHostKeyChecking User UserKnownHostsFile
          Lists of algorithms may begin with + (append), - (remove, by pattern) or ^ (put first).
          Options for what is not done (Compression, ForwardAgent, ProxyCommand, ...) take only the value that says so.

        Keys at a line's beginning, with a terminal:
          ~.  disconnect    ~^Z  suspend    ~B  send a break    ~R  change keys    ~?  list these    ~~  send ~

        Exit status: the command's, or 255 if something went wrong here or a signal ended the command.
        """;
}
