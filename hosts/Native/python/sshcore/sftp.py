"""SFTP for the asyncio client."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from ctypes import byref, c_size_t, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from typing import Any

from . import _library
from ._driver import Channel, Driver
from ._handles import Handle, bytes_at
from ._library import SshCoreError, assign, check, library, struct
from .errors import ConnectionLost, Error

__all__ = ["SFTPClient", "SFTPError", "SFTPFile", "Attributes", "Progress"]

_OPEN, _CLOSE, _LSTAT, _FSTAT, _SETSTAT, _OPENDIR, _READDIR, _REMOVE, _MKDIR = 1, 2, 5, 6, 7, 9, 10, 11, 12
_RMDIR, _REALPATH, _STAT, _RENAME, _READLINK, _SYMLINK, _POSIX_RENAME, _LINK = 13, 14, 15, 16, 17, 18, 19, 22
_REPLY_STATUS, _REPLY_HANDLE, _REPLY_ABANDONED, _REPLY_ENDED = 3, 4, 12, 13
_TRANSFER_DATA, _TRANSFER_ROOM, _TRANSFER_ENDED = 14, 15, 16
_END_OF_FILE = 1
_HAS_SIZE, _HAS_PERMISSIONS, _HAS_TIMES = 1, 4, 8
_MODES = {"r": 1, "w": 2 | 8 | 16, "a": 2 | 4 | 8, "x": 2 | 8 | 32, "r+": 3, "w+": 3 | 8 | 16, "x+": 3 | 8 | 32}
_PIECE = 1 << 18
_LOST = (7, "the session ended")

Progress = Callable[[int], None]
"""Told now and then how many bytes of a file were copied."""


class SFTPError(Error):
    """The server refused; code is its status, as 2 for a file that is not there and 3 for one that it denies."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message or 'failed'} (status {code})")
        self.code = code


def _failure(code: int, message: str) -> Error:
    # The machine ends what has no answer with these when the stream ends.
    return ConnectionLost(message or _LOST[1]) if code in (6, 7) else SFTPError(code, message)


