"""Tests of the Python package; run by tests/Native with Debian's python3 and by hand with python3 -m unittest."""

import asyncio
import ctypes
import doctest
import gc
import inspect
import os
import pathlib
import re
import tempfile
import unittest

import sshcore
from sshcore import _library
from sshcore.connection import Connection, EventKind

HEADER = pathlib.Path(__file__).parents[3] / "hosts/Native/include/sshcore.h"


def carry(client: Connection, server: Connection, on_client, on_server) -> bytes:
    """Joins two connections until nothing moves; the bytes that went both ways."""
    wire = b""
    idle = 0
    while idle < 2:
        moved = b""
        for source, target, on_event in ((client, server, on_server), (server, client, on_client)):
            data = source.data_to_send()
            while data:
                moved += data[: (taken := target.receive(data))]
                data = data[taken:]
            for event in target.events():
                on_event(event)
        wire += moved
        idle = 0 if moved else idle + 1
    return wire


class ConnectionTests(unittest.TestCase):
    def pair(self) -> tuple[bytes, list[bytes]]:
        got: list[bytes] = []
        with_key = sshcore.Key.generate(insecure_seed=b"host")
        client = Connection.client(insecure_seed=b"client")
        server = Connection.server([with_key], insecure_seed=b"server")
        with_key.close()
        client.tick(0)
        server.tick(0)
        client.authenticate("joe")

        def on_client(e):
            if e.kind == EventKind.HOST_KEY_OFFERED:
                client.accept(e)
            elif e.kind == EventKind.AUTH_METHOD_NEEDED:
                client.answer_password(e, "secret")
            elif e.kind == EventKind.AUTHENTICATED:
                self.assertEqual(client.user, "joe")
                self.assertEqual(client.host_key[4:15], b"ssh-ed25519")
                self.assertIn("ssh-ed25519", client.server_sig_algs)
                client.open_channel()
            elif e.kind == EventKind.CHANNEL_OPENED:
                client.request_exec(e.channel, "upper")
                client.write(e.channel, b"hello")
                client.send_eof(e.channel)
            elif e.kind == EventKind.CHANNEL_DATA:
                got.append(client.read(e.channel))

        def on_server(e):
            if e.kind == EventKind.PASSWORD_ATTEMPT:
                self.assertNotIn("secret", repr(e))
                (server.accept if (e.user, e.data) == ("joe", b"secret") else server.deny)(e)
            elif e.kind == EventKind.CHANNEL_EOF:
                server.write(e.channel, server.read(e.channel).upper())
                server.send_exit_status(e.channel, 0)
                server.close_channel(e.channel)
            elif e.kind in (EventKind.OPEN_REQUESTED, EventKind.CHANNEL_REQUESTED):
                server.accept(e)
            elif e.token:
                server.deny(e)

        wire = carry(client, server, on_client, on_server)
        client.close()
        server.close()
        return wire, got

    def test_pair_repeats_itself(self):
        first, second = self.pair(), self.pair()
        self.assertEqual(first[1], [b"HELLO"])
        self.assertEqual(first, second)

    def test_misuse_raises(self):
        client = Connection.client()
        with self.assertRaises(sshcore.SshCoreError) as caught:
            client.open_channel()
        self.assertEqual(caught.exception.result, 6)
        self.assertIn("Not authenticated", str(caught.exception))
        client.close()
        client.close()
        with self.assertRaises(ValueError):
            client.tick(0)
        with self.assertRaises(TypeError):
            Connection.client(no_such_setting=1)
        with self.assertRaises(TypeError):
            Connection.client(limits={"no_such_limit": 1})

    def test_limits_and_keep_alive(self):
        with self.assertRaises(sshcore.SshCoreError) as caught:
            Connection.client(limits={"identification_length": 1})
        self.assertEqual(caught.exception.result, 4)
        client = Connection.client(limits={"pre_banner_lines": 2**32 - 1})
        self.assertEqual((client.user, client.host_key, client.server_sig_algs), ("", b"", None))
        client.set_keep_alive(5)
        client.receive(b"a line before\r\n")
        self.assertEqual([e.kind for e in client.events()][-1:], [EventKind.CLOSED])
        client.close()


