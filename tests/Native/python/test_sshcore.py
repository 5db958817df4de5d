"""Tests of the Python package; run by tests/Native with Debian's python3 and by hand with python3 -m unittest."""

import asyncio
import ctypes
import ctypes.util
import doctest
import gc
import inspect
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from typing import Any

import sshcore
from sshcore import _library
from sshcore.connection import Connection, EventKind

PACKAGE = pathlib.Path(sshcore.__file__).parent
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
                self.assertIn("ssh-ed25519", client.server_sig_algs or ())
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
        self.assertEqual((again.line("h", 22, other.blob), again.line("other", 22, key.blob)), (1, None))
        self.assertEqual((again.remove("other"), again.remove("h")), (0, 1))
        self.assertEqual(again.check("h", 22, key.blob), sshcore.HostKeyVerdict.UNKNOWN)

    def test_authorized_keys(self):
        key, other = sshcore.Key.generate(), sshcore.Key.generate()
        line = key.public_line.strip()
        text = (f'from="10.0.0.0/8,*.example" {line} inside\nrestrict,pty,command="gr\u00fcn",environment="A=1=",environment="A=2" {line}\n'
                f'permitopen="h:1" {line}\n')
        with sshcore.AuthorizedKeys(text.encode()) as keys:
            self.assertEqual([problem.split(":")[1] for problem in keys.problems], ["3"])
            self.assertIn("permitopen", keys.problems[0])
            inside, outside = keys.find(key.blob, "10.1.2.3"), keys.find(key.blob, "192.0.2.1")
            self.assertEqual(keys.find(key.blob, "192.0.2.1", "a.example"), inside)
            self.assertEqual(inside, sshcore.AuthorizedKey(1, "inside", None, {}, True, True, True, True, True))
            self.assertEqual(outside, sshcore.AuthorizedKey(2, "", "gr\u00fcn", {"A": "2"}, True, False, False, False, False))
            self.assertIsNone(keys.find(other.blob, "10.1.2.3"))
            with self.assertRaises(sshcore.SshCoreError) as caught:
                keys.find(b"no key", "10.1.2.3")
            self.assertEqual(caught.exception.result, 13)
        with sshcore.AuthorizedKeys() as keys:
            self.assertEqual((keys.problems, keys.find(key.blob, "10.1.2.3")), ([], None))


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
        settings: dict[str, Any] = {"user": "joe", "password": "secret", "known_hosts": self.hosts, **more}
        return sshcore.connect("127.0.0.1", self.server.port, **settings)

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
            self.assertEqual(back.read_bytes(), local.read_bytes())
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
        with self.assertRaises(sshcore.ConnectionLost):
            await shell.read()
        with self.assertRaises(sshcore.ConnectionLost):
            await client.run("x")


