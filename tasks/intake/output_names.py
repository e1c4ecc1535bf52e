"""Names of outputs: always below the outbox, legal on any file system, no two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')
# Names that Windows keeps for devices, with or without a suffix.
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$")
_LONGEST = 200


def safe_path(parts: Iterable[str]) -> str:
    """A relative path of these parts with everything unsafe taken out of them.

    Empty parts, `.` and `..` fall away; what a file system may refuse becomes `_`.
    """
    return "/".join(part for part in map(_safe_part, parts) if part) or "document"


def safe_name(name: str) -> str:
    """A file name made of any text; never a path."""
    return _safe_part(name.replace("/", "_")) or "document"


def _safe_part(part: str) -> str:
    # Windows drops spaces and dots at a name's end, so two names could become one.
    cleaned = _UNSAFE.sub("_", part).rstrip(" .").lstrip(" ")
    if part in ("", ".", "..") or not cleaned:
        return ""
    if _RESERVED.match(cleaned):
        cleaned = "_" + cleaned
    return _shortened(cleaned)


def _shortened(name: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix) < 20 else ""
    stem = name.removesuffix(suffix).encode()[: _LONGEST - len(suffix.encode())]
    return stem.decode(errors="ignore").rstrip(" .") + suffix


class OutputNames:
    """The names given out so far; a name asked for again gets a number."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def take(self, path: str) -> str:
        """This path, or the first of `name-2.md`, `name-3.md` … that is free.

        Upper and lower case count as one, as on many file systems.
        """
        candidate, number = path, 1
        while (clash := self._clash(candidate)) is not None:
            number += 1
            candidate = _numbered(path, clash, number)
        self._files.add(_folded(candidate))
        self._folders.update(map(_folded, _parents(candidate)))
        return candidate

    def _clash(self, path: str) -> int | None:
        """How many parts of the path make up what is taken already; None where it is free."""
        for parent in _parents(path):
            if _folded(parent) in self._files:
                return parent.count("/") + 1
        folded = _folded(path)
        taken = folded in self._files or folded in self._folders
        return path.count("/") + 1 if taken else None


def _numbered(path: str, depth: int, number: int) -> str:
    """The path with a number in the last of its first `depth` parts."""
    parts = path.split("/")
    part = PurePosixPath(parts[depth - 1])
    parts[depth - 1] = f"{part.stem}-{number}{part.suffix}"
    return "/".join(parts)


def _parents(path: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(path).parents if parent.name]


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
