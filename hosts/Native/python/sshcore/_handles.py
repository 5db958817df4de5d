"""Handles, and the bytes that blobs bring."""

from __future__ import annotations

import ctypes
import os
from ctypes import byref, c_size_t, c_void_p
from typing import Self

from ._library import check, library

_PROCESS = os.getpid()


class Handle:
    """Owns one handle of the library; freed with the object, by close(), or at the end of `with`. In the child of a process that
    forked nothing is freed: the library does not run there."""

    _free = ""

    def __init__(self, handle: c_void_p) -> None:
        self._handle: c_void_p | None = handle

    @property
    def handle(self) -> c_void_p:
        """The handle itself. Raises ValueError after close()."""
        if self._handle is None:
            raise ValueError("it was closed")
        return self._handle

    def close(self) -> None:
        """Frees it; a second call does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None and os.getpid() == _PROCESS:
            check(getattr(library, self._free)(handle))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            self.close()


def take_blob(blob: c_void_p) -> bytes:
    """The bytes of a blob, which is freed."""
    data, length = c_void_p(), c_size_t()
    check(library.sshcore_blob_data(blob, byref(data), byref(length)))
    try:
        return ctypes.string_at(data, length.value)
    finally:
        check(library.sshcore_blob_free(blob))


def bytes_at(pointer: int | None, length: int) -> bytes:
    """A copy of lent bytes."""
    return ctypes.string_at(pointer, length) if pointer and length else b""
