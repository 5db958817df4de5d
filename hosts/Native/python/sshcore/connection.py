"""The connection without I/O: bytes in, time in, events out, bytes out."""

from __future__ import annotations

import ctypes
import enum
from collections.abc import Iterator, Sequence
from ctypes import byref, c_char_p, c_size_t, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass, field
from typing import Union

from . import _library
from ._handles import Handle, bytes_at
from ._library import SshCoreError, assign, c_text, library, struct
from .keys import Key

__all__ = ["Connection", "Event", "EventKind", "Flags", "PtySize", "Setting"]

Setting = Union[str, int, bytes, dict[str, int]]
"""What a setting may be."""


class EventKind(enum.IntEnum):
    """What happened; sshcore.h says what each brings. Those that end in NEEDED, OFFERED, REQUESTED, ATTEMPT, PROBE, PROOF and the
    like are questions: they have a token and want an answer."""

    NONE = 0
    VERSION_RECEIVED = 1
    EXT_INFO_RECEIVED = 2
    DEBUG_RECEIVED = 3
    PEER_DISCONNECTED = 4
    CLOSED = 5
    PONG_RECEIVED = 6
    KEX_STARTED = 7
    ALGORITHMS_CHOSEN = 8
    HOST_KEY_OFFERED = 9
    HOST_SIGNATURE_NEEDED = 10
    GEX_GROUP_NEEDED = 11
    KEYS_CHANGED = 12
    BANNER_RECEIVED = 13
    AUTH_METHOD_NEEDED = 14
    SIGNATURE_NEEDED = 15
    PROMPTS_RECEIVED = 16
    PASSWORD_CHANGE_NEEDED = 17
    AUTH_PARTIAL = 18
    AUTHENTICATED = 19
    AUTH_FAILED = 20
    USER_PRESENTED = 21
    NONE_ATTEMPT = 22
    PASSWORD_ATTEMPT = 23
    KEY_PROBE = 24
    KEY_PROOF = 25
    INTERACTIVE_ATTEMPT = 26
    INTERACTIVE_RESPONSE = 27
    OPEN_REQUESTED = 28
    CHANNEL_OPENED = 29
    CHANNEL_REFUSED = 30
    CHANNEL_DATA = 31
    CHANNEL_WRITABLE = 32
    CHANNEL_EOF = 33
    CHANNEL_CLOSED = 34
    CHANNEL_REQUESTED = 35
    REQUEST_REPLIED = 36
    EXIT_STATUS = 37
    EXIT_SIGNAL = 38
    END_OF_WRITE = 39
    GLOBAL_REQUESTED = 40
    GLOBAL_REPLIED = 41
    SFTP_READY = 42
    TRACE = 43
    OTHER = 1000

    @classmethod
    def _missing_(cls, value: object) -> EventKind:
        return cls.OTHER  # of a library that is newer than this package


class Flags(enum.IntFlag):
    """Event.flags."""

    WANT_REPLY = 1
    SUCCESS = 2
    FIRST = 4
    BY_PEER = 8
    CORE_DUMPED = 16
    ALWAYS_DISPLAY = 32
    STRICT_KEX = 64
    HAS_MORE = 128
    HAS_LIST = 256


@dataclass(frozen=True, repr=False)
class Event:
    """One event, with everything in it copied. Which fields a kind fills is written in sshcore.h."""

    kind: EventKind
    channel: int | None = None
    token: int = 0
    id: int = 0
    code: int = 0
    count: int = 0
    flags: Flags = field(default_factory=lambda: Flags(0))
    stream: int = 0
    length: int = 0
    user: str = ""
    name: str = ""
    text: str = ""
    detail: str = ""
    list: Sequence[str] = ()
    algorithm: str = ""
    key: bytes = b""
    data: bytes = b""
    more: bytes = b""

    def __repr__(self) -> str:  # no secrets: data may be a password
        return f"<Event {self.kind.name}{'' if self.channel is None else f' on {self.channel}'}>"


@dataclass(frozen=True)
class PtySize:
    """A terminal that was asked for, or its new size."""

    columns: int
    rows: int
    terminal: str = ""