class KeyTests(unittest.TestCase):
    def test_file_and_signature(self):
        key = sshcore.Key.generate(sshcore.KeyKind.ECDSA_P256, comment="me")
        again = sshcore.Key.parse(key.write(b"pass"), b"pass")
        self.assertEqual((again.public_line, again.comment), (key.public_line, "me"))
        public = sshcore.Key.parse_public(key.public_line)
        self.assertFalse(public.is_private)
        self.assertTrue(public.verify(b"x", key.sign(b"x")))
        self.assertFalse(public.verify(b"y", key.sign(b"x")))
        with self.assertRaises(sshcore.SshCoreError) as caught:
            sshcore.Key.parse(key.write(b"pass"))
        self.assertEqual(caught.exception.result, 14)

    def test_known_hosts(self):
        key, other = sshcore.Key.generate(), sshcore.Key.generate()
        hosts = sshcore.KnownHosts()
        self.assertEqual(hosts.check("h", 22, key.blob), sshcore.HostKeyVerdict.UNKNOWN)
        hosts.add("h", 22, key.blob, hashed=True)
        again = sshcore.KnownHosts(hosts.text)
        self.assertEqual(again.check("h", 22, key.blob), sshcore.HostKeyVerdict.TRUSTED)
        self.assertEqual(again.check("h", 22, other.blob), sshcore.HostKeyVerdict.CHANGED)


class Greeter(sshcore.Policy):
    def __init__(self, root: pathlib.Path, key: sshcore.Key) -> None:
        self.root, self.key = root, key.blob

    def check_password(self, user, password):
        return (user, password) == ("joe", "secret")

    def check_key(self, user, key):
        return key.blob == self.key

    async def run(self, session):
        if session.command is None:
            await session.write(b"a shell for " + session.user.encode() + (b" on " + session.pty.terminal.encode() if session.pty else b""))
            while line := await session.read():
                await session.write(line[::-1])
            return 0
        await session.write_error(session.command.encode())
        await session.write(await session.read_all())
        return 3

    def folder(self, user):
        return self.root


class AsyncTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name, "root")
        self.root.mkdir()
        self.host_key, self.key = sshcore.Key.generate(), sshcore.Key.generate()
        self.server = await sshcore.serve(Greeter(self.root, self.key), [self.host_key])
        self.hosts = sshcore.KnownHosts()
        self.hosts.add("127.0.0.1", self.server.port, self.host_key.blob)

    async def asyncTearDown(self):
        await self.server.close()
        self.folder.cleanup()

    def connect(self, **more):
        return sshcore.connect("127.0.0.1", self.server.port, **{"user": "joe", "password": "secret", "known_hosts": self.hosts, **more})

    async def test_commands_side_by_side(self):
        data = os.urandom(3_000_000)
        async with await self.connect() as client:
            results = await asyncio.gather(*(client.run(f"command {i}", data) for i in range(4)))
        for i, result in enumerate(results):
            self.assertEqual((result.exit_status, result.stderr), (3, f"command {i}".encode()))
            self.assertEqual(result.stdout, data)

    async def test_shell(self):
        async with await self.connect(key=self.key, password=None) as client:
            shell = await client.shell("vt100")
            self.assertEqual(await shell.read(), b"a shell for joe on vt100")
            await shell.write(b"abc")
            self.assertEqual(await shell.read(), b"cba")
            shell.write_eof()
            await shell.wait_closed()
            self.assertEqual(shell.exit_status, 0)

    async def test_sftp(self):
        local, back = pathlib.Path(self.folder.name, "local"), pathlib.Path(self.folder.name, "back")
        local.write_bytes(os.urandom(5_000_000))
        async with await self.connect() as client:
            sftp = await client.sftp()
            await sftp.mkdir("d")
            await sftp.put(local, "d/one")
            await sftp.rename("d/one", "../d/two")
            self.assertEqual((await sftp.stat("d/two")).size, 5_000_000)
            self.assertEqual(sorted(name for name, _ in await sftp.listdir("d")), [b".", b"..", b"two"])
            self.assertTrue((await sftp.stat("d")).is_dir)
            self.assertEqual(await sftp.realpath("../../d/./x"), b"/d/x")
            await sftp.get("d/two", back)
            with self.assertRaises(sshcore.SFTPError) as caught:
                await sftp.get("d/none", back)
            self.assertEqual(caught.exception.code, 2)
            self.assertEqual((self.root / "d/two").read_bytes(), local.read_bytes())
            await sftp.get("d/two", back)
            await sftp.remove("d/two")
            await sftp.rmdir("d")
        self.assertEqual(back.read_bytes(), local.read_bytes())
        self.assertEqual(list(self.root.iterdir()), [])

    async def test_refusals(self):
        with self.assertRaises(sshcore.AuthenticationError):
            await self.connect(password="wrong")
        with self.assertRaises(sshcore.HostKeyError):
            await self.connect(known_hosts=sshcore.KnownHosts())
        with self.assertRaises(TypeError):
            await sshcore.connect("127.0.0.1", self.server.port, user="joe")

    async def test_end_of_the_server_reaches_who_waits(self):
        client = await self.connect()
        shell = await client.shell()
        await shell.read()
        await self.server.close()
        self.assertEqual(await shell.read(), b"")
        with self.assertRaises(sshcore.ConnectionLost):
            await client.run("x")


