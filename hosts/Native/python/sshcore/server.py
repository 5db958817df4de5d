"""An SSH server for asyncio."""

from __future__ import annotations

import asyncio
import ctypes
import dataclasses
import errno
import os
import pathlib
import stat
import time
from collections.abc import Awaitable, Callable, Sequence
from ctypes import byref, c_size_t, c_void_p
from typing import TypeVar, cast

from . import _library
from ._driver import Channel, Driver
from ._handles import Handle, bytes_at
from ._library import SshCoreError, check, library, struct
from .connection import Connection, Event, EventKind, Flags, PtySize, Setting
from .errors import ConnectionLost
from .keys import Key

__all__ = ["Policy", "Server", "Session", "serve"]


_Answer = TypeVar("_Answer")


class Policy:
    """Who may log in and what may be done. Derive from it; what is not overridden is refused. What raises counts as a no, and is
    reported to the event loop's exception handler."""

    def check_password(self, user: str, password: str) -> bool | Awaitable[bool]:
        """Whether the password lets the user in. May be `async def`, as check_key."""
        return False

    def check_key(self, user: str, key: Key) -> bool | Awaitable[bool]:
        """Whether the key lets the user in. It is asked before and after the proof; only the proof lets somebody in."""
        return False

    async def run(self, session: Session) -> int:
        """Serves a command or a shell; the exit status. Return when it is over. It is cancelled when the client goes away."""
        return 127

    def folder(self, user: str) -> pathlib.Path | None:
        """What the user has by sftp; None for nothing. Links that lead out of it are refused when they are met; another program
        that makes some at the same time is not guarded against, so let it be a folder of its own."""
        return None


class Session:
    """What a client asked for on one channel."""

    def __init__(self, channel: Channel, user: str) -> None:
        self.channel = channel
        """The channel itself, for what is not offered here."""
        self.user = user
        self.command: str | None = None
        """The command; None for a shell. Bytes that are no UTF-8 are in it as os.fsdecode() has them; os.fsencode() gives them back."""
        self.environment: dict[str, str] = {}
        """What the client wants set: it may be anything. The limits environment_variables and environment_bytes bound it."""
        self.pty: PtySize | None = None
        """The terminal, if one was asked for, with its size as of now."""

    async def read(self, most: int = 1 << 16) -> bytes:
        """Some of the input; empty at the end."""
        return await self.channel.read(most)

    async def read_all(self) -> bytes:
        """All of the input."""
        return await self.channel.read_all()

    async def write(self, data: bytes) -> None:
        """Output."""
        await self.channel.write(data)

    async def write_error(self, data: bytes) -> None:
        """Output on stderr."""
        await self.channel.write(data, 1)


class _Machine(Handle):
    _free = "sshcore_sftp_free"


@dataclasses.dataclass
class _Listing:
    path: bytes
    names: list[bytes]


