"""What goes wrong, and what a peer or a caller may do: nothing hangs, nothing is lost, nothing is left behind."""

import asyncio
import contextlib
import gc
import os
import pathlib
import socket
import tempfile
import unittest
import unittest.mock
import warnings
from typing import Any

import sshcore
from sshcore import _driver, server
from sshcore._library import library

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Debian's asyncssh imports is deprecated
    import asyncssh


class Faulty(sshcore.Policy):
    """Commands that do what their name says."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.cancelled = asyncio.Event()
        self.stay = asyncio.Event()

    async def check_password(self, user, password):
        await asyncio.sleep(0)
        if password == "raise":
            raise LookupError("the user database is away")
        return password == "secret"

    def check_key(self, user, key):
        raise LookupError("no keys today")

    async def run(self, session):
        name = session.command or "shell"
        if name == "wait":
            try:
                await self.stay.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        elif name == "raise":
            raise LookupError("a fault")
        elif name == "env":
            await session.write(repr(len(session.environment)).encode())
        elif name == "size":
            await session.read_all()
            await session.write(repr(session.pty).encode())
        elif name == "clean up":
            try:
                await self.stay.wait()
            finally:
                await asyncio.sleep(0.05)
                self.cancelled.set()
        elif name.startswith("echo "):
            await session.write(os.fsencode(name))
        elif name == "lose":
            await session.write(b"half")
            session.channel._driver.end()
        elif name == "rush":
            await session.write(b"x" * 1_000_000)
            session.channel._driver.connection.send_exit_status(session.channel.number, 0)
            session.channel.close()
            session.channel._driver.connection.disconnect()
            session.channel._driver.pump()
        return 0

    def folder(self, user):
        return self.root


class FaultTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        gc.collect()
        self.handles = sshcore.live_handles()
        self.complaints: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.complaints.append(str(context.get("exception", context["message"]))))
        self.folder = tempfile.TemporaryDirectory()
        self.top = pathlib.Path(self.folder.name)
        self.root = self.top / "root"
        self.root.mkdir()
        self.policy = Faulty(self.root)
        self.host_key = host_key = sshcore.Key.generate()
        self.server = await sshcore.serve(self.policy, [host_key])
        self.hosts = sshcore.KnownHosts()
        self.hosts.add("127.0.0.1", self.server.port, host_key.blob)

    async def asyncTearDown(self):
        await self.server.close()
        self.hosts.close()
        self.host_key.close()
        self.folder.cleanup()
        gc.collect()
        self.assertEqual(sshcore.live_handles(), self.handles)

    def connect(self, **more):
        settings: dict[str, Any] = {"user": "joe", "password": "secret", "known_hosts": self.hosts, **more}
        return sshcore.connect("127.0.0.1", self.server.port, **settings)

    async def test_policy_that_raises_lets_nobody_in(self):
        with self.assertRaises(sshcore.AuthenticationError):
            await self.connect(password="raise")
        self.assertEqual(self.complaints, ["the user database is away"])
        with sshcore.Key.generate() as key:
            async with await self.connect(key=key):
                self.assertEqual(self.complaints[1:], ["no keys today"])

    async def test_command_that_raises_ends_with_255(self):
        async with await self.connect() as client:
            self.assertEqual((await client.run("raise")).exit_status, 255)
        self.assertEqual(self.complaints, ["a fault"])

    async def test_lost_connection_is_no_end_of_output(self):
        client = await self.connect()
        with self.assertRaises(sshcore.ConnectionLost):
            await client.run("lose")
        with self.assertRaises(ConnectionError):
            await client.run("env")
        await client.close()
        self.assertEqual(self.complaints, [])

    async def test_output_right_before_the_end_is_not_lost(self):
        client = await self.connect()
        result = await client.run("rush")
        self.assertEqual((result.exit_status, len(result.stdout)), (0, 1_000_000))
        await client.close()

    async def test_unread_data_outlives_the_connection(self):
        client = await self.connect()
        channel = await client.start("rush")
        await channel.wait_closed()
        await client.close()
        self.assertEqual(len(await channel.read_all()), 1_000_000)

    async def test_cancelled_command_is_cancelled_there_too(self):
        async with await self.connect() as client:
            task = asyncio.ensure_future(client.run("wait"))
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await task
            await asyncio.wait_for(self.policy.cancelled.wait(), 5)
            self.assertEqual((await client.run("env")).exit_status, 0)

    async def test_cancelled_connect_leaves_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await sshcore.connect("127.0.0.1", port, user="joe", insecure_any_host_key=True)
        with self.assertRaises(ConnectionRefusedError):
            await sshcore.connect("127.0.0.1", port, user="joe", insecure_any_host_key=True)

    async def test_close_does_not_wait_for_a_peer_that_does_not_read(self):
        client = await self.connect()
        there: Any = next(iter(self.server._clients.live))
        there._plan = lambda: None
        there._transport.pause_reading()
        opening = asyncio.ensure_future(client.run("env", b"x" * 5_000_000))
        await asyncio.sleep(0)
        with unittest.mock.patch.object(_driver, "MOST_WAIT_FOR_THE_END", 0.05), unittest.mock.patch.object(_driver, "MOST_LINGER", 0.05):
            await asyncio.wait_for(client.close(), 5)
            await asyncio.wait_for(self.server.close(), 5)
        with self.assertRaises(sshcore.ConnectionLost):
            await opening

    async def test_one_thing_runs_on_a_channel(self):
        async with await self.connect() as client:
            channel = await client.start("wait")
            client._driver.connection.request_exec(channel.number, "env")
            client._driver.connection.request_subsystem(channel.number, "sftp")
            client._driver.pump()
            self.assertEqual([await channel.reply(), await channel.reply()], [False, False])
            channel.close()
            await channel.wait_closed()

    async def test_variables_are_bounded(self):
        async with await self.connect() as client:
            channel = await client.open_session()
            for i in range(1000):
                client._driver.connection.request_env(channel.number, f"V{i}", "x")
            client._driver.connection.request_exec(channel.number, "env")
            client._driver.pump()
            self.assertTrue(await channel.reply())
            self.assertEqual(await channel.read_all(), b"64")

    async def test_a_command_keeps_its_bytes(self):
        async with await self.connect() as client:
            for command in (b"echo \xff\xfe\t\x1b", "echo é\n\u2028".encode()):
                self.assertEqual((await client.run(command)).stdout, command)

    async def test_no_room_to_read_into(self):
        async with await self.connect() as client:
            channel = await client.start("env")
            for most in (0, -1):
                with self.assertRaises(ValueError):
                    await asyncio.wait_for(channel.read(most), 5)

    async def test_a_forked_child_frees_nothing(self):
        async with await self.connect() as client:
            child = os.fork()
            if child == 0:
                client._driver.connection.close()
                os._exit(1 if sshcore._handles.library.sshcore_live_handles() < self.handles + 4 else 0)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
            self.assertEqual((await client.run("env")).exit_status, 0)

    async def test_a_terminal_keeps_its_name_when_its_size_changes(self):
        async with await self.connect() as client:
            for terminal, want in (("vt100", b"PtySize(columns=7, rows=9, terminal='vt100')"), (None, b"None")):
                channel = await client.open_session()
                if terminal is not None:
                    client._driver.connection.request_pty(channel.number, terminal, 80, 24)
                client._driver.connection.request_exec(channel.number, "size")
                client._driver.pump()
                self.assertTrue(await channel.reply())
                channel.resize(7, 9)
                channel.write_eof()
                self.assertEqual(await channel.read_all(), want)

    async def test_close_waits_for_a_command_whose_client_has_gone(self):
        client = await self.connect()
        channel = await client.start("clean up")
        channel.close()
        await channel.wait_closed()
        await client.close()
        while self.server._clients.live:
            await asyncio.sleep(0.001)
        await self.server.close()
        self.assertTrue(self.policy.cancelled.is_set())

    async def test_a_judgement_that_never_starts_leaves_no_warning(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            connecting = asyncio.ensure_future(self.connect())
            while not (there := [driver for driver in self.server._clients.live if driver._judging]):
                await asyncio.sleep(0)
            there[0].end(at_once=True)
            with self.assertRaises(sshcore.ConnectionLost):
                await connecting
            gc.collect()
        self.assertEqual([str(warning.message) for warning in caught], [])
        self.assertEqual(self.complaints, [])

    async def test_a_connection_that_comes_while_the_server_closes_is_closed(self):
        closing: list[asyncio.Task[None]] = []
        make = server._ServerDriver.__init__

        def making(*of: Any) -> None:
            make(*of)
            closing.append(asyncio.create_task(self.server.close()))  # runs before the connection is made

        with unittest.mock.patch.object(server._ServerDriver, "__init__", making):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            with contextlib.suppress(ConnectionError):
                self.assertEqual(await asyncio.wait_for(reader.read(), 5), b"")
        writer.close()
        await closing[0]
        self.assertEqual(self.server._clients.live, set())

    async def test_too_many_connections_are_closed(self):
        with sshcore.Key.generate() as host_key:
            async with await sshcore.serve(self.policy, [host_key], most_connections=1) as server:
                first = await sshcore.connect("127.0.0.1", server.port, user="joe", password="secret", insecure_any_host_key=True)
                with self.assertRaises(ConnectionError):
                    await sshcore.connect("127.0.0.1", server.port, user="joe", password="secret", insecure_any_host_key=True)
                await first.close()

    # ---- files

    async def test_local_faults_fail_the_copy_and_not_the_session(self):
        (self.root / "one").write_bytes(b"1" * 100_000)
        (self.top / "kept").write_bytes(b"kept")
        async with await self.connect() as client, await client.sftp() as sftp:
            with self.assertRaises(OSError):
                await sftp.get("one", self.root)
            with self.assertRaises(OSError):
                await sftp.get("one", "/dev/null")
            with self.assertRaises(IsADirectoryError):
                await asyncio.wait_for(sftp.put(self.top, "two"), 10)

            def stop(done):
                raise InterruptedError(done)

            with self.assertRaises(InterruptedError):
                await asyncio.wait_for(sftp.get("one", self.top / "kept", stop), 10)
            with self.assertRaises(InterruptedError):
                await asyncio.wait_for(sftp.put(self.root / "one", "three", stop), 10)
            self.assertEqual((self.top / "kept").read_bytes(), b"kept")
            self.assertEqual(sorted(os.listdir(self.top)), ["kept", "root"])
            counted: list[int] = []
            await sftp.get("one", self.top / "kept", counted.append)
            self.assertEqual((counted[-1], (self.top / "kept").stat().st_size), (100_000, 100_000))

    async def test_full_disk_is_an_error(self):
        (self.root / "one").write_bytes(b"1" * 100_000)
        async with await self.connect() as client, await client.sftp() as sftp:
            with unittest.mock.patch("os.pwrite", side_effect=OSError(28, "No space left on device")), self.assertRaises(OSError) as caught:
                await asyncio.wait_for(sftp.get("one", self.top / "new"), 10)
            self.assertEqual((caught.exception.errno, os.listdir(self.top)), (28, ["root"]))
            self.assertEqual((await sftp.stat("one")).size, 100_000)

    async def test_short_writes_go_on(self):
        data = os.urandom(300_000)
        (self.root / "one").write_bytes(data)
        write = os.pwrite
        async with await self.connect() as client, await client.sftp() as sftp:
            with unittest.mock.patch("os.pwrite", side_effect=lambda file, piece, at: write(file, bytes(piece)[:1000], at)):
                await sftp.get("one", self.top / "new")
                await sftp.put(self.top / "new", "two")
            self.assertEqual((self.root / "two").read_bytes(), data)

    async def test_names_and_numbers_beyond_what_files_have(self):
        (self.root / "one").write_bytes(b"1")
        async with asyncssh.connect("127.0.0.1", self.server.port, username="joe", password="secret", known_hosts=None, config=None,
                                    agent_path=None, client_keys=None) as peer, peer.start_sftp_client() as sftp:
            for work in (lambda: sftp.stat(b"a\0b"), lambda: sftp.truncate("one", 2**64 - 1), lambda: sftp.remove(b"\0")):
                with self.assertRaises(asyncssh.SFTPError):
                    await asyncio.wait_for(work(), 5)
            self.assertEqual((await sftp.stat("one")).size, 1)

    async def test_links_do_not_lead_out(self):
        (self.top / "secret").write_bytes(b"secret")
        (self.root / "out").symlink_to(self.top)
        (self.root / "file").symlink_to(self.top / "secret")
        (self.root / "in").write_bytes(b"in")
        (self.root / "fine").symlink_to("in")
        async with await self.connect() as client, await client.sftp() as sftp:
            for work in (sftp.listdir("out"), sftp.open("out/secret"), sftp.open("file"), sftp.stat("file"), sftp.remove("out/secret"),
                         sftp.rename("in", "out/in"), sftp.mkdir("out/new"), sftp.chmod("file", 0o777), sftp.put(self.root / "in", "file")):
                with self.assertRaises(sshcore.SFTPError) as caught:
                    await work
                self.assertEqual(caught.exception.code, 3)
            self.assertTrue((await sftp.lstat("file")).is_link)
            async with await sftp.open("fine") as file:
                self.assertEqual(await file.read(), b"in")
            await sftp.remove("file")
        self.assertEqual((self.top / "secret").read_bytes(), b"secret")

    async def test_the_folder_itself_stays(self):
        async with await self.connect() as client, await client.sftp() as sftp:
            for work in (sftp.rmdir("/"), sftp.rmdir("x/.."), sftp.remove(""), sftp.rename("/", "x"), sftp.posix_rename(".", "x"), sftp.mkdir("/")):
                with self.assertRaises(sshcore.SFTPError) as caught:
                    await work
                self.assertEqual(caught.exception.code, 3)
            self.assertTrue(self.root.is_dir())

    async def test_closed_files_are_forgotten(self):
        async with await self.connect() as client, await client.sftp() as sftp:
            for _ in range(3):
                async with await sftp.open("one", "w"):
                    await sftp.listdir(".")
            await sftp.stat(".")  # the server has answered all that came before
            folder = next(iter(next(iter(self.server._clients.live))._folders.values()))
            kept = [name for name, value in vars(folder).items() if isinstance(value, (dict, list, set)) and value]
            self.assertEqual(kept, [])

    async def test_announces_what_it_does(self):
        async with await self.connect() as client, await client.sftp() as sftp:
            await sftp.stat(".")
            announced = [name for name in ("posix-rename", "limits", "fsync", "hardlink", "statvfs", "lsetstat", "expand-path")
                         if library.sshcore_sftp_supports(sftp._machine.handle, f"{name}@openssh.com".encode()) == 0]
            self.assertEqual(announced, ["posix-rename", "limits"])

    async def test_what_asyncssh_sees(self):
        (self.root / "one").write_bytes(b"1")
        (self.root / "one").chmod(0o640)
        async with asyncssh.connect("127.0.0.1", self.server.port, username="joe", password="secret", known_hosts=None, config=None,
                                    agent_path=None, client_keys=None) as peer, peer.start_sftp_client() as sftp:
            lines = {bytes(name.filename): bytes(name.longname) for name in await sftp.readdir(b".")}
            self.assertRegex(lines[b"one"], rb"^-rw-r-----   1 +\d+ +\d+ +1 \d{4}-\d\d-\d\d \d\d:\d\d one$")
            await sftp.mkdir("made", asyncssh.SFTPAttrs(permissions=0o700))
            self.assertEqual((self.root / "made").stat().st_mode & 0o777, 0o700)
            with self.assertRaises(asyncssh.SFTPPermissionDenied):
                await sftp.chown("one", 1, 1)
            for work in (lambda: sftp.statvfs("."), lambda: sftp.link("one", "two"), lambda: sftp.readlink("one")):
                with self.assertRaises(asyncssh.SFTPOpUnsupported):
                    await work()

    async def test_open_files(self):
        data = os.urandom(700_000)
        async with await self.connect() as client, await client.sftp() as sftp:
            with self.assertRaises(ValueError):
                await sftp.open("f", "q")
            async with await sftp.open("f", "xb") as file:
                self.assertEqual(await file.write(data), len(data))
            with self.assertRaises(sshcore.SFTPError):
                await sftp.open("f", "x")
            async with await sftp.open("f", "r+") as file:
                self.assertEqual(await file.read(10), data[:10])
                self.assertEqual(await file.seek(-5, os.SEEK_END), len(data) - 5)
                self.assertEqual((await file.read(), file.tell(), await file.read()), (data[-5:], len(data), b""))
                await file.seek(1)
                await file.write(b"!")
                await file.seek(0)
                self.assertEqual(await file.read(), data[:1] + b"!" + data[2:])
            with self.assertRaises(ValueError):
                await file.read()
            await sftp.chmod("f", 0o600)
            await sftp.truncate("f", 3)
            await sftp.utime("f", (1, 2))
            found = await sftp.stat("f")
            self.assertEqual((found.size, found.permissions, found.times), (3, 0o100600, (1, 2)))

    async def test_reads_do_not_wait_for_each_other(self):
        data = os.urandom(5_000_000)
        (self.root / "one").write_bytes(data)
        asked: list[int] = []
        async with await self.connect() as client, await client.sftp() as sftp, await sftp.open("one") as file:
            folder: Any = next(iter(next(iter(self.server._clients.live))._folders.values()))
            serve, answer = folder.serve, folder._answer

            def serving() -> None:
                asked.append(0)
                serve()

            def answering(request) -> None:
                asked[-1] += request.kind == 3
                answer(request)

            with unittest.mock.patch.multiple(folder, serve=serving, _answer=answering):
                self.assertEqual(await file.read(), data)
                self.assertGreater(max(asked), 1)
                await file.seek(1_000_000)
                self.assertEqual(await file.read(2_000_000), data[1_000_000:3_000_000])
                self.assertEqual((file.tell(), await file.read(0)), (3_000_000, b""))

    async def test_numbers_that_no_file_has(self):
        (self.root / "one").write_bytes(b"1")
        async with await self.connect() as client, await client.sftp() as sftp, await sftp.open("one") as file:
            for work in (lambda: sftp.truncate("one", -1), lambda: sftp.truncate("one", 2**64), lambda: sftp.chmod("one", -1),
                         lambda: sftp.utime("one", (0, 2**32)), lambda: file.seek(-1), lambda: file.seek(2**64)):
                with self.assertRaises(ValueError):
                    await work()
            self.assertEqual(await file.read(), b"1")

    async def test_long_names_are_copied(self):
        name = "n" * 255
        (self.root / name).write_bytes(b"long")
        async with await self.connect() as client, await client.sftp() as sftp:
            await sftp.get(name, self.top / name)
        self.assertEqual((self.top / name).read_bytes(), b"long")

    async def test_copies_have_the_permissions_of_new_files_or_of_old_ones(self):
        (self.root / "one").write_bytes(b"1")
        (self.top / "new").touch()
        usual = (self.top / "new").stat().st_mode
        (self.top / "new").unlink()
        seen: list[int] = []
        async with await self.connect() as client, await client.sftp() as sftp:
            await sftp.get("one", self.top / "new")
            self.assertEqual((self.top / "new").stat().st_mode, usual)
            (self.top / "new").chmod(0o604)
            await sftp.get("one", self.top / "new", lambda _: seen.append(next(self.top.glob(".sshcore-*")).stat().st_mode & 0o777))
            self.assertEqual((self.top / "new").stat().st_mode & 0o777, 0o604)
            self.assertEqual(set(seen), {0o600})

    async def test_a_pipe_is_not_copied_and_blocks_nobody(self):
        os.mkfifo(self.top / "pipe")
        async with await self.connect() as client, await client.sftp() as sftp:
            with self.assertRaisesRegex(OSError, "not a regular file"):
                await sftp.put(self.top / "pipe", "two")
        self.assertEqual(os.listdir(self.root), [])

    async def test_a_call_cancelled_as_its_answer_comes_leaves_nothing_open(self):
        (self.root / "one").write_bytes(b"1")
        async with await self.connect() as client, await client.sftp() as sftp:
            ready, task = sftp.on_ready, asyncio.ensure_future(sftp.open("one"))

            def answered() -> None:
                before = len(sftp._requests)
                ready()
                if len(sftp._requests) < before:
                    task.cancel()

            with unittest.mock.patch.object(sftp, "on_ready", answered), self.assertRaises(asyncio.CancelledError):
                await task
            await sftp.stat(".")
            there = next(iter(self.server._clients.live))
            self.assertEqual([folder._files for folder in there._folders.values()], [{}])

            task = asyncio.ensure_future(client.open_session())
            channels, on_channel = set(client._driver.channels), client._driver._on_channel

            def opened(number, event):
                on_channel(number, event)
                task.cancel()

            with unittest.mock.patch.object(client._driver, "_on_channel", opened), self.assertRaises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(5):
                while set(client._driver.channels) != channels or len(there.channels) != len(channels):
                    await asyncio.sleep(0.001)

    async def test_files_after_the_end(self):
        (self.root / "one").write_bytes(b"1")
        client = await self.connect()
        sftp = await client.sftp()
        file = await sftp.open("one")
        await client.close()
        for work in (file.read(), file.write(b"x"), sftp.stat("one"), sftp.get("one", self.top / "x"), sftp.put(self.root / "one", "x")):
            with self.assertRaises(sshcore.ConnectionLost):
                await asyncio.wait_for(work, 5)
        self.assertEqual(os.listdir(self.top), ["root"])


class AsyncsshServer(asyncssh.SSHServer):
    """Asks two questions, or one for the password."""

    def __init__(self, questions) -> None:
        self.questions = questions

    def begin_auth(self, username):
        return True

    def kbdint_auth_supported(self):
        return True

    def get_kbdint_challenge(self, username, lang, submethods):
        return ("name", "instruction", "", self.questions)

    def validate_kbdint_response(self, username, responses):
        return responses == ["secret", "blue"][: len(self.questions)]


class InteractiveTests(unittest.IsolatedAsyncioTestCase):
    async def log_in(self, questions, **more):
        key = asyncssh.generate_private_key("ssh-ed25519")
        server = await asyncssh.listen("127.0.0.1", 0, server_factory=lambda: AsyncsshServer(questions), server_host_keys=[key],
                                       process_factory=lambda process: process.exit(7))
        try:
            client = await sshcore.connect("127.0.0.1", server.sockets[0].getsockname()[1], user="joe", insecure_any_host_key=True, **more)
            async with client:
                return (await client.run("x")).exit_status
        finally:
            server.close()
            await server.wait_closed()

    async def test_questions(self):
        asked = []

        def answer(name, instruction, prompts):
            asked.append((name, instruction, list(prompts)))
            return ["secret", "blue"]

        self.assertEqual(await self.log_in([("Password:", False), ("Colour:", True)], prompts=answer), 7)
        self.assertEqual(asked, [("name", "instruction", [("Password:", False), ("Colour:", True)])])

    async def test_password_answers_the_one_question(self):
        self.assertEqual(await self.log_in([("Password:", False)], password="secret"), 7)

    async def test_what_prompts_raises_comes_out(self):
        def answer(name, instruction, prompts):
            raise LookupError("nobody to ask")

        with self.assertRaisesRegex(LookupError, "nobody to ask"):
            await self.log_in([("Password:", False)], prompts=answer)
        with self.assertRaises(sshcore.SshCoreError):
            await self.log_in([("Password:", False)], prompts=lambda *_: ["one", "too many"])

    async def test_a_server_that_asks_for_nothing(self):
        with unittest.mock.patch.object(AsyncsshServer, "begin_auth", lambda *_: False):
            self.assertEqual(await self.log_in([]), 7)
        with self.assertRaisesRegex(sshcore.AuthenticationError, "tried none; the server allows .*keyboard-interactive"):
            await self.log_in([])

    async def test_wrong_password_is_not_repeated(self):
        with self.assertRaises(sshcore.AuthenticationError):
            await self.log_in([("Password:", False)], password="wrong")


if __name__ == "__main__":
    unittest.main()
