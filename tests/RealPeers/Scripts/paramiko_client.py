"""paramiko_client.py JSON: runs one command, with this program's input, outputs and exit status as its own."""
import json
import sys
import threading

import paramiko


def main():
    wanted = json.loads(sys.argv[1])
    client = paramiko.SSHClient()
    client.load_host_keys(wanted['known_hosts'])
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect('127.0.0.1', wanted['port'], wanted['user'], password=wanted['password'], key_filename=wanted['key'],
                   look_for_keys=False, allow_agent=False, timeout=30)
    if wanted['rekey_bytes']:
        client.get_transport().packetizer.REKEY_BYTES = wanted['rekey_bytes']
    channel = client.get_transport().open_session()
    if wanted['terminal']:
        channel.get_pty('xterm', *wanted['terminal'])
    channel.exec_command(wanted['command'])

    def feed():
        while True:
            data = sys.stdin.buffer.raw.read(65536)
            if not data:
                break
            channel.sendall(data)
        channel.shutdown_write()

    def carry(receive, target):
        while True:
            data = receive(65536)
            if not data:
                return
            target.write(data)
            target.flush()

    threading.Thread(target=feed, daemon=True).start()
    errors = threading.Thread(target=carry, args=(channel.recv_stderr, sys.stderr.buffer), daemon=True)
    errors.start()
    carry(channel.recv, sys.stdout.buffer)
    errors.join()
    status = channel.recv_exit_status()
    client.close()
    return status


try:
    sys.exit(main())
except (paramiko.SSHException, OSError, EOFError) as error:
    print(f'{type(error).__name__}: {error}', file=sys.stderr)
    sys.exit(255)