class _Folder:
    """Serves one folder by sftp. Neither names nor links lead out of it."""

    def __init__(self, driver: Driver, channel: int, root: pathlib.Path) -> None:
        handle, options = c_void_p(), struct(_library.SftpOptions)
        options.extensions = b"posix-rename@openssh.com,limits@openssh.com"  # what is announced has to work
        check(library.sshcore_sftp_server_new(byref(options), byref(handle)))
        self._machine = _Machine(handle)
        self._root = os.path.realpath(os.fsencode(root))
        self._files: dict[int, int | _Listing] = {}
        self._next = 1
        check(library.sshcore_sftp_attach(driver.connection.handle, channel, handle))

    def serve(self) -> None:
        """Answers all requests that there are."""
        request = struct(_library.FileRequest)
        while True:
            check(library.sshcore_sftp_poll_request(self._machine.handle, byref(request)))
            if request.kind == 0:
                return
            try:
                self._answer(request)
            except OSError as error:
                code = {errno.ENOENT: 2, errno.ENOTDIR: 2, errno.EACCES: 3, errno.EPERM: 3}.get(error.errno or 0, 4)
                self._status(request, code, error.strerror or "")
            except (ValueError, OverflowError) as error:  # a name with a NUL, a number beyond what files have
                self._status(request, 4, str(error))

    def close(self) -> None:
        """Closes what is still open."""
        for opened in self._files.values():
            if isinstance(opened, int):
                os.close(opened)
        self._files.clear()
        self._machine.close()

    def _answer(self, r: _library.FileRequest) -> None:
        path = self._below(bytes_at(r.path, r.path_length))
        if r.kind == 1:
            self._open(r, path)
        elif r.kind == 2:
            opened = self._files.pop(r.handle)
            if isinstance(opened, int):
                os.close(opened)
            self._status(r, 0)
        elif r.kind == 3:
            data = os.pread(self._file(r), r.length, r.offset)
            if data:
                check(library.sshcore_sftp_answer_data(self._machine.handle, r.token, data, len(data)))
            else:
                self._status(r, 1)
        elif r.kind == 4:
            data, offset = memoryview(bytes_at(r.data, r.data_length)), r.offset
            while data:
                written = os.pwrite(self._file(r), data, offset)
                data, offset = data[written:], offset + written
            self._status(r, 0)
        elif r.kind in (5, 15):
            self._attributes(r, os.lstat(self._inside(path, follow=r.kind == 15)))
        elif r.kind == 6:
            self._attributes(r, os.fstat(self._file(r)))
        elif r.kind in (7, 8):
            self._set(r, self._inside(path, follow=True) if r.kind == 7 else self._file(r))
        elif r.kind == 9:
            path = self._inside(path, follow=True)
            self._keep(r, _Listing(path, [b".", b"..", *os.listdir(path)]))
        elif r.kind == 10:
            self._names(r)
        elif r.kind == 14:
            shown = path[len(self._root.rstrip(b"/")):] or b"/"
            check(library.sshcore_sftp_answer_path(self._machine.handle, r.token, shown, len(shown)))
        elif r.kind in (11, 12, 13, 16, 19):
            self._change(r, self._inside(path, follow=False))
        else:
            self._status(r, 8)

    def _change(self, r: _library.FileRequest, path: bytes) -> None:
        if path == self._root:
            raise PermissionError(errno.EACCES, "it is the folder that is served")
        other = self._inside(self._below(bytes_at(r.other_path, r.other_path_length)), follow=False)
        if r.kind == 11:
            os.unlink(path)
        elif r.kind == 12:
            os.mkdir(path, r.attributes.permissions & 0o777 if r.attributes.has & 4 else 0o777)
        elif r.kind == 13:
            os.rmdir(path)
        elif r.kind == 16 and os.path.lexists(other):
            raise FileExistsError(errno.EEXIST, "it exists")
        else:
            os.rename(path, other)
        self._status(r, 0)

    def _open(self, r: _library.FileRequest, path: bytes) -> None:
        flags = os.O_RDWR if r.flags & 3 == 3 else os.O_WRONLY if r.flags & 2 else os.O_RDONLY
        for bit, flag in ((4, os.O_APPEND), (8, os.O_CREAT), (16, os.O_TRUNC), (32, os.O_EXCL)):
            flags |= flag if r.flags & bit else 0
        mode = r.attributes.permissions & 0o777 if r.attributes.has & 4 else 0o644
        path = self._inside(path, follow=True)
        opened = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW, mode)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise PermissionError(errno.EACCES, "not a regular file")
        self._keep(r, opened)

    def _keep(self, r: _library.FileRequest, opened: int | _Listing) -> None:
        self._files[self._next] = opened
        check(library.sshcore_sftp_answer_handle(self._machine.handle, r.token, self._next, 1))
        self._next += 1

    def _file(self, r: _library.FileRequest) -> int:
        opened = self._files[r.handle]
        if not isinstance(opened, int):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        return opened

    def _names(self, r: _library.FileRequest) -> None:
        listing = self._files[r.handle]
        if isinstance(listing, int) or not listing.names:
            self._status(r, 1)
            return
        batch, kept = listing.names[:64], []
        array = (c_void_p * len(batch))()
        for index, name in enumerate(batch):
            made, text, shown = struct(_library.FileName), ctypes.create_string_buffer(name), name
            try:
                found = os.lstat(os.path.join(listing.path, name))
                _fill(made.attributes, found)
                shown = _long_name(found) + name
            except OSError:
                made.attributes.has = 0  # it went away meanwhile
            line = ctypes.create_string_buffer(shown)
            made.name, made.name_length = ctypes.addressof(text), len(name)
            made.long_name, made.long_name_length = ctypes.addressof(line), len(shown)
            kept.append((made, text, line))
            array[index] = ctypes.addressof(made)
        taken = c_size_t()
        check(library.sshcore_sftp_answer_names(self._machine.handle, r.token, array, len(batch), byref(taken)))
        del listing.names[: taken.value]

    def _attributes(self, r: _library.FileRequest, found: os.stat_result) -> None:
        attributes = struct(_library.FileAttributes)
        _fill(attributes, found)
        check(library.sshcore_sftp_answer_attributes(self._machine.handle, r.token, byref(attributes)))

    def _set(self, r: _library.FileRequest, target: bytes | int) -> None:
        a = r.attributes
        if a.has & 2:
            raise PermissionError(errno.EPERM, "owners are not changed here")
        if a.has & 1:
            os.truncate(target, a.file_size)
        if a.has & 4:
            os.chmod(target, a.permissions & 0o777)
        if a.has & 8:
            os.utime(target, (a.access_time, a.modify_time))
        self._status(r, 0)

    def _status(self, r: _library.FileRequest, code: int, message: str = "") -> None:
        check(library.sshcore_sftp_answer_status(self._machine.handle, r.token, code, message.encode() or None))

    # Where the path leads to, or where it stands if it is a link itself that is not to be followed.
    def _inside(self, path: bytes, *, follow: bool) -> bytes:
        if follow:
            real = os.path.realpath(path)
        elif path == self._root:
            real = path
        else:
            real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if real != self._root and not real.startswith(self._root.rstrip(b"/") + b"/"):
            raise PermissionError(errno.EACCES, "it leads out of the folder")
        return real

    def _below(self, path: bytes) -> bytes:
        parts: list[bytes] = []
        for part in path.split(b"/"):
            if part == b"..":
                del parts[-1:]
            elif part not in (b"", b"."):
                parts.append(part)
        return self._root.rstrip(b"/") + b"".join(b"/" + part for part in parts) if parts else self._root