class Connection(Handle):
    """One side of an SSH connection. Feed it with receive() and tick(), iterate over events(), send what data_to_send() gives.

    Settings are keyword arguments named as the fields of sshcore_settings, such as ciphers="aes256-gcm@openssh.com". limits is a
    dictionary named as the fields of sshcore_limits.
    """

    _free = "sshcore_connection_free"

    @classmethod
    def client(cls, **settings: Setting) -> Connection:
        """A client's side."""
        handle = c_void_p()
        _library.check(library.sshcore_client_new(byref(_settings(settings)), byref(handle)))
        return cls(handle)

    @classmethod
    def server(cls, host_keys: Sequence[Key], **settings: Setting) -> Connection:
        """A server's side, for one client."""
        handle = c_void_p()
        made = _settings(settings)
        keys = (c_void_p * len(host_keys))(*[key.handle for key in host_keys])
        made.host_keys = ctypes.cast(keys, ctypes.POINTER(c_void_p))
        made.host_key_count = len(host_keys)
        _library.check(library.sshcore_server_new(byref(made), byref(handle)))
        return cls(handle)

    # ---- bytes, time, events

    @property
    def wants_input(self) -> bool:
        """False: leave bytes in the stream for now."""
        value = c_uint32()
        self._check(library.sshcore_wants_input(self.handle, byref(value)))
        return value.value == 1

    def receive(self, data: bytes) -> int:
        """Takes bytes of the peer; how many it took."""
        taken = c_size_t()
        self._check(library.sshcore_receive(self.handle, data, len(data), byref(taken)))
        return taken.value

    def receive_end(self) -> None:
        """The peer closed the stream."""
        self._check(library.sshcore_receive_end(self.handle))

    def tick(self, now: float) -> None:
        """Tells the time in seconds, of a monotonic clock."""
        self._check(library.sshcore_tick(self.handle, int(now * 1_000_000)))

    def next_timeout(self) -> float | None:
        """When the next tick is due; None for never."""
        at = c_uint64()
        self._check(library.sshcore_next_timeout(self.handle, byref(at)))
        return None if at.value == _library.NEVER else at.value / 1_000_000

    def data_to_send(self, most: int = 1 << 20) -> bytes:
        """Takes up to most bytes out, to be sent; empty if there are none."""
        pieces, total = [], 0
        while total < most:
            data, length = c_void_p(), c_size_t()
            self._check(library.sshcore_output(self.handle, byref(data), byref(length)))
            if length.value == 0:
                break
            pieces.append(ctypes.string_at(data, length.value))
            total += length.value
            self._check(library.sshcore_output_advance(self.handle, length.value))
        return b"".join(pieces)

    @property
    def has_output(self) -> bool:
        """Whether something waits to be sent."""
        data, length = c_void_p(), c_size_t()
        self._check(library.sshcore_output(self.handle, byref(data), byref(length)))
        return length.value > 0

    @property
    def is_finished(self) -> bool:
        """Ended, all events polled and all output taken."""
        value = c_uint32()
        self._check(library.sshcore_is_finished(self.handle, byref(value)))
        return value.value == 1

    @property
    def is_authenticated(self) -> bool:
        """True between the log-in and the end."""
        value = c_uint32()
        self._check(library.sshcore_is_authenticated(self.handle, byref(value)))
        return value.value == 1

    @property
    def error(self) -> str:
        """Why it ended; empty while it lives."""
        error = struct(_library.Error)
        self._check(library.sshcore_connection_error(self.handle, byref(error)))
        parts = [_text(error.message)]
        parts += [f"expected {_text(error.expected)}"] if error.expected else []
        parts += [f"got {_text(error.got)}"] if error.got else []
        return "; ".join(parts)

    def poll_event(self) -> Event | None:
        """The next event; None if there is none now."""
        e = struct(_library.Event)
        self._check(library.sshcore_poll_event(self.handle, byref(e)))
        return None if e.kind == 0 else _event(e)

    def events(self) -> Iterator[Event]:
        """All events that there are now. Data stays in the connection until read() takes it."""
        while self._handle is not None and (event := self.poll_event()) is not None:
            yield event

    # ---- commands

    def authenticate(self, user: str) -> None:
        """Client: logs in; AUTH_METHOD_NEEDED follows."""
        self._check(library.sshcore_authenticate(self.handle, c_text(user)))

    def rekey(self) -> None:
        """Starts a key exchange."""
        self._check(library.sshcore_rekey(self.handle))

    def set_keep_alive(self, seconds: int, max_unanswered: int = 3) -> None:
        """Asks for a sign of life after so much silence, and ends after so many without one; 0 seconds: never."""
        self._check(library.sshcore_set_keep_alive(self.handle, seconds, max_unanswered))

    @property
    def user(self) -> str:
        """Who logged in; empty before."""
        user = c_char_p()
        self._check(library.sshcore_user(self.handle, byref(user)))
        return _text(user.value)

    @property
    def host_key(self) -> bytes:
        """Client: the server's host key as a blob; empty before it was accepted."""
        key, length = c_void_p(), c_size_t()
        self._check(library.sshcore_host_key(self.handle, byref(key), byref(length)))
        return bytes_at(key.value, length.value)

    @property
    def server_sig_algs(self) -> Sequence[str] | None:
        """Client: the signature algorithms that the server announced; None if it announced none."""
        names = c_char_p()
        result = library.sshcore_server_sig_algs(self.handle, byref(names))
        if result == _library.STATE:
            return None
        self._check(result)
        return tuple(_text(names.value).split(","))

    def disconnect(self, reason: int = 11, description: str = "") -> None:
        """Sends DISCONNECT behind the output, and ends."""
        self._check(library.sshcore_disconnect(self.handle, reason, c_text(description)))

    def abort(self, reason: str) -> None:
        """The stream failed: ends and sends nothing more."""
        self._check(library.sshcore_abort(self.handle, reason.encode()))

    def abandon(self) -> None:
        """In a forked child: drops this copy; the parent's session goes on."""
        handle, self._handle = self._handle, None
        if handle is not None:
            _library.check(library.sshcore_connection_abandon(handle))

    # ---- channels

    def open_channel(self, kind: str = "session") -> int:
        """Opens a channel; CHANNEL_OPENED or CHANNEL_REFUSED follows."""
        channel = c_uint32()
        self._check(library.sshcore_channel_open(self.handle, c_text(kind), None, byref(channel)))
        return channel.value

    def write(self, channel: int, data: bytes, stream: int = 0) -> int:
        """Sends data; how much was taken. If that is not all, CHANNEL_WRITABLE follows."""
        written = c_size_t()
        self._check(library.sshcore_channel_write(self.handle, channel, stream, data, len(data), byref(written)))
        return written.value

    def available(self, channel: int, stream: int = 0) -> int:
        """How much can be read now."""
        available = c_size_t()
        self._check(library.sshcore_channel_available(self.handle, channel, stream, byref(available)))
        return available.value

    def read(self, channel: int, most: int = 1 << 20, stream: int = 0) -> bytes:
        """Takes unread data; empty if nothing is there now. The peer may send as much again."""
        length = min(most, self.available(channel, stream))
        if length == 0:
            return b""
        buffer, count = ctypes.create_string_buffer(length), c_size_t()
        self._check(library.sshcore_channel_read(self.handle, channel, stream, buffer, length, byref(count)))
        return buffer.raw[: count.value]

    def send_eof(self, channel: int) -> None:
        """Says that no more data will be sent."""
        self._check(library.sshcore_channel_send_eof(self.handle, channel))

    def shutdown_read(self, channel: int) -> None:
        """Drops what is unread and what still comes, without holding the peer up."""
        self._check(library.sshcore_channel_shutdown_read(self.handle, channel))

    def close_channel(self, channel: int) -> None:
        """Closes; CHANNEL_CLOSED follows once the peer has closed too."""
        self._check(library.sshcore_channel_close(self.handle, channel))

    def request_exec(self, channel: int, command: str | bytes) -> None:
        """Asks to run a command; REQUEST_REPLIED follows, as for the other requests."""
        data = command.encode() if isinstance(command, str) else command
        self._check(library.sshcore_request_exec(self.handle, channel, data, len(data), 1, None))

    def request_shell(self, channel: int) -> None:
        """Asks for a shell."""
        self._check(library.sshcore_request_shell(self.handle, channel, 1, None))

    def request_subsystem(self, channel: int, name: str) -> None:
        """Asks for a subsystem, such as sftp."""
        self._check(library.sshcore_request_subsystem(self.handle, channel, c_text(name), 1, None))

    def request_env(self, channel: int, name: str, value: str) -> None:
        """Asks to set a variable; no reply is asked for."""
        self._check(library.sshcore_request_env(self.handle, channel, c_text(name), c_text(value), 0, None))

    def request_pty(self, channel: int, terminal: str = "xterm", columns: int = 80, rows: int = 24) -> None:
        """Asks for a terminal; no reply is asked for."""
        pty = _pty(columns, rows)
        pty.terminal = c_text(terminal)
        self._check(library.sshcore_request_pty(self.handle, channel, byref(pty), 0, None))

    def request_window_change(self, channel: int, columns: int, rows: int) -> None:
        """Tells the terminal's new size."""
        self._check(library.sshcore_request_window_change(self.handle, channel, byref(_pty(columns, rows))))

    def request_signal(self, channel: int, name: str) -> None:
        """Sends a signal to what runs; its name is without SIG, such as TERM."""
        self._check(library.sshcore_request_signal(self.handle, channel, c_text(name)))

    def send_exit_status(self, channel: int, status: int) -> None:
        """Server: how the command ended."""
        self._check(library.sshcore_request_exit_status(self.handle, channel, status))

    # ---- answers

    def accept(self, event: Event) -> None:
        """Answers a question with yes."""
        self._check(library.sshcore_answer_accept(self.handle, event.token))

    def deny(self, event: Event) -> None:
        """Answers a question with no."""
        self._check(library.sshcore_answer_deny(self.handle, event.token))

    def answer_none(self, event: Event) -> None:
        """AUTH_METHOD_NEEDED: tries none."""
        self._check(library.sshcore_answer_none(self.handle, event.token))

    def answer_password(self, event: Event, password: str) -> None:
        """AUTH_METHOD_NEEDED: tries a password."""
        data = password.encode()
        self._check(library.sshcore_answer_password(self.handle, event.token, data, len(data)))

    def answer_key(self, event: Event, key: Key) -> None:
        """AUTH_METHOD_NEEDED: tries a key; a public one raises SIGNATURE_NEEDED."""
        self._check(library.sshcore_answer_key(self.handle, event.token, key.handle, None, 0))

    def answer_interactive(self, event: Event) -> None:
        """AUTH_METHOD_NEEDED: tries keyboard-interactive."""
        self._check(library.sshcore_answer_interactive(self.handle, event.token, None))

    def answer_signature(self, event: Event, signature: bytes) -> None:
        """SIGNATURE_NEEDED, HOST_SIGNATURE_NEEDED: gives the signature."""
        self._check(library.sshcore_answer_signature(self.handle, event.token, signature, len(signature)))

    def answer_prompts(self, event: Event, answers: Sequence[str]) -> None:
        """PROMPTS_RECEIVED: as many answers as there are prompts."""
        array = (c_char_p * len(answers))(*[c_text(answer) for answer in answers])
        self._check(library.sshcore_answer_prompts(self.handle, event.token, array, len(answers)))

    def answer_methods(self, event: Event, methods: Sequence[str]) -> None:
        """USER_PRESENTED: what this user may use."""
        self._check(library.sshcore_answer_methods(self.handle, event.token, c_text(",".join(methods))))

    def prompts(self, event: Event) -> list[tuple[str, bool]]:
        """PROMPTS_RECEIVED: each prompt, and whether its answer may be shown."""
        prompts = []
        for index in range(event.count):
            prompt = struct(_library.Prompt)
            self._check(library.sshcore_question_prompt(self.handle, event.token, index, byref(prompt)))
            prompts.append((_text(prompt.text), prompt.echo == 1))
        return prompts

    def pty(self, event: Event) -> PtySize:
        """CHANNEL_REQUESTED, pty-req or window-change: the terminal."""
        pty = struct(_library.Pty)
        self._check(library.sshcore_question_pty(self.handle, event.token, byref(pty)))
        return PtySize(pty.columns, pty.rows, _text(pty.terminal))

    def _check(self, result: int) -> None:
        if result != 0:
            detail = c_char_p()
            said = library.sshcore_last_detail(self._handle, byref(detail)) == 0
            raise SshCoreError(result, _text(detail.value) if said else "")


