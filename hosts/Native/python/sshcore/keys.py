"""Keys, known_hosts and authorized_keys."""

from __future__ import annotations

import dataclasses
import enum
from ctypes import byref, c_char_p, c_size_t, c_uint32, c_void_p

from . import _library
from ._handles import Handle, take_blob
from ._library import SshCoreError, c_text, check, library, struct

__all__ = ["AuthorizedKey", "AuthorizedKeys", "HostKeyVerdict", "Key", "KeyKind", "KnownHosts"]


class KeyKind(enum.IntEnum):
    """What Key.generate makes."""

    ED25519 = 1
    ECDSA_P256 = 2
    ECDSA_P384 = 3
    ECDSA_P521 = 4
    RSA = 5


class Key(Handle):
    """A public key, with its private half if that is there. It never changes and may be used by any number of connections."""

    _free = "sshcore_key_free"

    @classmethod
    def parse(cls, file: bytes, passphrase: bytes = b"") -> Key:
        """Reads a private key file: OpenSSH, PKCS #8, PKCS #1 or SEC 1."""
        key = c_void_p()
        check(library.sshcore_key_parse(file, len(file), passphrase, len(passphrase), byref(key)))
        return cls(key)

    @classmethod
    def parse_public(cls, line: str) -> Key:
        """Reads a public key line, as in authorized_keys and *.pub files."""
        key = c_void_p()
        check(library.sshcore_key_parse_public(c_text(line), byref(key)))
        return cls(key)

    @classmethod
    def from_blob(cls, blob: bytes) -> Key:
        """Reads a public key blob (RFC 4253 §6.6)."""
        key = c_void_p()
        check(library.sshcore_key_from_blob(blob, len(blob), byref(key)))
        return cls(key)

    @classmethod
    def generate(cls, kind: KeyKind = KeyKind.ED25519, *, rsa_bits: int = 0, comment: str = "", insecure_seed: bytes = b"") -> Key:
        """Makes a key. insecure_seed decides it, for tests."""
        key = c_void_p()
        check(library.sshcore_key_generate(kind, rsa_bits, c_text(comment), insecure_seed, len(insecure_seed), byref(key)))
        return cls(key)

    @property
    def is_private(self) -> bool:
        """Whether it can sign."""
        value = c_uint32()
        check(library.sshcore_key_is_private(self.handle, byref(value)))
        return value.value == 1

    @property
    def type(self) -> str:
        """The key type, such as ssh-ed25519."""
        text = c_void_p()
        check(library.sshcore_key_type(self.handle, byref(text), None))
        return take_blob(text).decode()

    @property
    def comment(self) -> str:
        """The comment of its file or line."""
        text = c_void_p()
        check(library.sshcore_key_comment(self.handle, byref(text)))
        return take_blob(text).decode()

    @property
    def blob(self) -> bytes:
        """The public key as SSH sends it."""
        blob = c_void_p()
        check(library.sshcore_key_public_blob(self.handle, byref(blob)))
        return take_blob(blob)

    @property
    def public_line(self) -> str:
        """The public key as a line."""
        line = c_void_p()
        check(library.sshcore_key_public_line(self.handle, None, byref(line)))
        return take_blob(line).decode()

    @property
    def fingerprint(self) -> str:
        """SHA256:..., as OpenSSH shows it."""
        text = c_void_p()
        check(library.sshcore_key_fingerprint(self.handle, 0, byref(text)))
        return take_blob(text).decode()

    def write(self, passphrase: bytes = b"") -> bytes:
        """The private key as an OpenSSH file."""
        file = c_void_p()
        check(library.sshcore_key_write(self.handle, 0, passphrase, len(passphrase), byref(file)))
        return take_blob(file)

    def sign(self, data: bytes, algorithm: str | None = None) -> bytes:
        """A signature blob over data."""
        signature = c_void_p()
        name = None if algorithm is None else c_text(algorithm)
        check(library.sshcore_key_sign(self.handle, name, data, len(data), byref(signature)))
        return take_blob(signature)

    def verify(self, data: bytes, signature: bytes, algorithm: str | None = None) -> bool:
        """Whether a signature blob is one of this key over data."""
        name = None if algorithm is None else c_text(algorithm)
        result = library.sshcore_key_verify(self.handle, name, data, len(data), signature, len(signature))
        if result == 17:
            return False
        check(result)
        return True


class HostKeyVerdict(enum.IntEnum):
    """What known_hosts says about a key."""

    TRUSTED = 0
    UNKNOWN = 22
    CHANGED = 23
    REVOKED = 24


