"""The archives that office documents are: what of them is taken, and what is refused.

Limits and names are checked before anything is read (ECMA-376 part 2 has the rules of names).
"""

from __future__ import annotations

import io
import zipfile

from domain.errors import DocumentError
from formats.common.encoding import MAX_BYTES

MAX_PARTS = 10_000
"""Entries of a package at most."""

MAX_PART_BYTES = 64 * 1024 * 1024
"""The largest part that is taken, in bytes unpacked."""

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""The largest package that is taken, in bytes unpacked."""

MAX_RATIO = 200
"""How often larger than packed a part of more than `FREE_RATIO_BYTES` may be."""

FREE_RATIO_BYTES = 4 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def opened(data: bytes, suffix: str) -> zipfile.ZipFile:
    """An archive, its entries not looked at yet.

    Args:
        data: the file's bytes.
        suffix: how such a file should be saved, such as `.docx`; for messages.

    Raises:
        DocumentError: it is none, or is too large.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(
            f"the document has {len(data) / 2**20:.1f} MB and {MAX_BYTES // 2**20} MB is the most;"
            " split it"
        )
    if data.startswith(_OLE):
        raise DocumentError(
            f"this is an office file of before 2007, or one locked with a password: open it, and"
            f" save it as {suffix} without a password"
        )
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError(
            f"this is no {suffix} document, or a damaged one ({error}); save it again as {suffix}"
        ) from None


def checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The entries by their names in lower case, by which parts are told apart.

    Raises:
        DocumentError: one could do harm.
    """
    if len(infos) > MAX_PARTS:
        raise DocumentError(f"the archive has {len(infos):,} entries and {MAX_PARTS:,} is the most")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED_BYTES:
        raise DocumentError(
            f"the document has {unpacked / 2**20:.0f} MB unpacked and"
            f" {MAX_UNPACKED_BYTES // 2**20} MB is the most; split it"
        )
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        _check(info)
        if name.lower() in entries:
            raise DocumentError(f"the archive has two entries {name!r}; save the document again")
        entries[name.lower()] = info
    return entries


def _check(info: zipfile.ZipInfo) -> None:
    name = info.filename
    segments = name.split("/")
    if not name or name.startswith("/") or "\\" in name or ":" in segments[0] or ".." in segments:
        raise DocumentError(f"the archive has an entry that leads out of it: {name!r}")
    if info.flag_bits & _ENCRYPTED:
        raise DocumentError("the archive is locked with a password; save the document without one")
    if info.compress_type not in _METHODS:
        raise DocumentError(f"{name!r} is packed in a way that office documents don't have")
    if info.file_size > MAX_PART_BYTES:
        raise DocumentError(
            f"{name!r} has {info.file_size / 2**20:.0f} MB unpacked and"
            f" {MAX_PART_BYTES // 2**20} MB is the most; split the document"
        )
    if info.file_size > FREE_RATIO_BYTES and info.file_size > MAX_RATIO * info.compress_size:
        raise DocumentError(
            f"{name!r} unpacks to more than {MAX_RATIO} times its size: this looks like a ZIP bomb"
        )