class PackageTests(unittest.TestCase):
    def test_declares_as_the_header_does(self):
        code = re.sub(r"/\*.*?\*/", " ", HEADER.read_text(), flags=re.S)
        for name, parameters in _library._FUNCTIONS.items():
            found = re.search(rf"sshcore_{name}\(([^)]*)\);", code)
            assert found is not None, name
            self.assertEqual(len(found.group(1).split(",")), len(parameters), name)
            for declared, given in zip(found.group(1).split(","), parameters):
                size = 8 if "*" in declared or "size_t" in declared or "uint64_t" in declared else 4
                self.assertEqual(ctypes.sizeof(given), size, f"{name}: {declared}")

    def test_lays_structs_out_as_the_compiler_does(self):
        kinds = [kind for _, kind in inspect.getmembers(_library, inspect.isclass) if issubclass(kind, ctypes.Structure)]
        self.assertGreater(len(kinds), 9)
        want, lines = [], []
        for kind in kinds:
            name = "sshcore_" + re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
            want.append(f"{name} {ctypes.sizeof(kind)}")
            lines.append(f'printf("{name} %zu\\n", sizeof({name}));')
            for field, *_ in kind._fields_:
                member = getattr(kind, field)
                want.append(f"{name}.{field} {member.offset} {member.size}")
                lines.append(f'printf("{name}.{field} %zu %zu\\n", offsetof({name}, {field}), sizeof((({name} *)0)->{field}));')
        with tempfile.TemporaryDirectory() as folder:
            source, program = pathlib.Path(folder, "layout.c"), pathlib.Path(folder, "layout")
            source.write_text("#include <sshcore.h>\n#include <stdio.h>\nint main(void) {\n" + "\n".join(lines) + "\nreturn 0; }\n")
            subprocess.run(["gcc", "-std=c11", f"-I{HEADER.parent}", source, "-o", program], check=True, timeout=60)
            got = subprocess.run([program], check=True, timeout=60, capture_output=True, text=True).stdout.splitlines()
        self.assertEqual(got, want)

    def test_numbers_events_as_the_header_does(self):
        declared = {m[0]: int(m[1]) for m in re.findall(r"SSHCORE_EVENT_(\w+) = (\d+)", HEADER.read_text())}
        self.assertEqual({kind.name: kind.value for kind in EventKind}, declared)

    def test_everything_public_has_a_docstring(self):
        seen = 0
        for name in sshcore.__all__:
            thing = getattr(sshcore, name)
            if not inspect.isclass(thing) and not inspect.isfunction(thing):
                continue  # the name of a type: its text stands below it in the source
            self.assertTrue(thing.__doc__, name)
            for member, value in vars(thing).items() if inspect.isclass(thing) else ():
                value = getattr(value, "__func__", value)
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    self.assertTrue(value.__doc__, f"{name}.{member}")
                    seen += 1
        self.assertGreater(seen, 100)

    def test_all_names_what_is_public(self):
        for module in (sshcore, *(getattr(sshcore, name) for name in ("client", "connection", "errors", "keys", "server", "sftp"))):
            for name in module.__all__:
                self.assertTrue(hasattr(module, name), f"{module.__name__}.{name}")
            for name, value in inspect.getmembers(module, inspect.isclass):
                if value.__module__ == module.__name__ and not name.startswith("_"):
                    self.assertIn(name, module.__all__, module.__name__)

    def test_exceptions_have_one_base(self):
        found = [value for name in sshcore.__all__ if inspect.isclass(value := getattr(sshcore, name)) and issubclass(value, Exception)]
        self.assertEqual(len(found), 7)
        for value in found:
            self.assertTrue(issubclass(value, sshcore.Error), value)

    def load(self, **environment: str) -> str:
        """What importing the package says in a process of its own."""
        environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment}
        done = subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", "import sshcore; print(sshcore.version())"],
                              env=environment, timeout=60, capture_output=True, text=True)
        return done.stdout + (done.stderr.strip().splitlines() or [""])[-1]

    def test_says_where_it_looked_for_the_library(self):
        said = self.load()
        self.assertIn("ImportError: libsshcore.so was not found: SSHCORE_LIBRARY is not set", said)
        self.assertIn(str(PACKAGE / "libsshcore.so"), said)
        said = self.load(SSHCORE_LIBRARY="/nowhere/libsshcore.so")
        self.assertIn("ImportError: /nowhere/libsshcore.so cannot be loaded (SSHCORE_LIBRARY names it)", said)
        said = self.load(SSHCORE_LIBRARY=ctypes.util.find_library("m") or "")
        self.assertIn("is no sshcore of this package's version (SSHCORE_LIBRARY names it)", said)

    def test_works_as_a_wheel_with_the_library_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            # pip builds in the folder itself: work on a copy.
            source, installed = pathlib.Path(folder, "source"), pathlib.Path(folder, "installed")
            shutil.copytree(PACKAGE.parent, source, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(os.environ["SSHCORE_LIBRARY"], source / "sshcore")
            subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-build-isolation", "--no-deps", "--root-user-action=ignore",
                            "--disable-pip-version-check", "--target", installed, source], check=True, timeout=120)
            self.assertEqual(sorted(path.name for path in installed.iterdir()), ["sshcore", f"sshcore-{sshcore.version()}.dist-info"])
            self.assertTrue((installed / "sshcore/py.typed").exists())
            self.assertEqual(self.load(PYTHONPATH=str(installed)).strip(), sshcore.version())

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
