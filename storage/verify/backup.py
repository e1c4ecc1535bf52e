"""Copying a home while others work on it, so that the copy is a home that could have been.

Copied in whatever order a tool takes files, a manifest may name files that the copy lacks, and a
job be numbered further than job control knows. Here the order is: manifest and control database at
one moment, since nobody publishes or enters anything under the lock; then the live folders, which
stay for an hour after they are replaced; then the sealed files, which stay as long; then what they
refer to, which was there before. In the copy each fence is at least that of the rows. What never
changes is not copied again but linked to from the backup before.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from domain.errors import InputError
from storage.control.published import CATALOG
from storage.control.sqlite import FILE as CONTROL
from storage.control.sqlite import Control
from storage.control.witness import write_witness
from storage.files.durable import PRIVATE, TEMPORARY, private_folder, sync_folder, write_file
from storage.files.faults import told
from storage.files.home import Home, RemoteHome
from storage.layout.documents import is_document_name
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import Manifest, ManifestFile
from storage.layout.soundness import live_fault, sealed_fault
from storage.tables.database import retried
from storage.verify.control_anew import enter_fences
from storage.verify.files import document_fault

_TRIES = 5
_STAMP = "%Y-%m-%dT%H%M%S"


@dataclass(slots=True)
class BackedUp:
    """What a backup has.

    Attributes:
        place: its folder, which is a home.
        copied: files copied.
        linked: files that the backup before had already.
        faults: files of the home that are not what was written, and so are not in it.
    """

    place: Path
    copied: int = 0
    linked: int = 0
    faults: list[str] = field(default_factory=list)


def back_up(home: Home, to: Path, now: datetime) -> BackedUp:
    """Copy a home into a new folder below another, while nights may be at work.

    Args:
        to: the folder of all backups of this home; made if it is missing.
        now: the present time, with its zone; names the new folder.

    Raises:
        InputError: there is no lake, or it lies in an object store, or the place can't be used.
        LakeError: the home can't be read, or the copy not be written.
    """
    if isinstance(home, RemoteHome):
        message = "a home in an object store is backed up there: see docs/backup.md"
        raise InputError(message, where=home.url)
    layout = Layout.existing(home)
    to = to.expanduser().resolve()
    if to.is_relative_to(layout.home):
        raise InputError("it lies in the home itself; name a folder elsewhere", where=str(to))
    place = to / now.strftime(_STAMP)
    if place.exists():
        raise InputError("there is a backup of this second already", where=str(place))
    with told("the home can't be backed up"):
        private_folder(to)
        return _Copy(layout, place).made()


class _Copy:
    """A backup in the making."""

    def __init__(self, layout: Layout, place: Path) -> None:
        self._layout = layout
        self._aside = place.with_name(place.name + TEMPORARY)
        before = sorted(path for path in place.parent.glob("*T*") if path.suffix != TEMPORARY)
        self._before = before[-1] if before else None
        self._done = BackedUp(place)

    def made(self) -> BackedUp:
        # It may take so long that something goes an hour after it was replaced.
        retried(self._copy, _TRIES)
        os.sync()
        self._aside.rename(self._done.place)
        sync_folder(self._done.place.parent)
        return self._done

    def _copy(self) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)
        self._done = BackedUp(self._done.place)
        private_folder(self._aside)
        manifest = self._published()
        self._live(manifest)
        for group in manifest.groups:
            for file in group.files.values():
                self._take(file.path, partial(sealed_fault, self._aside, file))
        for name in ("documents", "nights", "memory", "trials"):
            for stored in self._layout.files.below(self._layout.home / name):
                path = stored.path.relative_to(self._layout.home).as_posix()
                is_document = name == "documents" and is_document_name(stored.path.name)
                self._take(path, partial(_document_fault, self._aside / path, is_document))
        with suppress(FileNotFoundError):
            self._take("predictions.json")
        self._settle_control()

    def _published(self) -> Manifest:
        """The manifest and the control database as they are at one moment."""
        with self._layout.files.exclusive():
            manifest = ManifestFile(self._layout).read()
            with suppress(FileNotFoundError):
                write_file(self._aside / "manifest.json", self._layout.manifest.read_bytes())
            with (
                closing(sqlite3.connect(self._layout.control, timeout=30)) as there,
                closing(sqlite3.connect(self._aside / CONTROL)) as copy,
            ):
                there.backup(copy)
            (self._aside / CONTROL).chmod(PRIVATE)
        return manifest

    def _live(self, manifest: Manifest) -> None:
        for job_id in filter(is_job_id, self._layout.folders.names()):
            if job_id not in manifest.replaced:
                retried(partial(self._live_job, job_id), _TRIES)
        private_folder(self._aside / "live")

    def _live_job(self, job_id: str) -> None:
        for file in self._layout.folders.files(job_id):
            path = f"live/{job_id}/{file.name}"
            if not (self._aside / path).exists():
                self._take(path, partial(live_fault, self._aside / path))

    def _take(self, path: str, fault_of: Callable[[], str | None] = lambda: None) -> None:
        """Have a file of the home in the copy, unless it is not what was written."""
        target = self._aside / path
        private_folder(target.parent)
        if self._is_linked(path, target):
            if fault_of() is None:
                self._done.linked += 1
                return
            target.unlink()
        shutil.copy2(self._layout.home / path, target)
        target.chmod(PRIVATE)
        if (fault := fault_of()) is None:
            self._done.copied += 1
        else:
            target.unlink()
            self._done.faults.append(f"{path}: {fault}")

    def _is_linked(self, path: str, target: Path) -> bool:
        if self._before is None or path.endswith(".json"):
            return False
        try:
            os.link(self._before / path, target)
        except OSError:
            return False
        return True

    def _settle_control(self) -> None:
        copied = Layout.of(self._aside)
        with closing(Control(self._aside, lost=True)) as control:
            enter_fences(control, copied)
            # The catalog names the home's own files: the first command that writes makes another.
            control.rows("DELETE FROM facts WHERE name = ?", (CATALOG,))
            write_witness(self._aside, control.witness())


def _document_fault(path: Path, is_document: bool) -> str | None:
    fault = document_fault(path) if is_document else None
    return None if fault is None else fault[1]
