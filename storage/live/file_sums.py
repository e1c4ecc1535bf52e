"""What a live file says of itself: a checksum of all its bytes, and which file came before it.

No list names live files: to keep one would cost each commit as much again. So each bears its own
checksum, and names its predecessor, which shows where one is gone. Both lie between the last page
and the footer, where Parquet's readers never look. A bit that flips in the mark makes a file one of
an earlier version, without a checksum; its rows are what they were.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from storage.live.listing import LiveFile

_MARK = b"\xffnightdesk-1\xfe"
"""No text has these bytes, which are no UTF-8."""

_NAME = 48
_DIGEST = 32
_END = 8
"""Bytes after the footer: its length, and Parquet's own mark."""


class NotAsWritten(OSError):
    """The bytes are not those that were written."""


class Told(NamedTuple):
    """What a file says of itself.

    Attributes:
        is_signed: whether it bears a checksum; those of earlier versions don't.
        before: the name of the file before it; empty for a job's first, or where none is told.
    """

    is_signed: bool
    before: str


def signed(content: bytes, before: LiveFile | None) -> bytes:
    """A Parquet file with its checksum.

    Args:
        content: without one.
        before: the file that its writer wrote, or found, before it.
    """
    at = len(content) - _END - int.from_bytes(content[-_END : -_END // 2], "little")
    head, footer = content[:at], content[at:]
    name = b"" if before is None else before.name.encode()
    said = _MARK + name.ljust(_NAME, b"\0")
    return b"".join((head, said, _digest(head + said + footer), footer))


def told_by(content: bytes) -> Told:
    """What a live file says of itself, which it is by its own checksum.

    Raises:
        NotAsWritten: it is not.
    """
    at = content.rfind(_MARK)
    if at < 0:
        return Told(False, "")
    end = at + len(_MARK) + _NAME
    if content[end : end + _DIGEST] != _digest(content[:end] + content[end + _DIGEST :]):
        raise NotAsWritten("its content is not what its checksum was made of")
    return Told(True, content[at + len(_MARK) : end].rstrip(b"\0").decode())


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def opened(path: str | Path) -> tuple[bytes, Told]:
    """The content of a live file, which is what was written, and what it says of itself.

    Raises:
        NotAsWritten: it is not.
        OSError: it can't be read.
    """
    content = Path(path).read_bytes()
    try:
        return content, told_by(content)
    except NotAsWritten as error:
        raise NotAsWritten(f"{path}: {error}") from None
