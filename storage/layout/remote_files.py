"""A lake's files in an object store: put there first, and kept in the machine's cache to be read.

A file never changes once it is there, but for those that are replaced as a whole, which are asked
for anew each time. So what the cache has is right, and what it lacks is fetched.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from storage.control.facts import Facts
from storage.files.cached import Cached
from storage.layout.lake_files import Stored

UNUSED_DAYS = 7
"""Days after which a document leaves the cache; asked for again, it is fetched again."""


class RemoteFiles:
    """The files of a home in an object store, as `storage.layout.lake_files.Files` says."""

    # Its views name files of one machine.
    has_catalog = False
    is_far = True

    def __init__(self, cached: Cached, facts: Facts) -> None:
        self._cached = cached
        self._objects = cached.objects
        self._facts = facts

    def exists(self) -> bool:
        return bool(self._objects.list("live") or self._objects.list("sealed"))

    def has_control(self) -> bool:
        return True

    def write(self, path: Path, data: bytes) -> None:
        self._cached.put(path, data)

    def writing(self, path: Path) -> AbstractContextManager[BinaryIO]:
        return self._cached.whole(path, is_put=True)

    def fetch(self, paths: Iterable[Path]) -> None:
        self._objects.each(self._fetched, [path for path in paths if not path.exists()])

    def _fetched(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            self._cached.fetch(path)

    def touch(self, path: Path) -> bool:
        # An object is as old as its content: it is put anew.
        return False

    def below(self, folder: Path) -> Iterator[Stored]:
        for entry in self._objects.list(self._cached.key(folder)):
            yield Stored(self._cached.folder / entry.key, entry.modified.timestamp())

    def written(self, path: Path) -> float:
        return self._objects.modified(self._cached.key(path)).timestamp()

    def remove(self, path: Path) -> None:
        self._cached.remove(path)

    def remove_old(self, path: Path, before: float) -> bool:
        try:
            if self.written(path) >= before:
                return False
        except FileNotFoundError:
            return False
        self.remove(path)
        return True

    def pointer(self, path: Path, tag: str | None) -> tuple[str, bytes] | None:
        found = self._objects.get(self._cached.key(path), tag)
        return None if found is None else (found.tag, found.data)

    def publish(self, path: Path, data: bytes, tag: str | None) -> None:
        self._objects.replace(self._cached.key(path), data, tag)

    def exclusive(self) -> AbstractContextManager[Facts]:
        return nullcontext(self._facts)

    def fact(self, name: str) -> str | None:
        return self._facts.get(name)

    def prune(self) -> None:
        home = self._cached.folder
        for name in ("sealed", "memory"):
            # The cache first: what is put meanwhile is in the store before it is here.
            kept = [path for path in (home / name).rglob("*.parquet") if path.parent.name[0] != "_"]
            there = {stored.path for stored in self.below(home / name)}
            for path in kept:
                if path not in there:
                    path.unlink(missing_ok=True)
        unused = time.time() - UNUSED_DAYS * 86_400
        for path in (home / "documents").glob("??/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < unused:
                    path.unlink()
        for folder in (home / "sealed").glob("[0-9]*"):
            if not any(folder.iterdir()):
                shutil.rmtree(folder, ignore_errors=True)
