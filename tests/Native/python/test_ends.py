"""Ends of all kinds: killed connections, cancelled calls, peers that take nothing, policies that fail. Nothing hangs, nothing is left."""

import asyncio
import gc
import os
import pathlib
import tempfile
import unittest
from collections.abc import Awaitable, Callable
from typing import Any

import sshcore
from sshcore.connection import Connection, EventKind


class Relay:
    """Between a client and a server: forwards until it is told to stop forwarding or to cut."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._target = port
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._listener = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, other_writer]
        for source, target in ((reader, other_writer), (other_reader, writer)):
            self._tasks.append(asyncio.create_task(self._forward(source, target)))

    async def _forward(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(1 << 16):
                await self._flows.wait()
                target.write(data)
                await target.drain()
            target.close()
        except OSError:
            target.close()

    def hold(self) -> None:
        """Forwards nothing from now on."""
        self._flows.clear()

    def cut(self) -> None:
        """Resets both connections."""
        for writer in self._writers:
            writer.transport.abort()

    async def close(self) -> None:
        self._listener.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Endless(sshcore.Policy):
    """Runs commands that never end by themselves, and notes how they ended."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.ended: list[str] = []
        self.started = asyncio.Semaphore(0)
        self.problem: Exception | None = None

    def check_password(self, user: str, password: str) -> bool:
        return password == "secret"

    async def run(self, session: sshcore.Session) -> int:
        self.started.release()
        if session.command == "raise":
            raise RuntimeError("the command failed")
        if session.command == "half":
            await session.write(b"half of it")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.ended.append(session.command or "shell")
            raise
        return 0

    def folder(self, user: str) -> pathlib.Path:
        return self.root


class EndTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        gc.collect()
        self.handles = sshcore.live_handles()
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.policy = Endless(self.root)
        self.reported: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.reported.append(str(context.get("exception") or context["message"])))
        self.key = sshcore.Key.generate()
        self.server = await sshcore.serve(self.policy, [self.key])
        self.relay = Relay(self.server.port)
        await self.relay.start()

    async def asyncTearDown(self):
        await self.relay.close()
        await self.server.close()
        self.folder.cleanup()
        await asyncio.sleep(0)
        self.assertEqual({task for task in asyncio.all_tasks() if task is not asyncio.current_task()}, set())

    async def connect(self, port: int = 0, password: str = "secret", **settings: Any) -> sshcore.Client:
        return await sshcore.connect("127.0.0.1", port or self.relay.port, user="joe", password=password, insecure_any_host_key=True, **settings)

    async def started(self) -> None:
        await asyncio.wait_for(self.policy.started.acquire(), 20)

    async def ends(self, *names: str) -> None:
        async with asyncio.timeout(20):
            while self.policy.ended != list(names):
                await asyncio.sleep(0.001)

    async def test_a_cut_reaches_everybody_who_waits(self):
        client = await self.connect()
        sftp = await client.sftp()
        shell = await client.shell()
        tasks = [asyncio.create_task(wait) for wait in (
            client.run("long"), shell.read(), shell.read_all(1), shell.reply())]
        await self.started()
        await self.started()
        self.relay.cut()
        for task in tasks:
            with self.assertRaises(sshcore.ConnectionLost):
                await asyncio.wait_for(task, 20)
        await shell.wait_closed()
        self.assertFalse(client.is_open)
        late: tuple[Callable[[], Awaitable[Any]], ...] = (
            lambda: client.run("x"), lambda: client.shell(), lambda: client.sftp(), lambda: sftp.stat("x"), lambda: sftp.get("x", "y"),
            lambda: shell.write(b"x"), lambda: shell.read())
        for call in late:
            with self.assertRaises(sshcore.ConnectionLost):
                await asyncio.wait_for(call(), 20)
        await client.close()
        await client.close()
        async with asyncio.timeout(20):
            while sorted(self.policy.ended) != ["long", "shell"]:
                await asyncio.sleep(0.001)

    async def test_half_an_answer_is_no_answer(self):
        client = await self.connect()
        task = asyncio.create_task(client.run("half"))
        await self.started()
        self.relay.cut()
        with self.assertRaises(sshcore.ConnectionLost):
            await task
        await client.close()

    async def test_cancelled_calls_leave_the_connection_as_it_was(self):
        async with await self.connect() as client:
            shell = await client.shell()
            await self.started()
            for wait in (lambda: client.run("long"), lambda: shell.read(), lambda: shell.reply(), lambda: shell.wait_closed()):
                with self.assertRaises(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await wait()
            await self.ends("long")
            self.relay.hold()
            starts: tuple[Callable[[], Awaitable[Any]], ...] = (client.open_session, client.shell, client.sftp, lambda: client.run("never"))
            for start in starts:
                with self.assertRaises(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await start()
            self.relay._flows.set()
            async with await client.sftp() as sftp:
                await sftp.mkdir("still")
            async with await client.shell() as other:
                await self.started()
                self.assertFalse(other.is_closed)
            await other.wait_closed()
            await self.ends("long", "shell")
            # What was asked for in vain is gone again on both sides.
            async with asyncio.timeout(20):
                while len(client._driver.channels) > 1 or any(len(driver.channels) > 1 for driver in self.server._clients.live):
                    await asyncio.sleep(0.001)
        self.assertEqual(self.reported, [])

    async def test_a_cancelled_transfer_stops_and_the_session_goes_on(self):
        (self.root / "large").write_bytes(bytes(20_000_000))
        async with await self.connect() as client, await client.sftp() as sftp:
            target = self.root / "copy"
            for transfer in (lambda: sftp.get("large", target), lambda: sftp.put(self.root / "large", "copy"), lambda: sftp.listdir("."), lambda: sftp.stat("large")):
                self.relay.hold()
                with self.assertRaises(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await transfer()
                self.relay._flows.set()
            self.assertEqual((await sftp.stat("large")).size, 20_000_000)
            target.write_text("kept")
            with self.assertRaises(sshcore.SFTPError):
                await sftp.get("none", target)
            self.assertEqual(target.read_text(), "kept")
            with self.assertRaises(FileNotFoundError):
                await sftp.put(self.root / "none", "x")
            with self.assertRaises(FileNotFoundError):
                await sftp.get("large", self.root / "no such folder" / "x")
            (self.root / "empty").write_bytes(b"")
            await sftp.get("empty", target)
            self.assertEqual(target.read_text(), "")
            self.assertEqual({name for name, _ in await sftp.listdir(".")}, {b".", b"..", b"large", b"copy", b"empty"})

    async def test_a_cut_ends_transfers(self):
        (self.root / "large").touch()
        os.truncate(self.root / "large", 1 << 32)
        client = await self.connect()
        sftp = await client.sftp()
        get = asyncio.create_task(sftp.get("large", self.root / "copy"))
        put = asyncio.create_task(sftp.put(self.root / "large", "other"))
        while not (self.root / "other").exists():
            await asyncio.sleep(0.001)
        self.relay.cut()
        for task in (get, put):
            with self.assertRaises(sshcore.ConnectionLost):
                await asyncio.wait_for(task, 20)
        await client.close()

    async def test_connecting_can_be_cancelled_at_any_time(self):
        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            silent.append(writer)
            await reader.read()
            writer.close()

        silent: list[asyncio.StreamWriter] = []
        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as listener:
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await self.connect(listener.sockets[0].getsockname()[1])
            with self.assertRaises(sshcore.ConnectionLost):
                await self.connect(listener.sockets[0].getsockname()[1], limits={"identification_timeout_seconds": 1})
        for rounds in range(200):
            task = asyncio.create_task(self.connect(self.server.port))
            for _ in range(rounds):
                await asyncio.sleep(0)
            task.cancel()
            try:
                await (await task).close()
                break
            except asyncio.CancelledError:
                continue
        self.assertGreater(rounds, 3)
        self.assertEqual(self.reported, [])

    async def test_a_peer_that_takes_nothing_holds_nobody_up(self):
        sshcore._driver.MOST_WAIT_FOR_THE_END, before = 0.1, sshcore._driver.MOST_WAIT_FOR_THE_END
        try:
            client = await self.connect()
            shell = await client.shell()
            self.relay.hold()
            writing = asyncio.create_task(shell.write(bytes(30_000_000)))
            await asyncio.sleep(0.05)
            await asyncio.wait_for(client.close(), 20)
            with self.assertRaises(sshcore.ConnectionLost):
                await writing
        finally:
            sshcore._driver.MOST_WAIT_FOR_THE_END = before

    async def test_a_finished_channel_is_forgotten_and_still_readable(self):
        async with await self.connect() as client:
            for _ in range(5):
                await client.run("raise")
            self.assertEqual((client._driver.channels, client._driver.opened), ({}, {}))
            shell = await client.shell()
            shell.close()
            await shell.wait_closed()
            self.assertEqual(await shell.read(), b"")

    async def test_reads_what_came_before_the_end(self):
        client = await self.connect()
        channel = await client.open_session()
        client._driver.connection.request_exec(channel.number, "half")
        client._driver.pump()
        self.assertTrue(await channel.reply())
        while not client._driver.connection.available(channel.number):
            await asyncio.sleep(0.001)
        await self.server.close()
        await channel.wait_closed()
        self.assertEqual(await channel.read(4), b"half")
        self.assertEqual(await channel.read(), b" of it")
        with self.assertRaises(sshcore.ConnectionLost):
            await channel.read()
        await client.close()

    async def test_no_handle_is_left(self):
        for _ in range(3):
            async with await self.connect() as client, await client.sftp() as sftp:
                await sftp.stat(".")
        await self.server.close()
        del client, sftp
        self.key.close()
        gc.collect()
        self.assertEqual(sshcore.live_handles(), self.handles)


class EventTests(unittest.TestCase):
    def test_serving_with_a_mistake_fails_at_once(self):
        key = sshcore.Key.generate()
        with self.assertRaises(TypeError):
            asyncio.run(sshcore.serve(sshcore.Policy(), [key], no_such_setting=1))
        key.close()
        with self.assertRaises(ValueError):
            asyncio.run(sshcore.serve(sshcore.Policy(), [key]))

    def test_kinds_of_a_newer_library_are_other(self):
        self.assertIs(EventKind(777), EventKind.OTHER)

    def test_settings_of_the_package_itself_cannot_be_set(self):
        for name in ("size", "log", "host_keys", "insecure_seed_length"):
            with self.assertRaises(TypeError):
                Connection.client(**{name: 1})

    def test_settings_that_do_not_fit(self):
        wrong: tuple[dict[str, Any], ...] = ({"window_size": -1}, {"keep_alive_seconds": 2**32}, {"limits": {"key_probes": 2**32}},
                                             {"software_version": "a\0b"})
        for settings in wrong:
            with self.assertRaises(ValueError):
                Connection.client(**settings)
        with self.assertRaises(TypeError):
            Connection.client(ciphers={"key_probes": 1})
        with Connection.client() as connection, self.assertRaises(ValueError):
            connection.authenticate("joe\0root")
        with sshcore.KnownHosts() as hosts, sshcore.Key.generate() as key, self.assertRaises(ValueError):
            hosts.add("trusted\0.example", 22, key.blob)

    def test_a_seed_of_text_is_a_seed(self):
        first, second = (Connection.client(insecure_seed="seed").data_to_send() for _ in range(2))
        self.assertEqual(first, second)

    def test_handles_close_at_the_end_of_with(self):
        with Connection.client() as connection:
            self.assertFalse(connection.is_finished)
        with self.assertRaises(ValueError):
            connection.tick(0)


if __name__ == "__main__":
    unittest.main()
