"""Moves the bytes of a Connection through an asyncio transport. Both roles share it."""

from __future__ import annotations

import asyncio
from typing import cast

from ._library import SshCoreError
from .connection import Connection, Event, EventKind

MOST_OUTPUT = 1 << 18


class ConnectionLost(Exception):
    """The connection has ended; the text says why."""


class Channel:
    """One channel: data in both directions, requests and how it ended. Reading gives the peer room to send more."""

    def __init__(self, driver: Driver, number: int) -> None:
        self._driver = driver
        self.number = number
        self.exit_status: int | None = None
        """The status of the command; None if there is none (yet): it is no success."""
        self.exit_signal: str | None = None
        """The signal that ended the command."""
        self.is_eof = False
        self.is_closed = False
        self._changed = asyncio.Event()
        self._replies: list[bool] = []

    async def read(self, most: int = 1 << 16, stream: int = 0) -> bytes:
        """Some bytes; empty at the end. stream 1 is stderr."""
        while True:
            if self._driver.is_open and (data := self._driver.connection.read(self.number, most, stream)):
                self._driver.pump()
                return data
            if self.is_eof or self.is_closed:
                return b""
            await self._wait()

    async def read_all(self, stream: int = 0) -> bytes:
        """Everything up to the end."""
        pieces = []
        while piece := await self.read(stream=stream):
            pieces.append(piece)
        return b"".join(pieces)

    async def write(self, data: bytes, stream: int = 0) -> None:
        """Sends all of data, as fast as the peer takes it. Raises ConnectionLost if the channel is gone."""
        view = memoryview(data)
        while view:
            if self.is_closed or not self._driver.is_open:
                raise ConnectionLost(self._driver.reason or "the channel is closed")
            taken = self._driver.connection.write(self.number, bytes(view[: 1 << 16]), stream)
            self._driver.pump()
            view = view[taken:]
            if view and taken == 0:
                await self._wait()

    def write_eof(self) -> None:
        """No more data will be sent."""
        if not self.is_closed and self._driver.is_open:
            self._driver.connection.send_eof(self.number)
            self._driver.pump()

    def close(self) -> None:
        """Closes the channel."""
        if not self.is_closed and self._driver.is_open:
            self._driver.connection.close_channel(self.number)
            self._driver.pump()

    async def wait_closed(self) -> None:
        """Waits until both sides have closed it."""
        while not self.is_closed:
            await self._wait()

    async def reply(self) -> bool:
        """The answer to the oldest request that has none."""
        while not self._replies:
            if self.is_closed:
                return False
            await self._wait()
        return self._replies.pop(0)

    def on_event(self, event: Event) -> None:
        """News of the channel."""
        if event.kind == EventKind.CHANNEL_EOF:
            self.is_eof = True
        elif event.kind in (EventKind.CHANNEL_CLOSED, EventKind.CHANNEL_REFUSED, EventKind.CLOSED):
            self.is_closed = True
        elif event.kind == EventKind.EXIT_STATUS:
            self.exit_status = event.code
        elif event.kind == EventKind.EXIT_SIGNAL:
            self.exit_signal = event.name
        elif event.kind == EventKind.REQUEST_REPLIED:
            self._replies.append(bool(event.flags & 2))
        self._changed.set()

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Driver(asyncio.Protocol):
    """Feeds a connection, polls it and sends its output. What events mean is the derived class's matter."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.channels: dict[int, Channel] = {}
        self.reason = ""
        """Why the connection ended; empty while it lives."""
        self.closed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unread = b""
        self._writable = True
        self._pumping = False
        self._again = False
        connection.tick(self._loop.time())

    @property
    def is_open(self) -> bool:
        """Whether the connection may still be used."""
        return not self.closed.is_set()

    def on_event(self, event: Event) -> None:
        """One event; the derived class answers questions."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.pump()

    def data_received(self, data: bytes) -> None:
        self._unread += data
        self.pump()

    def eof_received(self) -> bool:
        if self.is_open:
            self.connection.receive_end()
            self.pump()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self.is_open:
            self.connection.abort(f"the stream was lost: {exc or 'closed'}")
            self.pump()

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        self.pump()

    def pump(self) -> None:
        """Does all that can be done now."""
        if self._pumping or not self.is_open:
            self._again = True
            return
        self._pumping = True
        try:
            while self._turn() or self._again:
                self._again = False
        except SshCoreError as error:
            self.reason = str(error)
            self._end()
            return
        finally:
            self._pumping = False
        if self.connection.is_finished:
            self._end()
        else:
            self._plan()

    def _turn(self) -> bool:
        c = self.connection
        c.tick(self._loop.time())
        progress = False
        if self._unread:
            taken = c.receive(self._unread)
            self._unread = self._unread[taken:]
            progress = taken > 0
        for event in c.events():
            progress = True
            if event.kind == EventKind.CLOSED:
                self.reason = event.detail or event.text
                for channel in self.channels.values():
                    channel.on_event(event)
            self.on_event(event)
        while self._writable and self._transport is not None and (data := c.data_to_send(MOST_OUTPUT)):
            progress = True
            self._transport.write(data)
        return progress

    def _plan(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            wants = self.connection.wants_input and len(self._unread) < MOST_OUTPUT
            if wants and not self._transport.is_reading():
                self._transport.resume_reading()
            elif not wants and self._transport.is_reading():
                self._transport.pause_reading()
        if self._timer is not None:
            self._timer.cancel()
        at = self.connection.next_timeout()
        self._timer = None if at is None else self._loop.call_at(max(at, self._loop.time() + 0.001), self.pump)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()
        self.closed.set()
        for channel in self.channels.values():
            channel.on_event(Event(EventKind.CLOSED))
        self.connection.close()
