"""paramiko_server.py PORT USER PASSWORD AUTHORIZED_KEYS HOST_KEY...: a server that runs commands."""
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


def serve(client, host_keys, user, password, keys):
    transport = paramiko.Transport(client)
    for key in host_keys:
        transport.add_server_key(key)
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
