namespace SshCore.Cli.Sftp;

/// <summary>Help for <c>sshcore sftp</c>, and for its commands.</summary>
internal static class SftpHelp
{
    internal const string Text = """
        Usage: sshcore sftp [options] [user@]host[:path [local]]
               sshcore sftp [options] sftp://[user@]host[:port][/path] [local]
               sshcore sftp [options] -D 'server program'

        Files of a server, by commands that are typed or come from a file. A path that is a directory is where it
        begins; a path that is a file is fetched. Options mean what they mean to OpenSSH's sftp; what is not listed
        here is refused by name. Configuration files are not read.

        Options:
          -4, -6           use IPv4 or IPv6 only
          -a               go on with interrupted transfers
          -B BYTES         size of one request, with -R the amount in flight
          -b FILE          commands from FILE, - for standard input; ends at the first that fails, unless
                           a - stands before it; an @ keeps a command from being shown
          -c LIST          ciphers, in order of preference
          -D PROGRAM       talk to a local server program instead of a host
          -F none          read no configuration file, as always
          -f               bring each file to the disk
          -i FILE          identity (private key) file; may be repeated
          -l KBIT          limit in Kbit/s
          -N               not quiet, though -b is given
          -o KEY=VALUE     an option by its name; see sshcore ssh --help
          -P PORT          port (default 22)
          -p               keep times and permissions
          -q               say less, show no progress
          -R N             requests in flight
          -r               copy directories with all that is in them
          -s NAME          another subsystem or, with a slash, a program on the host
          -v               say more; up to three times
          -X NAME=N        nrequests=N as -R, buffer=N as -B

        Exit status: 0; 1 if a command of a batch failed; 255 if there is no connection.

        help shows the commands.
        """;

    internal const string Commands = """
        Available commands:
        bye                                Quit sftp
        cd path                            Change remote directory to 'path'
        chgrp [-h] grp path                Change group of file 'path' to 'grp'
        chmod [-h] mode path               Change permissions of file 'path' to 'mode'
        chown [-h] own path                Change owner of file 'path' to 'own'
        copy oldpath newpath               Copy remote file
        cp oldpath newpath                 Copy remote file
        df [-hi] [path]                    Display statistics for current directory or
                                           filesystem containing 'path'
        exit                               Quit sftp
        get [-afpR] remote [local]         Download file
        help                               Display this help text
        lcd path                           Change local directory to 'path'
        lls [ls-options [path]]            Display local directory listing
        lmkdir path                        Create local directory
        ln [-s] oldpath newpath            Link remote file (-s for symlink)
        lpwd                               Print local working directory
        ls [-1afhlnrSt] [path]             Display remote directory listing
        lumask umask                       Set local umask to 'umask'
        mkdir path                         Create remote directory
        progress                           Toggle display of progress meter
        put [-afpR] local [remote]         Upload file
        pwd                                Display remote working directory
        quit                               Quit sftp
        reget [-fpR] remote [local]        Resume download file
        rename oldpath newpath             Rename remote file
        reput [-fpR] local [remote]        Resume upload file
        rm path                            Delete remote file
        rmdir path                         Remove remote directory
        symlink oldpath newpath            Symlink remote file
        version                            Show SFTP version
        !command                           Execute 'command' in local shell
        !                                  Escape to local shell
        ?                                  Synonym for help

        """;
}