@dataclass(frozen=True)
class Attributes:
    """What is known of a file; None for what is not."""

    size: int | None = None
    permissions: int | None = None
    owner: tuple[int, int] | None = None
    times: tuple[int, int] | None = None

    @property
    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.permissions is not None and stat.S_ISDIR(self.permissions)

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link; only lstat() and listdir() ever say so."""
        return self.permissions is not None and stat.S_ISLNK(self.permissions)

    @classmethod
    def of(cls, a: _library.FileAttributes) -> Attributes:
        """From the struct."""
        return cls(
            a.file_size if a.has & 1 else None, a.permissions if a.has & 4 else None,
            (a.user_id, a.group_id) if a.has & 2 else None, (a.access_time, a.modify_time) if a.has & 8 else None)


class _Machine(Handle):
    _free = "sshcore_sftp_free"


@dataclass
class _Reply:
    kind: int
    code: int
    message: str
    handle: int
    data: bytes
    path: bytes
    names: list[tuple[bytes, Attributes]]
    attributes: Attributes


class _Transfer:
    def __init__(self, file: int, progress: Progress | None) -> None:
        self.file = file
        self.offset = 0
        self.copied = 0
        self.progress = progress
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def count(self, copied: int) -> None:
        self.copied += copied
        if self.progress is not None:
            self.progress(self.copied)

    def write(self, data: bytes, offset: int) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self.file, view, offset)
            view, offset = view[written:], offset + written


class _Gathering(_Transfer):
    """A download into memory, in the order of the file."""

    def __init__(self) -> None:
        super().__init__(-1, None)
        self.data = bytearray()

    def write(self, data: bytes, offset: int) -> None:
        self.data += data


class SFTPClient:
    """Files on a server. Paths are str or bytes; many calls may run side by side. Every call may raise SFTPError and ConnectionLost.

    `async with` ends the session. A call that is cancelled, as by asyncio.timeout(), leaves the session as it was; a transfer stops.
    """

    def __init__(self, driver: Driver, channel: Channel) -> None:
        handle = c_void_p()
        check(library.sshcore_sftp_client_new(None, byref(handle)))
        self._machine = _Machine(handle)
        self._driver = driver
        self._channel = channel
        self._requests: dict[int, asyncio.Future[_Reply]] = {}
        self._transfers: dict[int, _Transfer] = {}
        self._ended: str | None = None
        self._heard = asyncio.Event()
        check(library.sshcore_sftp_attach(driver.connection.handle, channel.number, handle))

    async def __aenter__(self) -> SFTPClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        await self._channel.wait_closed()

    async def stat(self, path: str | bytes) -> Attributes:
        """Attributes of what the path leads to."""
        return (await self._ask(_STAT, path)).attributes

    async def lstat(self, path: str | bytes) -> Attributes:
        """Attributes of the path itself, if it is a link."""
        return (await self._ask(_LSTAT, path)).attributes

    async def realpath(self, path: str | bytes) -> bytes:
        """The path as the server sees it."""
        return (await self._ask(_REALPATH, path)).path

    async def mkdir(self, path: str | bytes) -> None:
        """Makes a folder."""
        await self._ask(_MKDIR, path)

    async def rmdir(self, path: str | bytes) -> None:
        """Removes an empty folder."""
        await self._ask(_RMDIR, path)

    async def remove(self, path: str | bytes) -> None:
        """Removes a file."""
        await self._ask(_REMOVE, path)

    async def rename(self, old: str | bytes, new: str | bytes) -> None:
        """Renames; what is there already is not replaced."""
        await self._ask(_RENAME, old, new)

    async def posix_rename(self, old: str | bytes, new: str | bytes) -> None:
        """Renames and replaces, in one step (posix-rename@openssh.com)."""
        await self._ask(_POSIX_RENAME, old, new)

    async def symlink(self, target: str | bytes, link: str | bytes) -> None:
        """Makes a symbolic link."""
        await self._ask(_SYMLINK, target, link)

    async def readlink(self, path: str | bytes) -> bytes:
        """Where a symbolic link points to."""
        return (await self._ask(_READLINK, path)).path

    async def link(self, old: str | bytes, new: str | bytes) -> None:
        """Makes a hard link (hardlink@openssh.com)."""
        await self._ask(_LINK, old, new)

    async def chmod(self, path: str | bytes, permissions: int) -> None:
        """Sets the permissions."""
        await self._ask(_SETSTAT, path, has=_HAS_PERMISSIONS, permissions=permissions)

    async def utime(self, path: str | bytes, times: tuple[int, int]) -> None:
        """Sets the times of last access and last change, in seconds since 1970."""
        await self._ask(_SETSTAT, path, has=_HAS_TIMES, access_time=times[0], modify_time=times[1])

    async def truncate(self, path: str | bytes, size: int) -> None:
        """Cuts a file off, or makes it longer with zeros."""
        await self._ask(_SETSTAT, path, has=_HAS_SIZE, file_size=size)

    async def listdir(self, path: str | bytes) -> list[tuple[bytes, Attributes]]:
        """Names in a folder with their attributes."""
        handle = (await self._ask(_OPENDIR, path)).handle
        names: list[tuple[bytes, Attributes]] = []
        try:
            while True:
                try:
                    names += (await self._ask(_READDIR, handle=handle)).names
                except SFTPError as error:
                    if error.code == _END_OF_FILE:
                        return names
                    raise
        finally:
            self._drop(handle)

    async def open(self, path: str | bytes, mode: str = "r") -> SFTPFile:
        """Opens a file for bytes; mode is r, w, a or x, with + for both ways, as open() has them."""
        flags = _MODES.get(mode.replace("b", ""))
        if flags is None:
            raise ValueError(f"mode is {mode!r}; it is one of {', '.join(_MODES)}")
        handle = (await self._ask(_OPEN, path, flags=flags)).handle
        return SFTPFile(self, handle)

    async def get(self, remote: str | bytes, local: str | os.PathLike[str], progress: Progress | None = None) -> None:
        """Copies a file from the server. A local file is replaced once the new one is whole; a link is followed."""
        target = os.path.realpath(local)
        path, number = os.fsencode(remote), c_uint64()
        with _replacing(target) as file:
            await self._run(_Transfer(file, progress), lambda: library.sshcore_sftp_download(
                self._machine.handle, path, len(path), None, byref(number)), number)

    async def put(self, local: str | os.PathLike[str], remote: str | bytes, progress: Progress | None = None) -> None:
        """Copies a file to the server. What was sent of it stays there if it fails."""
        file = os.open(local, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        path, number = os.fsencode(remote), c_uint64()
        try:
            _check_regular(os.fstat(file).st_mode, local)
            await self._run(_Transfer(file, progress), lambda: library.sshcore_sftp_upload(
                self._machine.handle, path, len(path), None, byref(number)), number)
        finally:
            os.close(file)

    def close(self) -> None:
        """Ends the session."""
        self._channel.close()

    def on_ready(self) -> None:
        """The machine has replies."""
        reply = struct(_library.FileReply)
        self._heard.set()
        while self._ended is None:
            check(library.sshcore_sftp_poll_reply(self._machine.handle, byref(reply)))
            if reply.kind == 0:
                return
            if reply.transfer:
                self._on_transfer(reply)
            elif reply.kind == _REPLY_ENDED:
                self.on_end((reply.message or b"").decode() or _LOST[1])
            elif (waiting := self._requests.pop(reply.id, None)) is not None:
                if not waiting.done():
                    waiting.set_result(self._copy(reply))
                elif reply.kind == _REPLY_HANDLE:
                    self._drop(reply.handle)  # whoever wanted it has gone

    def on_end(self, reason: str) -> None:
        """The channel or the connection is gone."""
        self._ended = self._ended or reason
        self._heard.set()
        waiting: list[asyncio.Future[Any]] = [*self._requests.values(), *(transfer.done for transfer in self._transfers.values())]
        self._requests.clear()
        self._transfers.clear()
        for future in waiting:
            if not future.done():
                future.set_exception(ConnectionLost(self._ended))

    async def read_at(self, handle: int, offset: int, length: int | None) -> bytes:
        """For SFTPFile: so much of it, all if it is None; fewer only at the end of the file."""
        options, number, got = struct(_library.DownloadOptions), c_uint64(), _Gathering()
        options.handle, options.offset, options.in_order = handle, offset, 1
        assign(options, "length", length or 0)
        await self._run(got, lambda: library.sshcore_sftp_download(self._machine.handle, None, 0, byref(options), byref(number)), number)
        return bytes(got.data)

    async def write_at(self, handle: int, offset: int, data: bytes) -> int:
        """For SFTPFile: one write of as much as is taken; how much."""
        number, taken = c_uint32(), c_size_t()
        while True:
            self._check_open()
            check(library.sshcore_sftp_write(self._machine.handle, handle, offset, data, len(data), byref(number), byref(taken)))
            if taken.value:
                await self._answer(number.value)
                return taken.value
            self._heard.clear()  # so much waits to be sent already that the reply to some of it comes first
            await self._heard.wait()

    async def stat_handle(self, handle: int) -> Attributes:
        """For SFTPFile: attributes of an open file."""
        return (await self._ask(_FSTAT, handle=handle)).attributes

    async def close_handle(self, handle: int) -> None:
        """For SFTPFile: closes, and says whether all was written."""
        await self._ask(_CLOSE, handle=handle)

    async def _ask(self, kind: int, path: str | bytes = b"", other: str | bytes = b"", *, handle: int = 0, offset: int = 0,
                   length: int = 0, flags: int = 0, **attributes: int) -> _Reply:
        return await self._answer(self._send(kind, os.fsencode(path), os.fsencode(other), handle, offset, length, flags, attributes))

    def _send(self, kind: int, path: bytes, other: bytes, handle: int, offset: int, length: int, flags: int, attributes: dict[str, int]) -> int:
        self._check_open()
        first, second = ctypes.create_string_buffer(path), ctypes.create_string_buffer(other)
        request, number = struct(_library.FileRequest), c_uint32()
        request.kind, request.handle, request.flags = kind, handle, flags
        assign(request, "offset", offset)
        assign(request, "length", length)
        request.path, request.path_length = ctypes.addressof(first), len(path)
        request.other_path, request.other_path_length = ctypes.addressof(second), len(other)
        for name, value in attributes.items():
            assign(request.attributes, name, value)
        check(library.sshcore_sftp_send(self._machine.handle, byref(request), byref(number)))
        return number.value

    async def _answer(self, number: int) -> _Reply:
        future: asyncio.Future[_Reply] = asyncio.get_running_loop().create_future()
        self._requests[number] = future
        self._driver.pump()
        try:
            reply = await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and (late := future.result()).kind == _REPLY_HANDLE:
                self._drop(late.handle)  # it came in the same moment
            raise
        if reply.kind == _REPLY_ABANDONED:
            raise ConnectionLost(self._ended or _LOST[1])
        if reply.kind == _REPLY_STATUS and reply.code != 0:
            raise _failure(reply.code, reply.message)
        return reply

    def _check_open(self) -> None:
        if self._ended is not None or self._channel.is_closed:
            raise ConnectionLost(self._ended or "the session was closed")

    # Closes a handle whose fate nobody waits for.
    def _drop(self, handle: int) -> None:
        if self._ended is None and not self._channel.is_closed:
            try:
                self._send(_CLOSE, b"", b"", handle, 0, 0, 0, {})
            except SshCoreError:
                return  # the session is ending, and the handle with it
            self._driver.pump()

    def _copy(self, reply: _library.FileReply) -> _Reply:
        names = []
        for index in range(reply.names):
            name = struct(_library.FileName)
            check(library.sshcore_sftp_reply_name(self._machine.handle, index, byref(name)))
            names.append((bytes_at(name.name, name.name_length), Attributes.of(name.attributes)))
        return _Reply(reply.kind, reply.code, (reply.message or b"").decode(), reply.handle, bytes_at(reply.data, reply.data_length),
                      bytes_at(reply.path, reply.path_length), names, Attributes.of(reply.attributes))

    async def _run(self, transfer: _Transfer, start: Callable[[], Any], number: c_uint64) -> None:
        self._check_open()
        check(start())
        self._transfers[number.value] = transfer
        self._driver.pump()
        try:
            await transfer.done
        except BaseException:
            if self._transfers.pop(number.value, None) is not None and self._ended is None:
                check(library.sshcore_sftp_transfer_cancel(self._machine.handle, number))
                self._driver.pump()
            raise

    def _on_transfer(self, reply: _library.FileReply) -> None:
        transfer = self._transfers.get(reply.transfer)
        if transfer is None:
            return
        try:
            if reply.kind == _TRANSFER_DATA:
                transfer.write(bytes_at(reply.data, reply.data_length), reply.offset)
                transfer.count(reply.data_length)
            elif reply.kind == _TRANSFER_ROOM:
                self._fill(reply.transfer, transfer)
        except Exception as error:  # of the local file, or of progress: this transfer fails, the session goes on
            if not transfer.done.done():
                transfer.done.set_exception(error)
            return
        if reply.kind == _TRANSFER_ENDED:
            del self._transfers[reply.transfer]
            if transfer.done.done():
                return
            if reply.code == 0:
                transfer.done.set_result(None)
            else:
                transfer.done.set_exception(_failure(reply.code, (reply.message or b"").decode()))

    def _fill(self, number: int, transfer: _Transfer) -> None:
        taken = c_size_t()
        while not transfer.done.done():
            data = os.pread(transfer.file, _PIECE, transfer.offset)
            if not data:
                check(library.sshcore_sftp_upload_complete(self._machine.handle, number))
                return
            check(library.sshcore_sftp_upload_write(self._machine.handle, number, data, len(data), byref(taken)))
            transfer.offset += taken.value
            transfer.count(taken.value)
            if taken.value < len(data):
                return


class SFTPFile:
    """An open file on a server, with a position that read() and write() move. Close it, or use it in `async with`."""

    def __init__(self, client: SFTPClient, handle: int) -> None:
        self._client = client
        self._handle: int | None = handle
        self._position = 0

    async def __aenter__(self) -> SFTPFile:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def read(self, most: int = -1) -> bytes:
        """Up to most bytes, all that are left if it is negative; fewer only at the end of the file."""
        handle = self._open
        if most == 0:
            return b""
        data = await self._client.read_at(handle, self._position, None if most < 0 else most)
        self._position += len(data)
        return data

    async def write(self, data: bytes) -> int:
        """Writes all of data."""
        view = memoryview(data)
        while view:
            written = await self._client.write_at(self._open, self._position, bytes(view[:_PIECE]))
            self._position += written
            view = view[written:]
        return len(data)

    async def stat(self) -> Attributes:
        """Attributes of the file."""
        return await self._client.stat_handle(self._open)

    async def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves the position, counted from the start, from here or from the end; the new one."""
        if whence == os.SEEK_CUR:
            offset += self._position
        elif whence == os.SEEK_END:
            offset += (await self.stat()).size or 0
        elif whence != os.SEEK_SET:
            raise ValueError(f"whence is {whence}")
        if not 0 <= offset < 1 << 63:
            raise ValueError(f"there is no position {offset}")
        self._position = offset
        return offset

    def tell(self) -> int:
        """The position."""
        return self._position

    async def close(self) -> None:
        """Closes it; a second call does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            await self._client.close_handle(handle)

    @property
    def _open(self) -> int:
        if self._handle is None:
            raise ValueError("the file was closed")
        return self._handle


def _check_regular(mode: int, path: str | os.PathLike[str]) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file", path)


@contextlib.contextmanager
def _replacing(target: str) -> Iterator[int]:
    """A new file that takes the place of target if the block ends well."""
    try:
        found = os.stat(target).st_mode
        _check_regular(found, target)
        permissions = stat.S_IMODE(found)
    except FileNotFoundError:
        permissions = None
    temporary = os.path.join(os.path.dirname(target), f".sshcore-{secrets.token_hex(8)}")
    file = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666 if permissions is None else 0o600)
    try:
        try:
            yield file
            if permissions is not None:
                os.fchmod(file, permissions)
        finally:
            os.close(file)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
