"""What both Python servers do with a command: a process with pipes, or under a terminal of the wanted size."""
import fcntl
import os
import pty
import struct
import subprocess
import termios


def start(command, size=None):
    """Returns (process, to, out, err): descriptors to write to and to read from; err is None under a terminal."""
    if size is None:
        process = subprocess.Popen(['/bin/sh', '-c', command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True, bufsize=0)
        return process, process.stdin.fileno(), process.stdout.fileno(), process.stderr.fileno()
    master, slave = pty.openpty()
    columns, rows = size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def own_terminal():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(['/bin/sh', '-c', command], stdin=slave, stdout=slave, stderr=slave, preexec_fn=own_terminal)
    os.close(slave)
    return process, master, master, None


def read(descriptor):
    """A piece of output; empty at the end, which a terminal tells by an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b''


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view):]
