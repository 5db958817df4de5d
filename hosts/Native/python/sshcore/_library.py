"""The C library: where it is, its structs and its functions, as sshcore.h declares them."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import pathlib
import sys
from ctypes import POINTER, c_char_p, c_int, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, TypeVar

from . import errors

__all__ = ["library", "Settings", "Limits", "Event", "Pty", "Prompt", "Error", "ChannelOptions", "AuthorizedKey", "ExtendedAttribute", "FileAttributes",
           "FileName", "FileRequest", "FileReply", "SftpOptions", "DownloadOptions", "SshCoreError", "assign", "c_text", "check", "NEVER", "NO_CHANNEL", "STATE", "struct"]

NEVER = 2**64 - 1
NO_CHANNEL = 2**32 - 1
STATE = 6


class Limits(ctypes.Structure):
    """sshcore_limits."""

    _fields_ = [
        ("size", c_size_t), ("bytes_before_auth", c_uint64), ("rekey_traffic_bytes", c_uint64),
        ("identification_length", c_uint32), ("pre_banner_lines", c_uint32), ("pre_banner_line_length", c_uint32),
        ("pre_banner_bytes", c_uint32), ("packet_length_before_auth", c_uint32), ("packet_length", c_uint32),
        ("name_list_count", c_uint32), ("name_length", c_uint32), ("name_list_length", c_uint32),
        ("ext_info_entries", c_uint32), ("packets_before_auth", c_uint32), ("exchanges_before_auth", c_uint32),
        ("identification_timeout_seconds", c_uint32), ("rekey_timeout_seconds", c_uint32),
        ("channel_open_timeout_seconds", c_uint32), ("stalled_output_timeout_seconds", c_uint32),
        ("close_timeout_seconds", c_uint32), ("auth_requests", c_uint32), ("key_probes", c_uint32),
        ("password_length", c_uint32), ("user_name_length", c_uint32), ("pending_auth_messages", c_uint32),
        ("password_changes", c_uint32), ("interactive_prompts", c_uint32), ("interactive_rounds", c_uint32),
        ("auth_text_length", c_uint32), ("auth_banners", c_uint32), ("channel_opens_per_minute", c_uint32),
        ("largest_window", c_uint32), ("pending_requests", c_uint32), ("pending_request_bytes", c_uint32),
        ("environment_variables", c_uint32), ("environment_bytes", c_uint32), ("command_length", c_uint32),
        ("terminal_name_length", c_uint32), ("terminal_modes_length", c_uint32), ("queued_control_bytes", c_uint32),
        ("queued_control_packets", c_uint32), ("queued_command_bytes", c_uint32), ("queued_command_packets", c_uint32),
        ("queued_data_bytes", c_uint32), ("peer_rekeys_per_minute", c_uint32), ("smallest_rsa_bits", c_uint32),
        ("largest_rsa_bits", c_uint32), ("smallest_group_bits", c_uint32), ("largest_group_bits", c_uint32),
    ]


class Settings(ctypes.Structure):
    """sshcore_settings."""

    _fields_ = [
        ("size", c_size_t), ("software_version", c_char_p), ("key_exchanges", c_char_p), ("host_key_algorithms", c_char_p),
        ("ciphers", c_char_p), ("macs", c_char_p), ("signature_algorithms", c_char_p), ("allow_legacy", c_char_p),
        ("window_size", c_uint32), ("max_packet_size", c_uint32), ("keep_alive_seconds", c_uint32),
        ("keep_alive_max_unanswered", c_uint32), ("rekey_bytes", c_uint64), ("rekey_seconds", c_uint32),
        ("handshake_timeout_seconds", c_uint32), ("auth_timeout_seconds", c_uint32), ("decision_timeout_seconds", c_uint32),
        ("auth_failures", c_uint32), ("channels", c_uint32), ("sessions", c_uint32), ("fixed_windows", c_uint32),
        ("log", c_void_p), ("log_context", c_void_p), ("insecure_seed", c_char_p), ("insecure_seed_length", c_size_t),
        ("host_keys", POINTER(c_void_p)), ("host_key_count", c_size_t), ("auth_methods", c_char_p), ("banner", c_char_p),
        ("moduli", c_char_p), ("trace", c_uint32), ("guess_key_exchange", c_uint32), ("rekey_packets", c_uint64),
        ("limits", POINTER(Limits)), ("host_chooses_groups", c_uint32),
    ]


class Event(ctypes.Structure):
    """sshcore_event."""

    _fields_ = [
        ("size", c_size_t), ("kind", c_uint32), ("channel", c_uint32), ("token", c_uint64), ("deadline_us", c_uint64),
        ("id", c_uint64), ("code", c_uint32), ("count", c_uint32), ("flags", c_uint32), ("stream", c_uint32),
        ("length", c_size_t), ("user", c_char_p), ("name", c_char_p), ("text", c_char_p), ("detail", c_char_p),
        ("list", c_char_p), ("algorithm", c_char_p), ("key", c_void_p), ("key_length", c_size_t), ("data", c_void_p),
        ("data_length", c_size_t), ("more", c_void_p), ("more_length", c_size_t),
    ]


class Pty(ctypes.Structure):
    """sshcore_pty."""

    _fields_ = [
        ("size", c_size_t), ("columns", c_uint32), ("rows", c_uint32), ("pixel_width", c_uint32), ("pixel_height", c_uint32),
        ("terminal", c_char_p), ("modes", c_char_p), ("modes_length", c_size_t),
    ]


class Prompt(ctypes.Structure):
    """sshcore_prompt."""

    _fields_ = [("size", c_size_t), ("text", c_char_p), ("echo", c_uint32)]


class Error(ctypes.Structure):
    """sshcore_error."""

    _fields_ = [
        ("size", c_size_t), ("kind", c_uint32), ("reason", c_uint32), ("message", c_char_p), ("expected", c_char_p),
        ("got", c_char_p),
    ]


class ChannelOptions(ctypes.Structure):
    """sshcore_channel_options."""

    _fields_ = [
        ("size", c_size_t), ("window_size", c_uint32), ("max_packet_size", c_uint32), ("manual_window", c_uint32),
        ("data", c_char_p), ("data_length", c_size_t),
    ]


class AuthorizedKey(ctypes.Structure):
    """sshcore_authorized_key."""

    _fields_ = [
        ("size", c_size_t), ("line", c_size_t), ("comment", c_char_p), ("command", c_char_p), ("environment", POINTER(c_char_p)),
        ("environment_count", c_size_t), ("allows_pty", c_uint32), ("allows_port_forwarding", c_uint32),
        ("allows_agent_forwarding", c_uint32), ("allows_x11_forwarding", c_uint32), ("allows_user_rc", c_uint32),
    ]


class ExtendedAttribute(ctypes.Structure):
    """sshcore_extended_attribute."""

    _fields_ = [("size", c_size_t), ("name", c_char_p), ("data", c_void_p), ("data_length", c_size_t)]


class FileAttributes(ctypes.Structure):
    """sshcore_file_attributes."""

    _fields_ = [
        ("size", c_size_t), ("has", c_uint32), ("user_id", c_uint32), ("group_id", c_uint32), ("permissions", c_uint32),
        ("access_time", c_uint32), ("modify_time", c_uint32), ("file_size", c_uint64),
        ("extended", POINTER(POINTER(ExtendedAttribute))), ("extended_count", c_size_t),
    ]


class FileName(ctypes.Structure):
    """sshcore_file_name."""

    _fields_ = [
        ("size", c_size_t), ("name", c_void_p), ("name_length", c_size_t), ("long_name", c_void_p),
        ("long_name_length", c_size_t), ("attributes", FileAttributes),
    ]


class SftpOptions(ctypes.Structure):
    """sshcore_sftp_options."""

    _fields_ = [
        ("size", c_size_t), ("extensions", c_char_p), ("hashes", c_char_p), ("transfer_window", c_uint64),
        ("upload_window", c_uint64), ("message_length", c_uint32), ("data_length", c_uint32), ("path_length", c_uint32),
        ("handles", c_uint32), ("requests_in_flight", c_uint32), ("pending_requests", c_uint32), ("queued_output", c_uint32),
        ("names_per_reply", c_uint32), ("extended_attributes", c_uint32), ("extension_count", c_uint32),
    ]


class DownloadOptions(ctypes.Structure):
    """sshcore_download_options."""

    _fields_ = [
        ("size", c_size_t), ("handle", c_uint64), ("offset", c_uint64), ("length", c_uint64), ("expected_size", c_uint64),
        ("has_expected_size", c_uint32), ("in_order", c_uint32), ("read_length", c_uint32),
    ]


class FileRequest(ctypes.Structure):
    """sshcore_file_request."""

    _fields_ = [
        ("size", c_size_t), ("kind", c_uint32), ("id", c_uint32), ("token", c_uint64), ("path", c_void_p),
        ("path_length", c_size_t), ("other_path", c_void_p), ("other_path_length", c_size_t), ("handle", c_uint64),
        ("other_handle", c_uint64), ("offset", c_uint64), ("other_offset", c_uint64), ("length", c_uint64),
        ("flags", c_uint32), ("is_directory", c_uint32), ("text", c_char_p), ("data", c_void_p), ("data_length", c_size_t),
        ("attributes", FileAttributes), ("block_size", c_uint32), ("users", POINTER(c_uint32)), ("user_count", c_size_t),
        ("groups", POINTER(c_uint32)), ("group_count", c_size_t),
    ]


class FileReply(ctypes.Structure):
    """sshcore_file_reply."""

    _fields_ = [
        ("size", c_size_t), ("kind", c_uint32), ("request", c_uint32), ("id", c_uint32), ("code", c_uint32),
        ("handle", c_uint64), ("message", c_char_p), ("data", c_void_p), ("data_length", c_size_t), ("path", c_void_p),
        ("path_length", c_size_t), ("names", c_size_t), ("transfer", c_uint64), ("offset", c_uint64),
        ("attributes", FileAttributes), ("algorithm", c_char_p), ("language", c_char_p), ("users", c_size_t), ("groups", c_size_t),
    ]


class SshCoreError(errors.Error):
    """A call returned something other than SSHCORE_OK."""

    def __init__(self, result: int, detail: str = "") -> None:
        text = library.sshcore_result_text(result).decode()
        super().__init__(f"{text}: {detail}" if detail else text)
        self.result = result
        """The number, one of those in sshcore.h."""


_h, _p, _s, _z, _u, _q = c_void_p, c_void_p, c_char_p, c_size_t, c_uint32, c_uint64

# Every function that this package calls, with its parameters; all of these return a result.
_FUNCTIONS: dict[str, list[Any]] = {
    "blob_data": [_h, _p, _p], "blob_free": [_h],
    "client_new": [_p, _p], "server_new": [_p, _p], "connection_free": [_h], "connection_abandon": [_h],
    "wants_input": [_h, _p], "receive": [_h, _s, _z, _p], "receive_end": [_h], "tick": [_h, _q], "next_timeout": [_h, _p],
    "output": [_h, _p, _p], "output_advance": [_h, _z], "is_finished": [_h, _p], "poll_event": [_h, _p],
    "authenticate": [_h, _s], "rekey": [_h], "set_keep_alive": [_h, _u, _u], "user": [_h, _p], "host_key": [_h, _p, _p],
    "server_sig_algs": [_h, _p], "disconnect": [_h, _u, _s], "abort": [_h, _s],
    "is_authenticated": [_h, _p], "connection_error": [_h, _p], "last_detail": [_h, _p],
    "channel_open": [_h, _s, _p, _p], "channel_write": [_h, _u, _u, _s, _z, _p],
    "channel_read": [_h, _u, _u, _p, _z, _p], "channel_available": [_h, _u, _u, _p], "channel_send_eof": [_h, _u],
    "channel_shutdown_read": [_h, _u], "channel_close": [_h, _u],
    "request_exec": [_h, _u, _s, _z, _u, _p], "request_shell": [_h, _u, _u, _p],
    "request_subsystem": [_h, _u, _s, _u, _p], "request_env": [_h, _u, _s, _s, _u, _p],
    "request_pty": [_h, _u, _p, _u, _p], "request_window_change": [_h, _u, _p], "request_signal": [_h, _u, _s],
    "request_exit_status": [_h, _u, _u],
    "answer_accept": [_h, _q], "answer_deny": [_h, _q], "answer_none": [_h, _q], "answer_password": [_h, _q, _s, _z],
    "answer_key": [_h, _q, _h, _s, _u], "answer_interactive": [_h, _q, _s], "answer_signature": [_h, _q, _s, _z],
    "answer_prompts": [_h, _q, _p, _z], "answer_methods": [_h, _q, _s], "question_prompt": [_h, _q, _u, _p],
    "question_pty": [_h, _q, _p],
    "key_parse": [_s, _z, _s, _z, _p], "key_parse_public": [_s, _p], "key_from_blob": [_s, _z, _p],
    "key_generate": [_u, _u, _s, _s, _z, _p], "key_free": [_h], "key_is_private": [_h, _p], "key_type": [_h, _p, _p],
    "key_comment": [_h, _p], "key_public_blob": [_h, _p], "key_public_line": [_h, _s, _p], "key_fingerprint": [_h, _u, _p],
    "key_write": [_h, _u, _s, _z, _p], "key_sign": [_h, _s, _s, _z, _p], "key_verify": [_h, _s, _s, _z, _s, _z],
    "known_hosts_parse": [_s, _z, _p, _p], "known_hosts_free": [_h], "known_hosts_check": [_h, _s, _u, _s, _z],
    "known_hosts_add": [_h, _s, _u, _s, _z, _u], "known_hosts_text": [_h, _p],
    "known_hosts_remove": [_h, _s, _u, _s, _p], "known_hosts_find": [_h, _s, _u, _s, _z, _p], "known_hosts_order": [_h, _s, _u, _p],
    "authorized_keys_parse": [_s, _z, _p, _p], "authorized_keys_free": [_h], "authorized_keys_problem": [_h, _z, _p],
    "authorized_keys_check": [_h, _s, _z, _s, _s, _p],
    "sftp_client_new": [_p, _p], "sftp_server_new": [_p, _p], "sftp_free": [_h], "sftp_attach": [_h, _u, _h],
     "sftp_write": [_h, _q, _q, _s, _z, _p, _p],
    "sftp_send": [_h, _p, _p], "sftp_download": [_h, _s, _z, _p, _p],
    "sftp_upload": [_h, _s, _z, _p, _p], "sftp_upload_write": [_h, _q, _s, _z, _p], "sftp_upload_complete": [_h, _q],
    "sftp_transfer_cancel": [_h, _q], "sftp_poll_reply": [_h, _p], "sftp_reply_name": [_h, _z, _p],
    "sftp_poll_request": [_h, _p], "sftp_answer_status": [_h, _q, _u, _s], "sftp_answer_handle": [_h, _q, _q, _u],
    "sftp_answer_data": [_h, _q, _s, _z], "sftp_answer_attributes": [_h, _q, _p], "sftp_answer_path": [_h, _q, _s, _z],
    "sftp_answer_names": [_h, _q, _p, _z, _p],
}


_FILE = {"win32": "sshcore.dll", "darwin": "libsshcore.dylib"}.get(sys.platform, "libsshcore.so")


def _find() -> str:
    named = os.environ.get("SSHCORE_LIBRARY")
    if named:
        return named
    beside = pathlib.Path(__file__).with_name(_FILE)
    if beside.exists():
        return str(beside)
    installed = ctypes.util.find_library("sshcore")
    if installed is None:
        raise ImportError(f"{_FILE} was not found: SSHCORE_LIBRARY is not set, {beside} does not exist, and no sshcore is "
                          "installed where the system looks for libraries")
    return installed


def _load() -> ctypes.CDLL:
    file = _find()
    by = "SSHCORE_LIBRARY names it" if os.environ.get("SSHCORE_LIBRARY") else "SSHCORE_LIBRARY can name another"
    try:
        loaded = ctypes.CDLL(file)
    except OSError as error:
        raise ImportError(f"{file} cannot be loaded ({by}): {error}", name="sshcore", path=file) from error
    try:
        for name, parameters in _FUNCTIONS.items():
            function = getattr(loaded, "sshcore_" + name)
            function.argtypes = parameters
            function.restype = c_int32
        loaded.sshcore_result_text.argtypes = [c_int]
        loaded.sshcore_result_text.restype = c_char_p
        loaded.sshcore_version.restype = c_char_p
        loaded.sshcore_algorithm_list.argtypes = [c_uint32]
        loaded.sshcore_algorithm_list.restype = c_char_p
        loaded.sshcore_live_handles.restype = c_size_t
    except AttributeError as error:
        raise ImportError(f"{file} is no sshcore of this package's version ({by}): {error}", name="sshcore", path=file) from error
    return loaded


library = _load()


def check(result: int, detail: str = "") -> None:
    """Raises SshCoreError unless the result is SSHCORE_OK."""
    if result != 0:
        raise SshCoreError(result, detail)


_Struct = TypeVar("_Struct", bound=ctypes.Structure)


def assign(target: ctypes.Structure, name: str, value: object) -> None:
    """Sets a field. ValueError for a number that does not fit, of which ctypes would keep the low bits."""
    setattr(target, name, value)
    if isinstance(value, int) and getattr(target, name) != value:
        raise ValueError(f"{name} cannot be {value}")


def c_text(text: str) -> bytes:
    """Text for the library. ValueError for a NUL, where it would end before its time."""
    if "\0" in text:
        raise ValueError(f"a NUL is in {text!r}")
    return text.encode()


def struct(kind: type[_Struct]) -> _Struct:
    """A struct with its size set, all else zero."""
    made = kind()
    made.size = ctypes.sizeof(kind)
    return made
