"""An SSH client for asyncio."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ._driver import Channel, Driver
from .connection import Connection, Event, EventKind, Setting
from .errors import AuthenticationError, ConnectionLost, HostKeyError, RefusedError
from .keys import HostKeyVerdict, Key, KnownHosts
from .sftp import SFTPClient

__all__ = ["Client", "Completed", "connect"]


@dataclass(frozen=True)
class Completed:
    """What a command left. An exit_status of None is no success."""

    exit_status: int | None
    exit_signal: str | None
    stdout: bytes
    stderr: bytes


class _ClientDriver(Driver):
    def __init__(self, connection: Connection, host: str, port: int, password: str | None, key: Key | None, known_hosts: KnownHosts | None) -> None:
        super().__init__(connection)
        self._host, self._port = host, port
        self._known_hosts = known_hosts
        self._ways: list[str | Key] = [way for way in (key, password) if way is not None]
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sftp: dict[int, SFTPClient] = {}
        self.opened: dict[int, asyncio.Future[None]] = {}
        self._problem: Exception | None = None

    def on_event(self, event: Event) -> None:
        c = self.connection
        if event.kind == EventKind.HOST_KEY_OFFERED:
            self._judge(event)
        elif event.kind == EventKind.AUTH_METHOD_NEEDED:
            if not self._ways:
                c.deny(event)
            elif isinstance(way := self._ways.pop(0), Key):
                c.answer_key(event, way)
            else:
                c.answer_password(event, way)
        elif event.kind == EventKind.AUTHENTICATED:
            if not self.ready.done():
                self.ready.set_result(None)
        elif event.kind == EventKind.AUTH_FAILED:
            self._problem = AuthenticationError(f"tried {event.detail or 'nothing'}; the server allows {', '.join(event.list) or 'nothing'}")
            c.disconnect()
        elif event.kind == EventKind.SFTP_READY and event.channel in self.sftp:
            self.sftp[event.channel].on_ready()
            self._again = True
        elif event.token:
            c.deny(event)
        if event.channel is not None:
            self._on_channel(event)

    def _judge(self, event: Event) -> None:
        verdict = HostKeyVerdict.TRUSTED if self._known_hosts is None else self._known_hosts.check(self._host, self._port, event.key)
        if verdict == HostKeyVerdict.TRUSTED:
            self.connection.accept(event)
        else:
            self._problem = HostKeyError(f"{self._host} port {self._port}: the key {Key.from_blob(event.key).fingerprint} is {verdict.name.lower()}")
            self.connection.deny(event)

    def _on_channel(self, event: Event) -> None:
        number = event.channel
        waiting = self.opened.get(number) if number is not None else None
        if number is not None and event.kind == EventKind.CHANNEL_OPENED and (waiting is None or waiting.done()):
            self.connection.close_channel(number)  # who asked for it was cancelled
        if waiting is not None and not waiting.done():
            if event.kind == EventKind.CHANNEL_OPENED:
                waiting.set_result(None)
            elif event.kind == EventKind.CHANNEL_REFUSED:
                lost = self.connection.error
                waiting.set_exception(ConnectionLost(lost) if lost else RefusedError(event.text or "the channel was not opened"))
        if number in self.channels:
            self.channels[number].on_event(event)
        if event.kind == EventKind.CHANNEL_CLOSED and number in self.sftp:
            self.sftp.pop(number).on_end("the channel was closed")

    def on_end(self) -> None:
        problem = self._problem or ConnectionLost(self.reason or "the connection has ended")
        for future in [self.ready, *self.opened.values()]:
            if not future.done():
                future.set_exception(problem)
        for sftp in self.sftp.values():
            sftp.on_end(self.reason)
        self.sftp.clear()


class Client:
    """A logged-in connection. Made by connect(); close it, or use it in `async with`."""

    def __init__(self, driver: _ClientDriver) -> None:
        self._driver = driver

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def is_open(self) -> bool:
        """Whether the connection lives."""
        return self._driver.is_open

    async def run(self, command: str | bytes, input: bytes = b"") -> Completed:
        """Runs a command to its end. Raises ConnectionLost if that is not seen; who cancels closes the channel."""
        async with await self.open_session() as channel:
            self._driver.connection.request_exec(channel.number, command)
            self._driver.pump()
            if not await channel.reply():
                raise RefusedError("the server does not run the command")

            async def feed() -> None:
                try:
                    await channel.write(input)
                    channel.write_eof()
                except ConnectionLost:
                    return  # the command ended without reading all of it

            out, err, _ = await asyncio.gather(channel.read_all(), channel.read_all(1), feed())
            await channel.wait_closed()
            channel.raise_if_lost()
            return Completed(channel.exit_status, channel.exit_signal, out, err)

    async def shell(self, terminal: str | None = None, columns: int = 80, rows: int = 24) -> Channel:
        """A shell, on a terminal if one is named."""
        channel = await self.open_session()
        try:
            if terminal is not None:
                self._driver.connection.request_pty(channel.number, terminal, columns, rows)
            self._driver.connection.request_shell(channel.number)
            self._driver.pump()
            if not await channel.reply():
                raise RefusedError("the server gives no shell")
        except BaseException:
            channel.close()
            raise
        return channel

    async def sftp(self) -> SFTPClient:
        """Files on the server."""
        channel = await self.open_session()
        try:
            self._driver.connection.request_subsystem(channel.number, "sftp")
            self._driver.pump()
            if not await channel.reply():
                raise RefusedError("the server has no sftp")
            client = SFTPClient(self._driver, channel)
        except BaseException:
            channel.close()
            raise
        self._driver.sftp[channel.number] = client
        self._driver.pump()
        return client

    async def open_session(self) -> Channel:
        """A session channel on which nothing was asked for."""
        if not self._driver.is_open:
            raise ConnectionLost(self._driver.reason or "the connection was closed")
        number = self._driver.connection.open_channel()
        channel = self._driver.channels[number] = Channel(self._driver, number)
        opened = self._driver.opened[number] = asyncio.get_running_loop().create_future()
        self._driver.pump()
        try:
            await opened
        except asyncio.CancelledError:
            channel_is_open = opened.done() and not opened.cancelled() and opened.exception() is None
            if channel_is_open:
                channel.close()
            raise
        finally:
            self._driver.opened.pop(number, None)
        return channel

    async def close(self) -> None:
        """Disconnects and waits until the stream is closed."""
        await self._driver.disconnect()


async def connect(host: str, port: int = 22, *, user: str, password: str | None = None, key: Key | None = None,
                  known_hosts: KnownHosts | None = None, insecure_any_host_key: bool = False, **settings: Setting) -> Client:
    """Connects and logs in, with the key first if both are given. Without known_hosts, insecure_any_host_key has to be True.

    Other keyword arguments are settings, see Connection. Raises HostKeyError, AuthenticationError, ConnectionLost and what asyncio
    raises for sockets. For a time-out of your own, use asyncio.timeout(): who cancels leaves nothing behind.
    """
    if known_hosts is None and not insecure_any_host_key:
        raise TypeError("known_hosts is needed: whose key is believed?")
    if known_hosts is not None:
        settings.setdefault("host_key_algorithms", known_hosts.algorithms(host, port))
    connection = Connection.client(**settings)
    driver = None
    try:
        connection.authenticate(user)
        _, driver = await asyncio.get_running_loop().create_connection(
            lambda: _ClientDriver(connection, host, port, password, key, known_hosts), host, port)
        await driver.ready
    except BaseException:
        if driver is not None:
            driver.abort("given up")
        connection.close()
        raise
    return Client(driver)
