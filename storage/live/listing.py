"""A job's live folder: files that never change, and a listing of them that is never half a state.

A file holds rows of all five tables, so that what is committed together becomes visible together.
Each row has a number, `seq`; of the rows of one table and key the highest counts. So files may
overlap: a folded file, which gathers the rows of several, changes nothing for who reads all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FENCE_SHIFT = 40
"""A row's number is its writer's fence, shifted by this many bits, plus a count from 1: rows of a
later owner come after all rows of an earlier one, whenever they are written."""

BLOCK = 1_000_000
"""Counts that a file takes, however few its rows are: so whoever comes after its writer knows the
name of the file that it would write next, and can be there before it."""

_NAME = re.compile(r"(\d{8})-(\d{12})-(\d{12})\.parquet")


class FileGone(FileNotFoundError):
    """A file is no longer where its folder's listing had it: its rows are in another by now."""


@dataclass(frozen=True, slots=True, order=True)
class LiveFile:
    """A live file by its name; they sort as they were written.

    Attributes:
        fence: its writer's.
        last: the highest count that a row in it can have.
        first: the lowest; in a folded file, that of the first file it gathers.
    """

    fence: int
    last: int
    first: int

    @property
    def name(self) -> str:
        return f"{self.fence:08d}-{self.first:012d}-{self.last:012d}.parquet"

    def next(self) -> LiveFile:
        """What its writer writes next."""
        return LiveFile(self.fence, last=self.last + BLOCK, first=self.last + 1)

    @staticmethod
    def named(name: str) -> LiveFile | None:
        """The file of that name; None for what is no live file."""
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        fence, first, last = (int(part) for part in match.groups())
        return LiveFile(fence, last, first)

    def gathers(self, other: LiveFile) -> bool:
        """Whether all rows of the other that count are in this one too."""
        return (
            self != other
            and self.fence == other.fence
            and self.first <= other.first
            and other.last <= self.last
        )


def listed(folder: Path) -> list[LiveFile]:
    """The live files that count, all there were at one moment, oldest first.

    A folder that changes while it is listed may show a file and not an older one. So it is listed
    until two listings agree on all up to the newest file of the first; whatever came after that
    one is left for the next reader.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    return settled(lambda: _files(folder))


def settled(look: Callable[[], set[LiveFile]]) -> list[LiveFile]:
    """The same of whatever `look` lists."""
    before = look()
    while True:
        after = look()
        if not before and not after:
            return []
        if before and (found := agreed(before, after)) is not None:
            return found
        before = after


def agreed(before: set[LiveFile], after: set[LiveFile]) -> list[LiveFile] | None:
    """The files that count, oldest first, by two listings; None where these don't agree."""
    newest = max(before)
    return _counting(before) if {file for file in after if file <= newest} == before else None


def _files(folder: Path) -> set[LiveFile]:
    names = (LiveFile.named(entry.name) for entry in folder.iterdir())
    return {file for file in names if file is not None}


def _counting(files: Iterable[LiveFile]) -> list[LiveFile]:
    counting: list[LiveFile] = []
    widest: LiveFile | None = None
    for file in sorted(files, key=lambda f: (f.fence, f.first, -f.last)):
        if widest is None or not widest.gathers(file):
            counting.append(file)
            widest = file
    return sorted(counting)
