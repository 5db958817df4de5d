"""An SSH server for asyncio."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import os
import pathlib
from collections.abc import Callable, Sequence
from ctypes import byref, c_size_t, c_void_p
from typing import TypeVar

from . import _library
from ._driver import CLOSING, Channel, Driver
from ._handles import Handle, bytes_at
from ._library import SshCoreError, check, library, struct
from .connection import Connection, Event, EventKind, PtySize, Setting
from .errors import ConnectionLost
from .keys import Key

__all__ = ["Policy", "Server", "Session", "serve"]


_Answer = TypeVar("_Answer")


class Policy:
    """Who may log in and what may be done. Derive from it; what is not overridden is refused.

    An exception that one of these raises refuses, too, and is reported to the loop's exception handler.
    """

    def check_password(self, user: str, password: str) -> bool:
        """Whether the password lets the user in."""
        return False

    def check_key(self, user: str, key: Key) -> bool:
        """Whether the key lets the user in. It is asked before and after the proof; only the proof lets somebody in."""
        return False

    async def run(self, session: Session) -> int:
        """Serves a command or a shell; the exit status. Return when it is over. It is cancelled when the client is gone."""
        return 127

    def folder(self, user: str) -> pathlib.Path | None:
        """What the user has by sftp; None for nothing. Links inside are followed: let it be a folder of its own."""
        return None


class Session:
    """What a client asked for on one channel."""

    def __init__(self, channel: Channel, user: str) -> None:
        self._channel = channel
        self.user = user
        self.command: str | None = None
        """The command; None for a shell."""
        self.environment: dict[str, str] = {}
        self.pty: PtySize | None = None

    async def read(self, most: int = 1 << 16) -> bytes:
        """Some of the input; empty at the end."""
        return await self._channel.read(most)

    async def read_all(self) -> bytes:
        """All of the input."""
        return await self._channel.read_all()

    async def write(self, data: bytes) -> None:
        """Output."""
        await self._channel.write(data)

    async def write_error(self, data: bytes) -> None:
        """Output on stderr."""
        await self._channel.write(data, 1)


class _Machine(Handle):
    _free = "sshcore_sftp_free"


class _Folder:
    """Serves one folder by sftp. Names cannot lead out of it."""

    def __init__(self, driver: Driver, channel: int, root: pathlib.Path) -> None:
        handle = c_void_p()
        check(library.sshcore_sftp_server_new(byref(handle)))
        self._machine = _Machine(handle)
        self._root = os.fsencode(root)
        self._files: dict[int, int | list[bytes]] = {}
        self._paths: dict[int, bytes] = {}
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
            os.pwrite(self._file(r), bytes_at(r.data, r.data_length), r.offset)
            self._status(r, 0)
        elif r.kind in (5, 15):
            self._attributes(r, os.stat(path, follow_symlinks=r.kind == 15))
        elif r.kind == 6:
            self._attributes(r, os.fstat(self._file(r)))
        elif r.kind in (7, 8):
            self._set(r, path if r.kind == 7 else self._file(r))
        elif r.kind == 9:
            self._keep(r, [b".", b"..", *os.listdir(path)], path)
        elif r.kind == 10:
            self._names(r)
        elif r.kind == 14:
            shown = path[len(self._root):] or b"/"
            check(library.sshcore_sftp_answer_path(self._machine.handle, r.token, shown, len(shown)))
        elif r.kind in (11, 12, 13, 16, 19):
            self._change(r, path)
        else:
            self._status(r, 8)

    def _change(self, r: _library.FileRequest, path: bytes) -> None:
        other = self._below(bytes_at(r.other_path, r.other_path_length))
        if r.kind == 11:
            os.unlink(path)
        elif r.kind == 12:
            os.mkdir(path)
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
        self._keep(r, os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, mode), path)

    def _keep(self, r: _library.FileRequest, opened: int | list[bytes], path: bytes) -> None:
        self._files[self._next], self._paths[self._next] = opened, path
        check(library.sshcore_sftp_answer_handle(self._machine.handle, r.token, self._next, 1))
        self._next += 1

    def _file(self, r: _library.FileRequest) -> int:
        opened = self._files[r.handle]
        if not isinstance(opened, int):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        return opened

    def _names(self, r: _library.FileRequest) -> None:
        names = self._files[r.handle]
        if not isinstance(names, list) or not names:
            self._status(r, 1)
            return
        batch, kept = names[:64], []
        array = (c_void_p * len(batch))()
        for index, name in enumerate(batch):
            made, text = struct(_library.FileName), ctypes.create_string_buffer(name)
            made.name, made.name_length = ctypes.addressof(text), len(name)
            made.long_name, made.long_name_length = made.name, made.name_length
            try:
                _fill(made.attributes, os.lstat(os.path.join(self._paths[r.handle], name)))
            except OSError:
                made.attributes.has = 0  # it went away meanwhile
            kept.append((made, text))
            array[index] = ctypes.addressof(made)
        taken = c_size_t()
        check(library.sshcore_sftp_answer_names(self._machine.handle, r.token, array, len(batch), byref(taken)))
        del names[: taken.value]

    def _attributes(self, r: _library.FileRequest, found: os.stat_result) -> None:
        attributes = struct(_library.FileAttributes)
        _fill(attributes, found)
        check(library.sshcore_sftp_answer_attributes(self._machine.handle, r.token, byref(attributes)))

    def _set(self, r: _library.FileRequest, target: bytes | int) -> None:
        a = r.attributes
        if a.has & 1:
            os.truncate(target, a.file_size)
        if a.has & 4:
            os.chmod(target, a.permissions & 0o777)
        if a.has & 8:
            os.utime(target, (a.access_time, a.modify_time))
        self._status(r, 0)

    def _status(self, r: _library.FileRequest, code: int, message: str = "") -> None:
        check(library.sshcore_sftp_answer_status(self._machine.handle, r.token, code, message.encode() or None))

    def _below(self, path: bytes) -> bytes:
        parts: list[bytes] = []
        for part in path.split(b"/"):
            if part == b"..":
                del parts[-1:]
            elif part not in (b"", b"."):
                parts.append(part)
        return self._root + b"".join(b"/" + part for part in parts)


def _fill(a: _library.FileAttributes, found: os.stat_result) -> None:
    a.has, a.file_size, a.permissions = 15, found.st_size, found.st_mode
    a.user_id, a.group_id = found.st_uid, found.st_gid
    a.access_time, a.modify_time = int(found.st_atime), int(found.st_mtime)


class _ServerDriver(Driver):
    def __init__(self, policy: Policy, host_keys: Sequence[Key], settings: dict[str, Setting], live: set[_ServerDriver]) -> None:
        super().__init__(Connection.server(host_keys, **settings))
        self._policy = policy
        self._user = ""
        self._sessions: dict[int, Session] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._folders: dict[int, _Folder] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._live = live
        live.add(self)

    def on_event(self, event: Event) -> None:
        c = self.connection
        allowed = False
        if event.kind == EventKind.PASSWORD_ATTEMPT:
            allowed = self._ask(lambda: self._policy.check_password(event.user, event.data.decode(errors="replace")), False)
        elif event.kind in (EventKind.KEY_PROBE, EventKind.KEY_PROOF):
            allowed = self._ask(lambda: self._policy.check_key(event.user, Key.from_blob(event.key)), False)
        elif event.kind == EventKind.AUTHENTICATED:
            self._user = event.user
        elif event.kind == EventKind.OPEN_REQUESTED and event.name == "session":
            allowed = True
            channel = self.channels[event.channel or 0] = Channel(self, event.channel or 0)
            self._sessions[channel.number] = Session(channel, self._user)
        elif event.kind == EventKind.CHANNEL_REQUESTED:
            self._on_request(event)
            return
        elif event.kind == EventKind.SFTP_READY and event.channel in self._folders:
            self._folders[event.channel].serve()
            self._again = True
        if event.token:
            (c.accept if allowed else c.deny)(event)
        if event.channel in self.channels:
            self._on_channel(event.channel, event)

    def _ask(self, question: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        try:
            return question()
        except SshCoreError:
            return otherwise  # a key that the library does not know
        except Exception as error:
            self._report("a policy raised an exception", error)
            return otherwise

    def _report(self, message: str, error: Exception) -> None:
        self._loop.call_exception_handler({"message": message, "exception": error, "protocol": self})

    def _on_request(self, event: Event) -> None:
        number = event.channel or 0
        session = self._sessions[number]
        if event.name == "env":
            session.environment[event.text] = event.detail
            self.connection.accept(event)
        elif event.name in ("pty-req", "window-change"):
            session.pty = self.connection.pty(event)
            self.connection.accept(event)
        elif event.name in ("exec", "shell") and number not in self._running and number not in self._folders:
            session.command = event.text if event.name == "exec" else None
            self.connection.accept(event)
            task = self._running[number] = self._loop.create_task(self._serve(number, session))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif (event.name == "subsystem" and event.text == "sftp" and number not in self._running and number not in self._folders
              and (root := self._ask(lambda: self._policy.folder(self._user), None)) is not None):
            self.connection.accept(event)
            self._folders[number] = _Folder(self, number, root)
        else:
            self.connection.deny(event)

    async def _serve(self, number: int, session: Session) -> None:
        status = 255
        try:
            status = await self._policy.run(session)
        except ConnectionLost:
            return  # nobody is there any more
        except Exception as error:
            self._report("Policy.run raised an exception", error)
        finally:
            channel = self.channels.get(number)
            if self.is_open and channel is not None and not channel.is_closed:
                self.connection.send_exit_status(number, status)
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
            self._cancel(self._running.pop(number, None))

    def _cancel(self, task: asyncio.Task[None] | None) -> None:
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def on_end(self) -> None:
        for folder in self._folders.values():
            folder.close()
        self._folders.clear()
        for task in self._running.values():
            self._cancel(task)
        self._running.clear()
        self._live.discard(self)

    async def stop(self) -> None:
        """Disconnects, and waits for what was running; CLOSING seconds at most."""
        tasks = list(self._tasks)
        await self.disconnect()
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSING)


class Server:
    """A listening server; close it, or use it in `async with`."""

    def __init__(self, listener: asyncio.Server, live: set[_ServerDriver]) -> None:
        self._listener = listener
        self._live = live

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._listener.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stops listening, disconnects everybody and waits until that is done."""
        self._listener.close()
        await asyncio.gather(*(driver.stop() for driver in list(self._live)))
        await self._listener.wait_closed()

    async def __aenter__(self) -> Server:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def serve(policy: Policy, host_keys: Sequence[Key], host: str = "127.0.0.1", port: int = 0, **settings: Setting) -> Server:
    """Listens; port 0 takes a free one. Settings are those of Connection.server."""
    live: set[_ServerDriver] = set()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: _ServerDriver(policy, host_keys, settings, live), host, port)
    return Server(listener, live)