class KnownHosts(Handle):
    """The lines of a known_hosts file."""

    _free = "sshcore_known_hosts_free"

    def __init__(self, text: bytes = b"") -> None:
        handle, problems = c_void_p(), c_size_t()
        check(library.sshcore_known_hosts_parse(text, len(text), byref(handle), byref(problems)))
        super().__init__(handle)
        self.problems = problems.value
        """How many lines could not be read."""

    def check(self, host: str, port: int, key: bytes) -> HostKeyVerdict:
        """What is known of a host's key, given as a blob."""
        result = library.sshcore_known_hosts_check(self.handle, c_text(host), port, key, len(key))
        try:
            return HostKeyVerdict(result)
        except ValueError:
            raise SshCoreError(result) from None

    def add(self, host: str, port: int, key: bytes, *, hashed: bool = False) -> None:
        """Adds a line."""
        check(library.sshcore_known_hosts_add(self.handle, c_text(host), port, key, len(key), int(hashed)))

    def remove(self, host: str, port: int = 22) -> int:
        """Takes a host out; how many lines were changed or went."""
        removed = c_size_t()
        check(library.sshcore_known_hosts_remove(self.handle, c_text(host), port, None, byref(removed)))
        return removed.value

    def line(self, host: str, port: int, key: bytes) -> int | None:
        """The number of the line that a verdict about a key rests on, from 1; None if there is none."""
        line = c_size_t()
        check(library.sshcore_known_hosts_find(self.handle, c_text(host), port, key, len(key), byref(line)))
        return line.value or None

    @property
    def text(self) -> bytes:
        """The whole file."""
        text = c_void_p()
        check(library.sshcore_known_hosts_text(self.handle, byref(text)))
        return take_blob(text)

    def algorithms(self, host: str, port: int = 22) -> str:
        """Host key algorithms with those first whose keys are known: for the setting host_key_algorithms."""
        names = c_void_p()
        check(library.sshcore_known_hosts_order(self.handle, c_text(host), port, byref(names)))
        return take_blob(names).decode()


@dataclasses.dataclass(frozen=True)
class AuthorizedKey:
    """What a line of authorized_keys says. Nobody but the server that lets the key in can enforce it."""

    line: int
    """Its number, from 1."""
    comment: str
    command: str | None
    """Runs instead of whatever the client asks for: a command, a shell or a subsystem. None: there is none."""
    environment: dict[str, str]
    """Variables to set. The key is good without them: sshd takes them only where PermitUserEnvironment says so."""
    allows_pty: bool
    allows_port_forwarding: bool
    allows_agent_forwarding: bool
    allows_x11_forwarding: bool
    allows_user_rc: bool


class AuthorizedKeys(Handle):
    """The lines of an authorized_keys file. It never changes, and any number of threads may use it."""

    _free = "sshcore_authorized_keys_free"

    def __init__(self, text: bytes = b"") -> None:
        handle, problems, problem = c_void_p(), c_size_t(), c_char_p()
        check(library.sshcore_authorized_keys_parse(text, len(text), byref(handle), byref(problems)))
        super().__init__(handle)
        self.problems: list[str] = []
        """What is wrong with the lines that cannot be honoured and let nobody in, with their numbers: for the server's log."""
        for index in range(problems.value):
            check(library.sshcore_authorized_keys_problem(self.handle, index, byref(problem)))
            self.problems.append((problem.value or b"").decode())

    def find(self, key: bytes, address: str, host_name: str | None = None) -> AuthorizedKey | None:
        """The first line that lets a client in with a key, given as a blob, from its address; None if none does. An address is
        IPv4 or IPv6 in figures. The name is for lines that want one; give it only if it was looked up and its addresses confirmed it."""
        found = struct(_library.AuthorizedKey)
        name = None if host_name is None else c_text(host_name)
        result = library.sshcore_authorized_keys_check(self.handle, key, len(key), c_text(address), name, byref(found))
        if result == 33:
            return None
        check(result)
        pairs = (found.environment[i].decode().split("=", 1) for i in range(found.environment_count))
        return AuthorizedKey(
            found.line, found.comment.decode(), None if found.command is None else found.command.decode(), {name: value for name, value in pairs},
            found.allows_pty == 1, found.allows_port_forwarding == 1, found.allows_agent_forwarding == 1, found.allows_x11_forwarding == 1,
            found.allows_user_rc == 1)