def _text(value: bytes | None) -> str:
    return "" if value is None else value.decode()


def _pty(columns: int, rows: int) -> _library.Pty:
    pty = struct(_library.Pty)
    assign(pty, "columns", columns)
    assign(pty, "rows", rows)
    return pty


# What keyword arguments can set; the others are the package's own matter.
_SETTINGS = {name for name, *_ in _library.Settings._fields_} - {
    "size", "log", "log_context", "insecure_seed_length", "host_keys", "host_key_count"}


def _settings(values: dict[str, Setting]) -> _library.Settings:
    made = struct(_library.Settings)
    for name, value in values.items():
        if name not in _SETTINGS:
            raise TypeError(f"there is no setting {name!r}")
        if name == "limits" and isinstance(value, dict):
            made.limits = ctypes.pointer(_limits(value))
            continue
        assign(made, name, c_text(value) if isinstance(value, str) else value)
        if name == "insecure_seed":
            made.insecure_seed_length = len(made.insecure_seed if isinstance(value, str) else value)
    return made


def _limits(values: dict[str, int]) -> _library.Limits:
    made = struct(_library.Limits)
    for name, value in values.items():
        if name not in dict(_library.Limits._fields_):
            raise TypeError(f"there is no limit {name!r}")
        assign(made, name, value)
    return made


def _event(e: _library.Event) -> Event:
    return Event(
        kind=EventKind(e.kind), channel=None if e.channel == _library.NO_CHANNEL else e.channel, token=e.token, id=e.id,
        code=e.code, count=e.count, flags=Flags(e.flags), stream=e.stream, length=e.length, user=_text(e.user),
        name=_text(e.name), text=_text(e.text), detail=_text(e.detail),
        list=tuple(_text(e.list).split(",")) if e.list else (), algorithm=_text(e.algorithm),
        key=bytes_at(e.key, e.key_length), data=bytes_at(e.data, e.data_length), more=bytes_at(e.more, e.more_length))
