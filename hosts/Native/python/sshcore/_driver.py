"""Moves the bytes of a Connection through an asyncio transport. Both roles share it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import cast

from .connection import Connection, Event, EventKind, Flags
from .errors import ConnectionLost

MOST_OUTPUT = 1 << 18
MOST_WAIT_FOR_THE_END = 5.0
MOST_LINGER = 1.0


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
        self._is_cut = False
        self._rest: tuple[bytearray, bytearray] | None = None
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
        """Some bytes, as soon as there are any; empty at the end. stream 1 is stderr. Raises ConnectionLost if the connection ended
        before the data did."""
        if most < 1:
            raise ValueError(f"most is {most}")
        while True:
            if data := self._take(most, stream):
                return data
            if self.is_eof:
                return b""
            self.check()
            if self.is_closed:
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
        view = memoryview(data).cast("B")
        while view:
            if self.is_closed:
                raise ConnectionLost(self._driver.reason or "the channel is closed")
            taken = self._driver.connection.write(self.number, bytes(view[: 1 << 16]), stream)
            self._driver.pump()
            view = view[taken:]
            if view and taken == 0:
                await self._wait()

    def write_eof(self) -> None:
        """No more data will be sent."""
        if not self.is_closed:
            self._driver.connection.send_eof(self.number)
            self._driver.pump()

    def resize(self, columns: int, rows: int) -> None:
        """Tells the terminal's new size."""
        if not self.is_closed:
            self._driver.connection.request_window_change(self.number, columns, rows)
            self._driver.pump()

    def send_signal(self, name: str) -> None:
        """Sends a signal to what runs there; its name is without SIG, such as TERM. Servers may pass it over."""
        if not self.is_closed:
            self._driver.connection.request_signal(self.number, name)
            self._driver.pump()

    def close(self) -> None:
        """Closes the channel. What is unread is dropped, and does not hold the peer up."""
        if not self.is_closed:
            self._driver.connection.shutdown_read(self.number)
            self._driver.connection.close_channel(self.number)
            self._driver.pump()

    async def wait_closed(self) -> None:
        """Waits until both sides have closed it, or the connection has ended."""
        while not self.is_closed:
            await self._wait()

    async def reply(self) -> bool:
        """The answer to the oldest request that has none."""
        while not self._replies:
            self.check()
            if self.is_closed:
                return False
            await self._wait()
        return self._replies.pop(0)

    def check(self) -> None:
        """Raises ConnectionLost if the connection ended before the channel was closed."""
        if self._is_cut:
            raise ConnectionLost(self._driver.reason)

    def on_event(self, event: Event) -> None:
        """News of the channel."""
        if event.kind == EventKind.CHANNEL_EOF:
            self.is_eof = True
        elif event.kind in (EventKind.CHANNEL_CLOSED, EventKind.CHANNEL_REFUSED):
            self._is_cut = self._driver.has_ended  # then it is the end of all, and not the peer's word
            self._detach()
        elif event.kind == EventKind.EXIT_STATUS:
            self.exit_status = event.code
        elif event.kind == EventKind.EXIT_SIGNAL:
            self.exit_signal = event.name
        elif event.kind == EventKind.REQUEST_REPLIED and not self._driver.has_ended:
            self._replies.append(Flags.SUCCESS in event.flags)
        self._changed.set()

    def on_lost(self) -> None:
        """The connection is about to be freed."""
        if not self.is_closed:
            self._is_cut = True
            self._detach()
            self._changed.set()

    # What has not been read outlives the channel's number, and the connection too. The window bounds it.
    def _detach(self) -> None:
        self.is_closed = True
        rest = (bytearray(), bytearray())
        for stream, kept in enumerate(rest):
            while data := self._driver.connection.read(self.number, stream=stream):
                kept += data
        self._rest = rest

    def _take(self, most: int, stream: int) -> bytes:
        if self._rest is None:
            data = self._driver.connection.read(self.number, most, stream)
            if data:
                self._driver.pump()
            return data
        data = bytes(self._rest[stream][:most])
        del self._rest[stream][:most]
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
        self._gone = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last_timer: asyncio.TimerHandle | None = None
        self._unread = b""
        self._stream_end: str | None = None
        self._end_is_told = False
        self._writable = True
        self._pumping = False
        self._again = False
        connection.tick(self._loop.time())

    @property
    def is_open(self) -> bool:
        """Whether the connection may still be used."""
        return not self.closed.is_set()

    @property
    def has_ended(self) -> bool:
        """Whether the connection has ended, also while its last events are polled."""
        return bool(self.reason or self.connection.error)

    def on_event(self, event: Event) -> None:
        """One event; the derived class answers questions."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.pump()

    def data_received(self, data: bytes) -> None:
        if self.is_open:
            self._unread += data
            self.pump()

    def eof_received(self) -> bool:
        self._stream_end = ""
        self.pump()
        return self.is_open  # what came before it may still be unread, and answers may still leave

    def connection_lost(self, exc: Exception | None) -> None:
        if self._stream_end is None:
            self._stream_end = str(exc or "")
        self._transport = None
        self._gone.set()
        if self._last_timer is not None:
            self._last_timer.cancel()
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
        except Exception as error:
            self.reason = self.reason or f"a fault here: {error}"
            self.end()
            raise
        finally:
            self._pumping = False
        if self.connection.is_finished or (self.reason and self._transport is None):
            self.end()
        else:
            self._plan()

    async def finish(self) -> None:
        """Says good-bye and waits for the end; not for long, if the peer takes no more bytes."""
        if self.is_open and not self.has_ended:
            self.connection.disconnect()
            self.pump()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closed.wait(), MOST_WAIT_FOR_THE_END)
        self.end()
        if self._transport is not None:
            await self._gone.wait()

    def end(self, *, at_once: bool = False) -> None:
        """The end: whoever waits is told, and all is freed."""
        if not self.is_open:
            return
        self.closed.set()
        for timer in (self._timer, self._last_timer):
            if timer is not None:
                timer.cancel()
        self.reason = self.reason or "it was closed here"
        self._lose_channels()
        self.on_end()
        self.connection.close()
        self._close_stream(at_once)

    # A stream that is closed with bytes unread is reset, and then the peer loses what it has not read yet. So it is told that no
    # more comes, and gets a moment to close from its side.
    def _close_stream(self, at_once: bool) -> None:
        if self._transport is None:
            return
        self._last_timer = self._loop.call_later(MOST_LINGER, self._transport.abort)
        if at_once:
            self._transport.abort()
        elif self._stream_end is not None or not self._transport.can_write_eof():
            self._transport.close()
        else:
            try:
                self._transport.write_eof()
                if not self._transport.is_reading():
                    self._transport.resume_reading()
            except OSError:
                self._transport.abort()  # the peer has gone already

    def on_end(self) -> None:
        """The connection is about to be freed; reason says why."""

    def _turn(self) -> bool:
        c = self.connection
        c.tick(self._loop.time())
        progress = False
        if self._unread:
            taken = c.receive(self._unread)
            self._unread = self._unread[taken:]
            progress = taken > 0
        if not self._unread and self._stream_end is not None and not self._end_is_told:
            self._end_is_told = True
            if self._stream_end:
                c.abort(f"the stream was lost: {self._stream_end}")
            else:
                c.receive_end()
        for event in c.events():
            progress = True
            if event.kind == EventKind.CLOSED:
                self._on_closed(event.detail or event.text or "it was closed")
            self.on_event(event)
            if event.kind in (EventKind.CHANNEL_CLOSED, EventKind.CHANNEL_REFUSED) and event.channel is not None:
                self.channels.pop(event.channel, None)
        while self._writable and self._transport is not None and not self._transport.is_closing() and (data := c.data_to_send(MOST_OUTPUT)):
            progress = True
            self._transport.write(data)
        return progress

    def _on_closed(self, reason: str) -> None:
        self.reason = reason
        self._lose_channels()
        # The last bytes have to go out, but a peer that takes none must not hold the end up.
        self._last_timer = self._loop.call_later(MOST_WAIT_FOR_THE_END, self.end)

    def _lose_channels(self) -> None:
        for channel in self.channels.values():
            channel.on_lost()
        self.channels.clear()

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
