"""An SSH client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ._driver import Channel, Driver
from .connection import Connection, Event, EventKind, Setting
from .errors import AuthenticationError, ConnectionLost, HostKeyError, RefusedError
from .keys import HostKeyVerdict, Key, KnownHosts
from .sftp import SFTPClient

__all__ = ["Client", "Completed", "Prompts", "connect"]

Prompts = Callable[[str, str, Sequence[tuple[str, bool]]], Sequence[str]]
"""Answers what a server asks for: gets a name, an instruction, and prompts, each with whether its answer may be shown."""


@dataclass(frozen=True)
class Completed:
    """What a command left. An exit_status of None is no success."""

    exit_status: int | None
    exit_signal: str | None
    stdout: bytes
    stderr: bytes


class _LogIn:
    """The ways to log in, each tried once, in the order keys, password, questions."""

    def __init__(self, keys: Sequence[Key], password: str | None, prompts: Prompts | None) -> None:
        self._keys = list(keys)
        self._password = password
        self._prompts = prompts
        self._ways = [*("publickey" for _ in keys)]
        self._ways += ["password"] if password is not None else []
        self._ways += ["keyboard-interactive"] if password is not None or prompts is not None else []
        self._ways = self._ways or ["none"]

    def next(self, c: Connection, event: Event) -> None:
        """AUTH_METHOD_NEEDED: goes the next way, or gives up."""
        while self._ways:
            way = self._ways.pop(0)
            if way == "publickey":
                return c.answer_key(event, self._keys.pop(0))
            if event.list and way not in event.list:
                continue
            if way == "none":
                return c.answer_none(event)
            if way == "password" and self._password is not None:
                return c.answer_password(event, self._password)
            return c.answer_interactive(event)
        c.deny(event)

    def answer(self, c: Connection, event: Event) -> None:
        """PROMPTS_RECEIVED: asks, or gives the password where it is the one thing asked for."""
        asked = c.prompts(event)
        if self._prompts is not None:
            c.answer_prompts(event, self._prompts(event.name, event.text, asked))
        elif not asked:
            c.answer_prompts(event, ())
        elif self._password is not None and len(asked) == 1 and not asked[0][1]:
            password, self._password = self._password, None  # once: a wrong one is not repeated
            c.answer_prompts(event, (password,))
        else:
            c.deny(event)


class _ClientDriver(Driver):
    def __init__(self, connection: Connection, host: str, port: int, log_in: _LogIn, known_hosts: KnownHosts | None) -> None:
        super().__init__(connection)
        self._host, self._port = host, port
        self._known_hosts = known_hosts
        self._log_in = log_in
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sftp: dict[int, SFTPClient] = {}
        self.opened: dict[int, asyncio.Future[None]] = {}
        self._problem: Exception | None = None

    def on_event(self, event: Event) -> None:
        c = self.connection
        if event.kind == EventKind.HOST_KEY_OFFERED:
            self._judge(event)
        elif event.kind == EventKind.AUTH_METHOD_NEEDED:
            self._log_in.next(c, event)
        elif event.kind == EventKind.PROMPTS_RECEIVED:
            try:
                self._log_in.answer(c, event)
            except Exception as error:  # of the caller's prompts: connect() raises it
                self._problem = error
                c.disconnect()
        elif event.kind == EventKind.AUTHENTICATED:
            if not self.ready.done():
                self.ready.set_result(None)
        elif event.kind == EventKind.AUTH_FAILED:
            self._problem = AuthenticationError(f"tried {event.detail or 'nothing'}; the server allows {', '.join(event.list) or 'nothing'}")
            c.disconnect()
        elif event.kind == EventKind.CLOSED:
            self.on_end()
        elif event.kind == EventKind.SFTP_READY and event.channel in self.sftp:
            self.sftp[event.channel].on_ready()
            self._again = True
        elif event.token:
            c.deny(event)
        if event.channel is not None:
            self._on_channel(event.channel, event)

    def on_end(self) -> None:
        problem = self._problem or ConnectionLost(self.reason)
        for future in [self.ready, *self.opened.values()]:
            if not future.done():
                future.set_exception(problem)
        for sftp in self.sftp.values():
            sftp.on_end(self.reason)
        self.sftp.clear()

    def _judge(self, event: Event) -> None:
        verdict = HostKeyVerdict.TRUSTED if self._known_hosts is None else self._known_hosts.check(self._host, self._port, event.key)
        if verdict == HostKeyVerdict.TRUSTED:
            self.connection.accept(event)
        else:
            self._problem = HostKeyError(f"{self._host} port {self._port}: the key {Key.from_blob(event.key).fingerprint} is {verdict.name.lower()}")
            self.connection.deny(event)

    def _on_channel(self, number: int, event: Event) -> None:
        waiting = self.opened.get(number)
        if waiting is not None and not waiting.done():
            if event.kind == EventKind.CHANNEL_OPENED:
                waiting.set_result(None)
            elif event.kind == EventKind.CHANNEL_REFUSED and not self.has_ended:
                waiting.set_exception(RefusedError(event.text or "the channel was not opened"))
        elif event.kind == EventKind.CHANNEL_OPENED:
            self.connection.close_channel(number)  # whoever asked has gone
        if number in self.channels:
            self.channels[number].on_event(event)
        if event.kind == EventKind.CHANNEL_CLOSED and number in self.sftp:
            self.sftp.pop(number).on_end("the channel was closed")


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
        return self._driver.is_open and not self._driver.has_ended

    async def run(self, command: str | bytes, input: bytes = b"") -> Completed:
        """Runs a command to its end. Raises RefusedError if the server does not run it, and ConnectionLost if the connection
        ended first. Cancelling it closes the channel, which hangs the command up."""
        channel = await self.start(command)

        async def feed() -> None:
            try:
                await channel.write(input)
                channel.write_eof()
            except ConnectionLost:
                return  # the command ended without reading all of it; if the connection did, the readers say so

        tasks = [asyncio.ensure_future(work) for work in (channel.read_all(), channel.read_all(1), feed())]
        try:
            await channel.wait_closed()
            out, err = await tasks[0], await tasks[1]
            if channel.exit_status is None and channel.exit_signal is None:
                channel.check()
            return Completed(channel.exit_status, channel.exit_signal, out or b"", err or b"")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            channel.close()

    async def start(self, command: str | bytes) -> Channel:
        """Starts a command: read, write and close the channel. Both of its streams want to be read, or the command has to wait."""
        channel = await self.open_session()
        return await self._begin(channel, "the server does not run the command", lambda c: c.request_exec(channel.number, command))

    async def shell(self, terminal: str | None = None, columns: int = 80, rows: int = 24) -> Channel:
        """A shell, on a terminal if one is named."""
        channel = await self.open_session()

        def ask(c: Connection) -> None:
            if terminal is not None:
                c.request_pty(channel.number, terminal, columns, rows)
            c.request_shell(channel.number)

        return await self._begin(channel, "the server gives no shell", ask)

    async def sftp(self) -> SFTPClient:
        """Files on the server."""
        channel = await self.open_session()
        await self._begin(channel, "the server has no sftp", lambda c: c.request_subsystem(channel.number, "sftp"))
        client = SFTPClient(self._driver, channel)
        self._driver.sftp[channel.number] = client
        self._driver.pump()
        return client

    async def open_session(self) -> Channel:
        """A session channel on which nothing was asked for."""
        if not self.is_open:
            raise ConnectionLost(self._driver.reason)
        number = self._driver.connection.open_channel()
        channel = self._driver.channels[number] = Channel(self._driver, number)
        opened = self._driver.opened[number] = asyncio.get_running_loop().create_future()
        self._driver.pump()
        try:
            await opened
        except asyncio.CancelledError:
            if opened.done() and not opened.cancelled():
                channel.close()  # it was opened in the same moment
            raise
        finally:
            del self._driver.opened[number]
        return channel

    async def close(self) -> None:
        """Disconnects and waits until the stream is closed; not for long, if the server takes no more bytes."""
        await self._driver.finish()

    async def _begin(self, channel: Channel, refusal: str, ask: Callable[[Connection], None]) -> Channel:
        try:
            channel.check()
            ask(self._driver.connection)
            self._driver.pump()
            if not await channel.reply():
                raise RefusedError(refusal)
            return channel
        except BaseException:
            channel.close()
            raise


async def connect(host: str, port: int = 22, *, user: str, password: str | None = None, key: Key | Sequence[Key] = (),
                  prompts: Prompts | None = None, known_hosts: KnownHosts | None = None, insecure_any_host_key: bool = False,
                  **settings: Setting) -> Client:
    """Connects and logs in: with the keys, then the password, then by what prompts answers, as far as each is given. A password
    also answers a server that asks for it as its one question. Whoever gives none of them is let in by servers that ask for nothing.
    Without known_hosts, insecure_any_host_key has to be True.
    Other keyword arguments are settings, see Connection. For a time-out of your own use asyncio.timeout(): who cancels leaves
    nothing behind.

    Raises HostKeyError, AuthenticationError, ConnectionLost, what prompts raises and what asyncio raises for sockets.
    """
    if known_hosts is None and not insecure_any_host_key:
        raise TypeError("known_hosts is needed: whose key is believed?")
    if known_hosts is not None:
        settings.setdefault("host_key_algorithms", known_hosts.algorithms(host, port))
    connection = Connection.client(**settings)
    connection.authenticate(user)
    log_in = _LogIn((key,) if isinstance(key, Key) else key, password, prompts)
    driver = _ClientDriver(connection, host, port, log_in, known_hosts)
    try:
        await asyncio.get_running_loop().create_connection(lambda: driver, host, port)
        await driver.ready
    except BaseException:
        driver.ready.cancel()
        driver.end(at_once=True)
        raise
    return Client(driver)
