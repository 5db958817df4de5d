"""paramiko_server.py PORT USER PASSWORD AUTHORIZED_KEYS HOST_KEY...: a server that runs commands and has SFTP."""
import base64
import os
import socket
import sys
import threading
import traceback

import paramiko

import run_command

KEY_TYPES = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


def load(path):
    for kind in KEY_TYPES:
        try:
            return kind(filename=path)
        except paramiko.SSHException:
            pass
    raise SystemExit('no key: ' + path)


class Server(paramiko.ServerInterface):
    def __init__(self, user, password, keys):
        self.user, self.password, self.keys = user, password, keys
        self.size = {}

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (self.user, self.password) else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        return paramiko.AUTH_SUCCESSFUL if username == self.user and key.asbytes() in self.keys else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username):
        return 'publickey,password'

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED if kind == 'session' else paramiko.OPEN_FAILED_UNKNOWN_CHANNEL_TYPE

    def check_channel_pty_request(self, channel, term, width, height, pixelwidth, pixelheight, modes):
        self.size[channel.get_id()] = (width, height)
        return True

    def check_channel_exec_request(self, channel, command):
        threading.Thread(target=self.run, args=(channel, command.decode()), daemon=True).start()
        return True

    def run(self, channel, command):
        process, to, out, err = run_command.start(command, self.size.get(channel.get_id()))

        def feed():
            while True:
                data = channel.recv(65536)
                if not data:
                    break
                try:
                    run_command.write_all(to, data)
                except OSError:
                    break
            if err is not None:
                process.stdin.close()

        def carry(source, send):
            while True:
                data = run_command.read(source)
                if not data:
                    return
                send(data)

        threading.Thread(target=feed, daemon=True).start()
        carriers = [threading.Thread(target=carry, args=(out, channel.sendall), daemon=True)]
        if err is not None:
            carriers.append(threading.Thread(target=carry, args=(err, channel.sendall_stderr), daemon=True))
        for carrier in carriers:
            carrier.start()
        for carrier in carriers:
            carrier.join()
        channel.send_exit_status(process.wait())
        channel.close()


class Handle(paramiko.SFTPHandle):
    """An open file; paramiko.SFTPHandle reads and writes it."""

    def stat(self):
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    def chattr(self, attr):
        return Files.guarded(lambda: Files.change(self.readfile.fileno(), attr))


class Files(paramiko.SFTPServerInterface):
    """The files of this machine, as the user of this process."""

    @staticmethod
    def guarded(action):
        try:
            action()
            return paramiko.SFTP_OK
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    @staticmethod
    def change(file, attr):
        if attr._flags & attr.FLAG_SIZE:
            os.truncate(file, attr.st_size)
        if attr._flags & attr.FLAG_UIDGID:
            os.chown(file, attr.st_uid, attr.st_gid)
        if attr._flags & attr.FLAG_PERMISSIONS:
            os.chmod(file, attr.st_mode & 0o7777)
        if attr._flags & attr.FLAG_AMTIME:
            os.utime(file, (attr.st_atime, attr.st_mtime))

    def list_folder(self, path):
        try:
            found = []
            for entry in os.scandir(path):
                attr = paramiko.SFTPAttributes.from_stat(entry.stat(follow_symlinks=False))
                attr.filename = entry.name
                found.append(attr)
            return found
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path):
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(path))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def lstat(self, path):
        try:
            return paramiko.SFTPAttributes.from_stat(os.lstat(path))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def open(self, path, flags, attr):
        try:
            mode = attr.st_mode if attr.st_mode is not None else 0o666
            number = os.open(path, flags, mode & 0o7777)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        how = 'rb' if not flags & (os.O_WRONLY | os.O_RDWR) else ('ab' if flags & os.O_APPEND else 'wb') if flags & os.O_WRONLY else 'ab+' if flags & os.O_APPEND else 'rb+'
        handle = Handle(flags)
        handle.readfile = handle.writefile = os.fdopen(number, how, 0)
        handle.filename = path
        return handle

    def remove(self, path):
        return self.guarded(lambda: os.remove(path))

    def rename(self, oldpath, newpath):
        if os.path.lexists(newpath):
            return paramiko.SFTP_FAILURE
        return self.guarded(lambda: os.rename(oldpath, newpath))

    def posix_rename(self, oldpath, newpath):
        return self.guarded(lambda: os.replace(oldpath, newpath))

    def mkdir(self, path, attr):
        return self.guarded(lambda: os.mkdir(path, attr.st_mode & 0o7777 if attr.st_mode is not None else 0o777))

    def rmdir(self, path):
        return self.guarded(lambda: os.rmdir(path))

    def chattr(self, path, attr):
        return self.guarded(lambda: self.change(path, attr))

    def canonicalize(self, path):
        return os.path.realpath(path)

    def readlink(self, path):
        try:
            return os.readlink(path)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def symlink(self, target_path, path):
        return self.guarded(lambda: os.symlink(target_path, path))


def serve(client, host_keys, user, password, keys):
    transport = paramiko.Transport(client)
    for key in host_keys:
        transport.add_server_key(key)
    transport.set_subsystem_handler('sftp', paramiko.SFTPServer, Files)
    try:
        transport.start_server(server=Server(user, password, keys))
        transport.join()
    except (paramiko.SSHException, EOFError, OSError):
        traceback.print_exc()
    finally:
        transport.close()


def main():
    port, user, password, authorized = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    host_keys = [load(path) for path in sys.argv[5:]]
    with open(authorized) as lines:
        keys = {base64.b64decode(line.split()[1]) for line in lines if line.strip()}
    # Without groups it would still offer group exchange, and then fail.
    paramiko.Transport.load_server_moduli('/etc/ssh/moduli')
    listener = socket.create_server(('127.0.0.1', port), backlog=64)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, host_keys, user, password, keys), daemon=True).start()


main()
