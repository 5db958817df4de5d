"""SSH-2 for Python, by libsshcore.so: the connection without I/O, and an asyncio client and server on top.

>>> import sshcore
>>> key = sshcore.Key.generate(insecure_seed=b"doctest")
>>> key.type, key.verify(b"data", key.sign(b"data"))
('ssh-ed25519', True)
"""

from ._driver import Channel
from ._library import SshCoreError, library
from .client import Client, Completed, Prompts, connect
from .connection import Connection, Event, EventKind, Flags, PtySize
from .errors import AuthenticationError, ConnectionLost, Error, HostKeyError, RefusedError
from .keys import AuthorizedKey, AuthorizedKeys, HostKeyVerdict, Key, KeyKind, KnownHosts
from .server import Policy, Server, Session, serve
from .sftp import Attributes, Progress, SFTPClient, SFTPError, SFTPFile

__all__ = [
    "Attributes", "AuthenticationError", "AuthorizedKey", "AuthorizedKeys", "Channel", "Client", "Completed", "Connection", "ConnectionLost", "Error", "Event", "EventKind",
    "Flags", "HostKeyError", "HostKeyVerdict", "Key", "KeyKind", "KnownHosts", "Policy", "Progress", "Prompts", "PtySize", "RefusedError",
    "SFTPClient", "SFTPError", "SFTPFile", "Server", "Session", "SshCoreError", "connect", "live_handles", "serve", "version",
]


def version() -> str:
    """The library's version."""
    return str(library.sshcore_version().decode())


def live_handles() -> int:
    """How many handles of the library are live in this process."""
    return int(library.sshcore_live_handles())
