"""Making `control.sqlite` anew, of what is left of it and of what the lake still says.

What was in it is of three kinds. Submissions and fences can be read off the jobs: who submitted
which content, and how far the rows of each job are numbered. Keys and webhooks are known to nobody
else. The log of batches is neither: a request that is out in a batch which is not entered any more
is asked, and paid, once more. So all rows that are whole are taken over from the file that lies
there, be it damaged or older than the lake, and the file itself is kept beside the new one.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from domain.errors import InputError, LakeError, LakeTooNew
from storage.control.facts import Facts
from storage.control.published import MANIFEST, shown_by
from storage.control.row_sums import COLUMN, row_sum, tables
from storage.control.sqlite import CHANGES, FILE, Control
from storage.control.submissions import Submitted
from storage.control.witness import Witness, last_witness, write_witness
from storage.files.durable import TEMPORARY, sync_folder
from storage.files.faults import told
from storage.files.home import Home, RemoteHome
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import Manifest, ManifestFile
from storage.readmodel.catalog import publish_catalog
from storage.readmodel.live_rows import LiveRows

_SUBMITTED = (
    "INSERT INTO submissions (owner, content_key, job_id) VALUES (?, ?, ?)"
    " ON CONFLICT (owner, content_key) DO UPDATE SET job_id = excluded.job_id"
)
_FENCED = (
    "INSERT INTO leases (job_id, fence, tip) VALUES (?, ?, ?)"
    " ON CONFLICT (job_id) DO UPDATE SET fence = max(fence, excluded.fence), run_id = NULL,"
    " tip = excluded.tip"
)


@dataclass(frozen=True, slots=True)
class MadeAnew:
    """What a new database has.

    Attributes:
        submissions: contents whose job is known.
        leases: live jobs whose fence is known.
        keys: those taken over.
        webhooks: those taken over.
        batches: those taken over.
        kept: where the file that was there is kept; None where there was none.
    """

    submissions: int
    leases: int
    keys: int
    webhooks: int
    batches: int
    kept: Path | None


def make_anew(home: Home, now: datetime) -> MadeAnew:
    """Put a whole database in the place of one that is missing, damaged or older than the lake.

    Nothing may be at work on the home meanwhile. One that is broken off is safe to repeat.

    Args:
        now: the present time, with its zone; names what is kept.

    Raises:
        InputError: there is nothing to be made anew.
        LakeError: the manifest or the rows of jobs can't be read.
    """
    if isinstance(home, RemoteHome):
        message = "a home in an object store has no control.sqlite; restore its objects"
        raise InputError(message, where=home.url)
    layout = Layout.existing(home)
    if _is_whole(layout.home):
        raise InputError("it is whole; there is nothing to rebuild", where=str(layout.control))
    with told("control.sqlite can't be made anew", pa.ArrowException), _Anew(layout) as anew:
        anew.take_over()
        anew.read_off_jobs()
        kept = anew.put_in_place(now)
        counts = anew.counts
    publish_catalog(layout)
    return MadeAnew(**counts, kept=kept)


def _is_whole(home: Path) -> bool:
    try:
        with closing(Control(home)) as control:
            return not control.faults()
    except LakeTooNew:
        raise
    except LakeError:
        return False


class _Anew:
    """A database in the making, in a folder of its own."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._old = layout.control
        self._folder = layout.staging / f"control.{uuid.uuid4().hex}{TEMPORARY}"
        self.counts: dict[str, int] = {}

    def __enter__(self) -> _Anew:
        self._control = Control(self._folder, lost=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def take_over(self) -> None:
        """Take over all whole rows of the file that is there."""
        if not self._old.exists():
            return
        with (
            self._control.exclusive(),
            suppress(sqlite3.Error, UnicodeDecodeError),
            closing(sqlite3.connect(self._old, isolation_level=None)) as old,
        ):
            for table, columns in self._tables():
                for row in _whole_rows(old, table, columns):
                    self._put(table, row)

    def _put(self, table: str, row: Mapping[str, Any]) -> None:
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        # One of a version without sums may be of a kind that can't be.
        with suppress(LakeError):
            self._control.rows(
                f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608 - our own names
                list(row.values()),
            )

    def _tables(self) -> list[tuple[str, tuple[str, ...]]]:
        with closing(sqlite3.connect(self._folder / FILE)) as new:
            return [(table.name, table.columns) for table in tables(new)]

    def read_off_jobs(self) -> None:
        """Enter what the lake says of its jobs, and how far it was published."""
        version, sealed = self._published()
        with self._control.exclusive():
            self._control.many(_SUBMITTED, self._submitted(sealed))
            enter_fences(self._control, self._layout)
            # A lake of the first format may have none yet, and none is to be missed then.
            if version or self._layout.manifest.exists():
                Facts(self._control).raise_to(MANIFEST, version)

    def _published(self) -> tuple[int, list[Path]]:
        """The version of the manifest, and the sealed files of jobs.

        Where it can't be read, all there are; then it must be missed as before.
        """
        there = sorted(self._layout.sealed.glob("[0-9]*/jobs-*.parquet"))
        try:
            manifest = ManifestFile(self._layout).read()
        except LakeTooNew:
            raise
        except LakeError:
            manifest = Manifest()
        if there and not manifest.version:
            return shown_by(self._layout.catalog) or 1, there
        return manifest.version, [self._layout.home / path for path in manifest.paths("jobs")]

    def _submitted(self, sealed: Sequence[Path]) -> list[Submitted]:
        """All contents with their jobs, the oldest first: of several jobs of one the last counts.

        Raises:
            LakeError: a live file can't be read.
        """
        wanted = list(Submitted._fields)
        found = [
            Submitted(**row)
            for path in sealed
            for row in pq.read_table(path, columns=wanted).to_pylist()
        ]
        folders = self._layout.folders
        for job_id in filter(is_job_id, folders.names()):
            files = folders.files(job_id)
            for row in LiveRows(0).newest(folders.readable(job_id, files), are_all=False):
                if row.kind == "jobs":
                    found.append(Submitted(*(getattr(row.record, name) for name in wanted)))
        return sorted(found, key=lambda one: one.job_id)

    def put_in_place(self, now: datetime) -> Path | None:
        """Let the new database be that of the home, and keep the one that was there."""
        for name in ("submissions", "leases", "keys", "webhooks", "batches"):
            counted = f"SELECT count(*) FROM {name}"  # noqa: S608 - our own names
            self.counts[name] = self._control.rows(counted)[0][0]
        witness = self._witness()
        self._control.close()
        kept = self._kept(now)
        for suffix in ("-wal", "-shm"):
            Path(f"{self._old}{suffix}").unlink(missing_ok=True)
        (self._folder / FILE).replace(self._old)
        sync_folder(self._old.parent)
        write_witness(self._layout.home, witness)
        return kept

    def _witness(self) -> Witness:
        """What the new database has come to: further than any that was there."""
        own, seen = self._control.witness(), last_witness(self._layout.home)
        facts = Facts(self._control)
        facts.raise_to(CHANGES, 1 + max(own.changes, seen.changes if seen else 0))
        return self._control.witness()

    def _kept(self, now: datetime) -> Path | None:
        if not self._old.exists():
            return None
        kept = self._old.with_name(f"{FILE}.before-{now:%Y%m%dT%H%M%S}")
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copy2(f"{self._old}{suffix}", f"{kept}{suffix}")
        return kept


def enter_fences(control: Control, layout: Layout) -> None:
    """Enter how far the rows of live jobs are numbered, and the newest file of each."""
    newest = []
    for job_id in filter(is_job_id, layout.folders.names()):
        files = layout.folders.files(job_id)
        if files and files[-1].fence:
            newest.append((job_id, files[-1].fence, files[-1].name))
    control.many(_FENCED, newest)


def _whole_rows(
    old: sqlite3.Connection, table: str, columns: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """The rows of a table that are what was written, as far as they can be read."""
    with suppress(sqlite3.Error, UnicodeDecodeError):
        there = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
        names = [name for name in there if name in columns]
        for values in old.execute(f"SELECT {', '.join(there)} FROM {table}"):  # noqa: S608 - our own names
            row = dict(zip(there, values, strict=True))
            parts = [part for name in names for part in (name, row[name])]
            # Rows of a version without sums are taken as they are.
            if COLUMN not in row or row[COLUMN] == row_sum(table, *parts):
                yield {name: row[name] for name in names}
