"""Moves the bytes of a Connection through an asyncio transport. Both roles share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

from ._library import SshCoreError
from .connection import Connection, Event, EventKind, Flags
from .errors import ConnectionLost

MOST_OUTPUT = 1 << 18
CLOSING = 5.0  # seconds that a peer has for taking what is still to be sent


class Channel:
    """One channel: data in both directions, requests and how it ended. Reading gives the peer room to send more.

    Reading and waiting may be cancelled, as by asyncio.timeout(); nothing is lost by it. `async with` closes the channel at the
    end, `async for` gives pieces of what comes.
    """

    def __init__(self, driver: Driver, number: int) -> None:
        self._driver = driver
        self.number = number
        self.exit_status: int | None = None
        """The status of the command; None if there is none (yet): it is no success."""
        self.exit_signal: str | None = None
        """The signal that ended the command."""
        self.is_eof = False
        self.is_closed = False
        self._lost: str | None = None
        self._rest = {0: b"", 1: b""}  # what was unread at the end
        self._changed = asyncio.Event()
        self._replies: list[bool] = []

    async def __aenter__(self) -> Channel:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self.read():
            yield piece

    async def read(self, most: int = 1 << 16, stream: int = 0) -> bytes:
        """Some bytes; empty at the end. stream 1 is stderr. Raises ConnectionLost if the connection ended before the data did."""
        while True:
            if data := self._take(most, stream):
                return data
            if self.is_eof or (self.is_closed and self._lost is None):
                return b""
            if self._lost is not None:
                raise ConnectionLost(self._lost)
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
                raise ConnectionLost(self._lost or "the channel is closed")
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
        """Waits until both sides have closed it, or the connection has ended."""
        while not self.is_closed:
            await self._wait()

    async def reply(self) -> bool:
        """The answer to the oldest request that has none. Raises ConnectionLost if none can come any more."""
        while not self._replies:
            if self.is_closed:
                raise ConnectionLost(self._lost or "the channel was closed before the answer")
            await self._wait()
        return self._replies.pop(0)

    def raise_if_lost(self) -> None:
        """Raises ConnectionLost if the connection ended before the channel did."""
        if self._lost is not None:
            raise ConnectionLost(self._lost)

    def on_event(self, event: Event) -> None:
        """News of the channel."""
        if event.kind == EventKind.CHANNEL_EOF:
            self.is_eof = True
        elif event.kind in (EventKind.CHANNEL_CLOSED, EventKind.CHANNEL_REFUSED):
            # The end of the connection closes its channels as well. Then only what has said how it ended has ended by itself.
            lost = self._driver.connection.error
            told = self.is_eof and (self.exit_status is not None or self.exit_signal is not None)
            self.end(lost if lost and not told else None)
        elif event.kind == EventKind.EXIT_STATUS:
            self.exit_status = event.code
        elif event.kind == EventKind.EXIT_SIGNAL:
            self.exit_signal = event.name
        elif event.kind == EventKind.REQUEST_REPLIED and (Flags.SUCCESS in event.flags or not self._driver.connection.error):
            self._replies.append(Flags.SUCCESS in event.flags)
        self._changed.set()

    def end(self, lost: str | None) -> None:
        """Keeps what is unread, as the connection will not; lost says why, if it is not the channel's own end."""
        if self.is_closed:
            return
        for stream in self._rest:
            self._rest[stream] = self._driver.connection.read(self.number, stream=stream, most=1 << 30)
        self.is_closed, self._lost = True, lost
        self._changed.set()

    def _take(self, most: int, stream: int) -> bytes:
        if self.is_closed:
            rest = self._rest.get(stream, b"")
            data, self._rest[stream] = rest[:most], rest[most:]
            return data
        data = self._driver.connection.read(self.number, most, stream)
        if data:
            self._driver.pump()
        return data

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
        """The connection has ended."""
        self.disconnected = asyncio.Event()
        """The stream is gone too."""
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

    def on_end(self) -> None:
        """The connection has ended, once; reason says why."""
        raise NotImplementedError

    def abort(self, reason: str) -> None:
        """Ends now; what was not sent is dropped."""
        if self.is_open:
            self.connection.abort(reason)
            self.pump()
            self._end()
        if self._transport is not None:
            self._transport.abort()

    async def disconnect(self) -> None:
        """Says good-bye and waits until the stream is closed; a peer that takes nothing has CLOSING seconds."""
        try:
            async with asyncio.timeout(CLOSING):
                if self.is_open:
                    self.connection.disconnect()
                    self.pump()
                await self.closed.wait()
                if self._transport is not None:
                    await self.disconnected.wait()
        except TimeoutError:
            self.abort("the peer takes nothing")
            await self.disconnected.wait()
        except asyncio.CancelledError:
            self.abort("closing was cancelled")
            raise

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
            self._end()
        self.disconnected.set()

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
            self.on_event(event)
            if event.channel is not None and event.kind in (EventKind.CHANNEL_CLOSED, EventKind.CHANNEL_REFUSED):
                self.channels.pop(event.channel, None)
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
        if not self.is_open:
            return
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()
        for channel in self.channels.values():
            channel.end(self.reason or "the connection has ended")
        self.channels.clear()
        self.closed.set()
        self.on_end()
        self.connection.close()