# What `ls -l` shows before a name: some clients show nothing else.
def _long_name(found: os.stat_result) -> bytes:
    changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(found.st_mtime))
    return f"{stat.filemode(found.st_mode)} {found.st_nlink:3} {found.st_uid:8} {found.st_gid:8} {found.st_size:12} {changed} ".encode()


def _fill(a: _library.FileAttributes, found: os.stat_result) -> None:
    a.has, a.file_size, a.permissions = 15, found.st_size, found.st_mode
    a.user_id, a.group_id = found.st_uid, found.st_gid
    a.access_time, a.modify_time = int(found.st_atime), int(found.st_mtime)


class _Clients:
    """What the connections of one server share."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.live: set[_ServerDriver] = set()
        self.running: set[asyncio.Task[None]] = set()  # run() of any session, also when its client has gone


class _ServerDriver(Driver):
    def __init__(self, policy: Policy, host_keys: Sequence[Key], settings: dict[str, Setting], clients: _Clients) -> None:
        super().__init__(Connection.server(host_keys, **settings))
        self._policy = policy
        self._user = ""
        self._sessions: dict[int, Session] = {}
        self._folders: dict[int, _Folder] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._judging: set[asyncio.Future[bool]] = set()
        self._clients = clients

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._clients.live) < self._clients.most:
            self._clients.live.add(self)
            super().connection_made(transport)
        else:
            self._transport = cast(asyncio.Transport, transport)
            self.reason = "no more connections are taken"
            self.end(at_once=True)

    def on_event(self, event: Event) -> None:
        if event.kind == EventKind.PASSWORD_ATTEMPT and Flags.HAS_MORE not in event.flags:
            self._judge(event, lambda: self._policy.check_password(event.user, event.data.decode(errors="replace")))
        elif event.kind in (EventKind.KEY_PROBE, EventKind.KEY_PROOF):
            self._judge(event, lambda: self._policy.check_key(event.user, Key.from_blob(event.key)))
        elif event.kind == EventKind.AUTHENTICATED:
            self._user = event.user
        elif event.kind == EventKind.OPEN_REQUESTED and event.name == "session":
            channel = self.channels[event.channel or 0] = Channel(self, event.channel or 0)
            self._sessions[channel.number] = Session(channel, self._user)
            self.connection.accept(event)
        elif event.kind == EventKind.CHANNEL_REQUESTED and event.channel in self._sessions:
            (self.connection.accept if self._take(event, self._sessions[event.channel]) else self.connection.deny)(event)
        elif event.token:
            self.connection.deny(event)
        elif event.kind == EventKind.SFTP_READY and event.channel in self._folders:
            self._folders[event.channel].serve()
            self._again = True
        if event.channel in self.channels:
            self._on_channel(event.channel, event)

    def on_end(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        for pending in self._judging:
            pending.cancel()
        for folder in self._folders.values():
            folder.close()
        self._folders.clear()
        self._clients.live.discard(self)

    # A policy's yes or no, which may take its time.
    def _judge(self, event: Event, ask: Callable[[], bool | Awaitable[bool]]) -> None:
        verdict = self._guarded(ask, cast("bool | Awaitable[bool]", False))
        if not isinstance(verdict, Awaitable):
            (self.connection.accept if verdict else self.connection.deny)(event)
            return
        pending = asyncio.ensure_future(verdict)
        self._judging.add(pending)
        pending.add_done_callback(lambda done: self._judged(done, event))

    def _judged(self, done: asyncio.Future[bool], event: Event) -> None:
        self._judging.discard(done)
        error = None if done.cancelled() else done.exception()
        if error is not None:
            self._report(error)
        if self.is_open and not self.has_ended:
            try:
                (self.connection.accept if not done.cancelled() and error is None and done.result() else self.connection.deny)(event)
            except SshCoreError as late:
                self._report(late)  # it was denied at its deadline
            self.pump()

    # Whether a request is granted. That one thing runs on a channel (RFC 4254 §6.5) is the connection's matter, as are the limits.
    def _take(self, event: Event, session: Session) -> bool:
        number = session.channel.number
        if event.name == "env":
            session.environment[event.text] = event.detail
            return True
        if event.name == "pty-req":
            session.pty = self.connection.pty(event)
            return True
        if event.name == "window-change":
            if session.pty is not None:
                session.pty = dataclasses.replace(self.connection.pty(event), terminal=session.pty.terminal)
            return session.pty is not None
        if event.name in ("exec", "shell"):
            session.command = event.data.decode(errors="surrogateescape") if event.name == "exec" else None
            task = self._tasks[number] = self._loop.create_task(self._serve(session))
            self._clients.running.add(task)
            task.add_done_callback(self._clients.running.discard)
            return True
        if event.name == "subsystem" and event.text == "sftp":
            root = self._guarded(lambda: self._policy.folder(self._user), None)
            if root is not None:
                self._folders[number] = _Folder(self, number, root)
                return True
        return False

    async def _serve(self, session: Session) -> None:
        status, channel = 255, session.channel
        try:
            status = int(await self._policy.run(session))
        except ConnectionLost:
            return  # nobody is there any more
        except Exception as error:
            self._report(error)
        finally:
            if not channel.is_closed:
                self.connection.send_exit_status(channel.number, status & 0xFFFFFFFF)
                channel.write_eof()
                channel.close()

    def _on_channel(self, number: int, event: Event) -> None:
        self.channels[number].on_event(event)
        if event.kind == EventKind.CHANNEL_EOF and number in self._folders:
            self.connection.send_exit_status(number, 0)
            self.connection.close_channel(number)
        elif event.kind == EventKind.CHANNEL_CLOSED:
            if number in self._folders:
                self._folders.pop(number).close()
            self._sessions.pop(number, None)
            if (task := self._tasks.pop(number, None)) is not None:
                task.cancel()

    def _guarded(self, ask: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        try:
            return ask()
        except Exception as error:
            self._report(error)
            return otherwise

    def _report(self, error: BaseException) -> None:
        self._loop.call_exception_handler({"message": "an SSH server's policy failed", "exception": error, "protocol": self})


class Server:
    """A listening server; close it, or use it in `async with`."""

    def __init__(self, listener: asyncio.Server, clients: _Clients) -> None:
        self._listener = listener
        self._clients = clients
        self.port = int(listener.sockets[0].getsockname()[1])
        """The port that it listens on."""

    async def close(self) -> None:
        """Stops listening, disconnects everybody, and waits until every session's run() has returned."""
        self._listener.close()
        self._clients.most = 0  # of those that were being accepted
        await asyncio.gather(*(driver.finish() for driver in self._clients.live))
        while self._clients.running:
            await asyncio.wait(self._clients.running)

    async def __aenter__(self) -> Server:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def serve(policy: Policy, host_keys: Sequence[Key], host: str = "127.0.0.1", port: int = 0, *,
                most_connections: int = 1024, **settings: Setting) -> Server:
    """Listens; port 0 takes a free one. More than most_connections at a time are closed at once. Settings are those of
    Connection.server. The keys have to stay open."""
    Connection.server(host_keys, **settings).close()  # so that a mistake is told here, not with each client
    clients = _Clients(most_connections)
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: _ServerDriver(policy, host_keys, settings, clients), host, port)
    return Server(listener, clients)
