"""The translation memory: what earlier nights translated, and what was imported, found by key.

Earlier nights' units are segments in the lake that passed QA; nothing is stored twice. Imports lie
in `memory/` under the lake's home, a Parquet file each, which never change.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from domain.reuse.memory import Unit
from storage.files.faults import told
from storage.files.home import Home
from storage.layout.imports import imports, is_reviewed
from storage.layout.layout import Layout
from storage.layout.manifest import Group, ManifestFile
from storage.layout.soundness import live_fault, parquet_fault, sealed_faults
from storage.readmodel.key_index import KeyIndex
from storage.readmodel.views import sealed_sentinel
from storage.tables.database import Database, literal_paths, retried

_TRIES = 5
_TABLES = ("segments", "notes", "jobs")

_told = partial(told, "the translation memory can't be read", duckdb.Error)

_log = logging.getLogger("nightdesk.lake")


class Memory:
    """The memory of one lake, as one night may use it; safe for threads.

    Args:
        home: the lake's.
        engines: only what they translated counts.
        target_score: only what has this score or more counts, 0 to 100.
        simulated: whether what the simulator answered counts too.
    """

    def __init__(
        self, home: Home, *, engines: Sequence[str], target_score: float, simulated: bool
    ) -> None:
        self._layout = Layout.of(home)
        self._manifests = ManifestFile(self._layout)
        self._database = Database()
        self._wanted = {
            "engines": list(engines),
            "target_score": target_score,
            "simulated": simulated,
        }
        self._lock = threading.Lock()
        self._live: Mapping[str, Unit] | None = None
        self._sealed, self._groups = KeyIndex(), set[str]()
        self._imports, self._imported = KeyIndex(), set[Path]()
        self._reviewed: KeyIndex | None = None
        self._told: set[str] = set()

    def close(self) -> None:
        """Let go of memory and files."""
        for opened in (self._sealed, self._imports, self._reviewed, self._database):
            if opened is not None:
                opened.close()

    def units(self, keys: Collection[str]) -> dict[str, Unit]:
        """The units of those keys that have one; of several the newest.

        Sealed jobs are looked at as they are now; live ones as they were at the first call.

        Raises:
            LakeError: files can't be read.
        """
        return self._tried(lambda: self._units(keys))

    def imported(self, keys: Collection[str]) -> dict[str, Unit]:
        """The imported units by those `domain.reuse.memory.import_key`s that have one.

        Of several for one key the one that was imported last counts, and what people wrote or
        approved before all others.

        Raises:
            LakeError: files can't be read.
        """
        return self._tried(lambda: self._imported_units(keys))

    def holds_imports(self) -> bool:
        """Whether anything was imported at all.

        Raises:
            LakeError: files can't be listed.
        """
        with _told():
            return bool(imports(self._layout))

    def _tried(self, look: Callable[[], dict[str, Unit]]) -> dict[str, Unit]:
        with self._lock, _told():
            return retried(look, _TRIES)

    def _units(self, keys: Collection[str]) -> dict[str, Unit]:
        if self._live is None:
            self._live = self._live_units()
        self._take_in_sealed()
        wanted = set(keys)
        found = {key: self._live[key] for key in wanted & self._live.keys()}
        for row in self._sealed.rows("sealed_units", wanted - found.keys()):
            if row["memory_key"] in wanted:
                found[row["memory_key"]] = _unit(row)
        return found

    def _live_units(self) -> dict[str, Unit]:
        # Live folders before the manifest: what is sealed in between is found there.
        files = self._whole_files()
        if not files:
            return {}
        rows = self._database.ask("memory/live_units", files=literal_paths(files), **self._wanted)
        return {row["memory_key"]: replace(_unit(row), proven=False) for row in rows}

    def _whole_files(self) -> list[str]:
        """The live files of the jobs that a run has taken up and whose files are whole."""
        unsealed = self._layout.live_ids(self._manifests.read().replaced)
        begun = self._layout.folders.taken_up(unsealed)
        found: list[str] = []
        for _, files in groupby(self._layout.folders.paths(begun), lambda path: Path(path).parent):
            paths = list(files)
            faults = [(path, fault) for path in paths if (fault := live_fault(path)) is not None]
            for path, fault in faults:
                self._leave_out(Path(path), fault)
            found += [] if faults else paths
        return found

    def _take_in_sealed(self) -> None:
        groups = {group.group_id: group for group in self._manifests.read().groups}
        if not self._groups <= groups.keys():
            self._sealed.close()
            self._sealed, self._groups = KeyIndex(), set()
        for group_id, group in groups.items():
            if group_id not in self._groups:
                files = self._files(group)
                if self._is_whole(group):
                    self._sealed.add("sealed_keys", files, **self._wanted)
                self._groups.add(group_id)

    def _is_whole(self, group: Group) -> bool:
        """Whether the files of a group are what was sealed: a text that changed is no hit.

        Raises:
            FileNotFoundError: one is gone.
        """
        faults = list(sealed_faults(self._layout, [group], _TABLES))
        for place, fault in faults:
            path = self._layout.home / place
            if not path.exists():
                raise FileNotFoundError(path)
            self._leave_out(path, fault)
        return not faults

    def _leave_out(self, path: Path, fault: str) -> None:
        """Say once that a file is not taken for memory, which is worth no job's end."""
        place = path.relative_to(self._layout.home).as_posix()
        if place not in self._told:
            self._told.add(place)
            _log.error("%s is damaged, and left out of the memory: %s", place, fault)

    def _files(self, group: Group) -> dict[str, list[Path]]:
        files = {table: [self._layout.home / group.files[table].path] for table in _TABLES}
        self._layout.files.fetch(path for some in files.values() for path in some)
        # Files of older versions lack columns, which the sentinel has.
        return {
            "segments": [sealed_sentinel(self._layout, "segments"), *files["segments"]],
            "notes": files["notes"],
            "jobs": files["jobs"],
        }

    def _imported_units(self, keys: Collection[str]) -> dict[str, Unit]:
        paths = imports(self._layout)
        if not self._imported <= set(paths):
            self._imports.close()
            if self._reviewed is not None:
                self._reviewed.close()
            self._imports, self._reviewed, self._imported = KeyIndex(), None, set()
        for path in paths:
            if path not in self._imported:
                self._layout.files.fetch([path])
                if (fault := parquet_fault(path)) is None:
                    self._index_of(path).add("import_keys", {"units": [path]})
                else:
                    self._leave_out(path, fault)
                self._imported.add(path)
        found = {}
        for index in (self._imports, self._reviewed):
            for row in index.rows("import_units", keys) if index is not None else ():
                if row["import_key"] in keys:
                    by_people = index is self._reviewed
                    unit = Unit(row["target"], None, None, row["origin"], reviewed=by_people)
                    found[row["import_key"]] = unit
        return found

    def _index_of(self, path: Path) -> KeyIndex:
        """Where an import's units are found; there is a second place once people wrote some."""
        if not is_reviewed(path):
            return self._imports
        if self._reviewed is None:
            self._reviewed = KeyIndex()
        return self._reviewed


def _unit(row: Mapping[str, Any]) -> Unit:
    return Unit(
        row["answer"],
        row["qa_score"],
        row["findings"],
        row["origin"],
        tuple(row["doubts"] or ()),
    )