class PackageTests(unittest.TestCase):
    def test_declares_as_the_header_does(self):
        code = re.sub(r"/\*.*?\*/", " ", HEADER.read_text(), flags=re.S)
        for name, parameters in _library._FUNCTIONS.items():
            found = re.search(rf"sshcore_{name}\(([^)]*)\);", code)
            self.assertIsNotNone(found, name)
            self.assertEqual(len(found.group(1).split(",")), len(parameters), name)
            for declared, given in zip(found.group(1).split(","), parameters):
                size = 8 if "*" in declared or "size_t" in declared or "uint64_t" in declared else 4
                self.assertEqual(ctypes.sizeof(given), size, f"{name}: {declared}")

    def test_lays_structs_out_as_the_header_does(self):
        code = re.sub(r"/\*.*?\*/", " ", HEADER.read_text(), flags=re.S)
        for kind, name in ((_library.Settings, "settings"), (_library.Limits, "limits"), (_library.Event, "event"), (_library.Pty, "pty"), (_library.Error, "error"),
                           (_library.FileRequest, "file_request"), (_library.FileReply, "file_reply"), (_library.FileName, "file_name"),
                           (_library.FileAttributes, "file_attributes"), (_library.Prompt, "prompt")):
            body = re.search(rf"typedef struct sshcore_{name} \{{(.*?)\}}", code, flags=re.S).group(1)
            names = [re.search(r"(\w+)$", line.strip()).group(1) for line in body.split(";") if line.strip()]
            self.assertEqual([f[0] for f in kind._fields_], names)

    def test_numbers_events_as_the_header_does(self):
        declared = {m[0]: int(m[1]) for m in re.findall(r"SSHCORE_EVENT_(\w+) = (\d+)", HEADER.read_text())}
        self.assertEqual({kind.name: kind.value for kind in EventKind}, declared)

    def test_everything_public_has_a_docstring(self):
        for name in sshcore.__all__:
            thing = getattr(sshcore, name)
            self.assertTrue(thing.__doc__, name)
            for member, value in inspect.getmembers(thing, lambda m: inspect.isfunction(m) or isinstance(m, property)) if inspect.isclass(thing) else ():
                if not member.startswith("_") and value.__module__.startswith("sshcore") if inspect.isfunction(value) else False:
                    self.assertTrue(inspect.getdoc(value), f"{name}.{member}")

    def test_example_in_the_docstring(self):
        self.assertEqual(doctest.testmod(sshcore).failed, 0)

    def test_nothing_is_left(self):
        gc.collect()
        before = sshcore.live_handles()
        for _ in range(100):
            Connection.client()
            sshcore.Key.generate().blob
        gc.collect()
        self.assertEqual(sshcore.live_handles(), before)


if __name__ == "__main__":
    unittest.main()
