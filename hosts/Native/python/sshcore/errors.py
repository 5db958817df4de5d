"""What goes wrong. SshCoreError, for results of the library, and SFTPError, for those of a server's files, derive from Error too."""

__all__ = ["AuthenticationError", "ConnectionLost", "Error", "HostKeyError", "RefusedError"]


class Error(Exception):
    """The base of all exceptions of this package."""


class ConnectionLost(Error, ConnectionError):
    """The connection or the channel has ended before its time; the text says why."""


class AuthenticationError(Error):
    """The log-in was refused."""


class HostKeyError(Error):
    """The host's key is not the known one."""


class RefusedError(Error):
    """The server refused a channel or a request."""
