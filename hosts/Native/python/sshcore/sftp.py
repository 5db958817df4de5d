"""SFTP for the asyncio client."""

from __future__ import annotations

import asyncio
import ctypes
import os
import stat
from collections.abc import Callable
from ctypes import byref, c_size_t, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from typing import Any

from . import _library
from ._driver import Channel, Driver
from ._handles import Handle, bytes_at
from ._library import check, library, struct
from .errors import ConnectionLost, Error

__all__ = ["SFTPClient", "SFTPError", "Attributes"]

OPEN, CLOSE, LSTAT, OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME = 1, 2, 5, 9, 10, 11, 12, 13, 14, 15, 16
_STATUS, _HANDLE, _ABANDONED, _ENDED, _DATA, _ROOM, _DONE = 3, 4, 12, 13, 14, 15, 16
_PIECE = 1 << 18


class SFTPError(Error):
    """The server refused; code is its status, as 2 for a file that is not there and 3 for one that it denies."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message or 'failed'} (status {code})")
        self.code = code


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
    path: bytes
    names: list[tuple[bytes, Attributes]]
    attributes: Attributes


class _Transfer:
    def __init__(self, open_file: Callable[[], int]) -> None:
        self._open_file = open_file
        self._file: int | None = None
        self.offset = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def file(self) -> int:
        """The local file, which is opened when it is first needed."""
        if self._file is None:
            self._file = self._open_file()
        return self._file

    def close(self) -> None:
        """Closes the local file."""
        if self._file is not None:
            os.close(self._file)


class SFTPClient:
    """Files on a server. Paths are str or bytes; many calls may run side by side. Every call may raise SFTPError and ConnectionLost.

    `async with` ends the session. A call that is cancelled, as by asyncio.timeout(), leaves the session as it was; a transfer stops.
    """

    def __init__(self, driver: Driver, channel: Channel) -> None:
        handle = c_void_p()
        check(library.sshcore_sftp_client_new(byref(handle)))
        self._machine = _Machine(handle)
        self._driver = driver
        self._channel = channel
        self._requests: dict[int, asyncio.Future[_Reply]] = {}
        self._transfers: dict[int, _Transfer] = {}
        self._ended: str | None = None
        check(library.sshcore_sftp_attach(driver.connection.handle, channel.number, handle))

    async def __aenter__(self) -> SFTPClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        await self._channel.wait_closed()

    async def stat(self, path: str | bytes) -> Attributes:
        """Attributes of what the path leads to."""
        return (await self._ask(STAT, path)).attributes

    async def lstat(self, path: str | bytes) -> Attributes:
        """Attributes of the path itself, if it is a link."""
        return (await self._ask(LSTAT, path)).attributes

    async def realpath(self, path: str | bytes) -> bytes:
        """The path as the server sees it."""
        return (await self._ask(REALPATH, path)).path

    async def mkdir(self, path: str | bytes) -> None:
        """Makes a folder."""
        await self._ask(MKDIR, path)

    async def rmdir(self, path: str | bytes) -> None:
        """Removes an empty folder."""
        await self._ask(RMDIR, path)

    async def remove(self, path: str | bytes) -> None:
        """Removes a file."""
        await self._ask(REMOVE, path)

    async def rename(self, old: str | bytes, new: str | bytes) -> None:
        """Renames; what is there already is not replaced."""
        await self._ask(RENAME, old, new)

    async def listdir(self, path: str | bytes) -> list[tuple[bytes, Attributes]]:
        """Names in a folder with their attributes."""
        handle = (await self._ask(OPENDIR, path)).handle
        names: list[tuple[bytes, Attributes]] = []
        try:
            while True:
                try:
                    names += (await self._ask(READDIR, handle=handle)).names
                except SFTPError as error:
                    if error.code == 1:
                        return names
                    raise
        finally:
            await self._ask(CLOSE, handle=handle)

    async def get(self, remote: str | bytes, local: str | os.PathLike[str]) -> None:
        """Copies a file from the server. A local file that is there is replaced once there is something to replace it with."""
        path = os.fsencode(remote)
        await self._run(
            _Transfer(lambda: os.open(local, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)),
            lambda number: library.sshcore_sftp_download(self._machine.handle, path, len(path), 0, _library.NEVER, 0, byref(number)))

    async def put(self, local: str | os.PathLike[str], remote: str | bytes) -> None:
        """Copies a file to the server."""
        path, transfer = os.fsencode(remote), _Transfer(lambda: os.open(local, os.O_RDONLY | os.O_CLOEXEC))
        _ = transfer.file  # before the server makes one
        await self._run(
            transfer, lambda number: library.sshcore_sftp_upload(self._machine.handle, path, len(path), 0, None, byref(number)))

    def close(self) -> None:
        """Ends the session."""
        self._channel.close()

    def on_ready(self) -> None:
        """The machine has replies."""
        reply = struct(_library.FileReply)
        while True:
            check(library.sshcore_sftp_poll_reply(self._machine.handle, byref(reply)))
            if reply.kind == 0:
                return
            if reply.transfer:
                self._on_transfer(reply)
            elif reply.kind == _ENDED:
                self.on_end((reply.message or b"").decode())
                return
            elif (waiting := self._requests.pop(reply.id, None)) is not None and not waiting.done():
                waiting.set_result(self._copy(reply))

    def on_end(self, reason: str) -> None:
        """The channel or the connection is gone."""
        if self._ended is None:
            self._ended = reason or "the session has ended"
        waiting: list[asyncio.Future[Any]] = [*self._requests.values(), *(transfer.done for transfer in self._transfers.values())]
        self._requests.clear()
        self._transfers.clear()
        for future in waiting:
            if not future.done():
                future.set_exception(ConnectionLost(self._ended))

    async def _ask(self, kind: int, path: str | bytes = b"", other: str | bytes = b"", handle: int = 0) -> _Reply:
        self._need_open()
        first, second = ctypes.create_string_buffer(os.fsencode(path)), ctypes.create_string_buffer(os.fsencode(other))
        request, number = struct(_library.FileRequest), c_uint32()
        request.kind, request.handle = kind, handle
        request.path, request.path_length = ctypes.addressof(first), len(os.fsencode(path))
        request.other_path, request.other_path_length = ctypes.addressof(second), len(os.fsencode(other))
        check(library.sshcore_sftp_send(self._machine.handle, byref(request), byref(number)))
        future: asyncio.Future[_Reply] = asyncio.get_running_loop().create_future()
        self._requests[number.value] = future
        self._driver.pump()
        reply = await future
        if reply.kind == _ABANDONED or (reply.kind == _STATUS and reply.code != 0):
            raise SFTPError(reply.code, reply.message)
        return reply

    def _copy(self, reply: _library.FileReply) -> _Reply:
        names = []
        for index in range(reply.names):
            name = struct(_library.FileName)
            check(library.sshcore_sftp_reply_name(self._machine.handle, index, byref(name)))
            names.append((bytes_at(name.name, name.name_length), Attributes.of(name.attributes)))
        return _Reply(reply.kind, reply.code, (reply.message or b"").decode(), reply.handle,
                      bytes_at(reply.path, reply.path_length), names, Attributes.of(reply.attributes))

    def _need_open(self) -> None:
        if self._ended is not None or not self._driver.is_open or self._channel.is_closed:
            raise ConnectionLost(self._ended or self._driver.reason or "the session was closed")

    async def _run(self, transfer: _Transfer, start: Callable[[c_uint64], Any]) -> None:
        number = c_uint64()
        try:
            self._need_open()
            check(start(number))
            self._transfers[number.value] = transfer
            self._driver.pump()
            await transfer.done
        except asyncio.CancelledError:
            self._stop(number.value)
            raise
        finally:
            transfer.close()

    def _stop(self, number: int) -> None:
        if self._transfers.pop(number, None) is not None and self._ended is None and self._driver.is_open:
            library.sshcore_sftp_transfer_cancel(self._machine.handle, number)  # it may be over already, which is as good
            self._driver.pump()

    def _on_transfer(self, reply: _library.FileReply) -> None:
        transfer = self._transfers.get(reply.transfer)
        if transfer is None:
            return
        try:
            if reply.kind == _DATA:
                os.pwrite(transfer.file, bytes_at(reply.data, reply.data_length), reply.offset)
            elif reply.kind == _ROOM:
                self._fill(reply.transfer, transfer)
            elif reply.kind == _DONE:
                self._finish(reply, transfer)
        except OSError as error:  # of the local file
            self._stop(reply.transfer)
            if not transfer.done.done():
                transfer.done.set_exception(error)

    def _finish(self, reply: _library.FileReply, transfer: _Transfer) -> None:
        problem = SFTPError(reply.code, (reply.message or b"").decode()) if reply.code else None
        if problem is None:
            _ = transfer.file  # made even if it is empty
        del self._transfers[reply.transfer]
        if transfer.done.done():
            return
        if problem is None:
            transfer.done.set_result(None)
        else:
            transfer.done.set_exception(problem)

    def _fill(self, number: int, transfer: _Transfer) -> None:
        taken = c_size_t()
        while True:
            data = os.pread(transfer.file, _PIECE, transfer.offset)
            if not data:
                check(library.sshcore_sftp_upload_complete(self._machine.handle, number))
                return
            check(library.sshcore_sftp_upload_write(self._machine.handle, number, data, len(data), byref(taken)))
            transfer.offset += taken.value
            if taken.value < len(data):
                return
