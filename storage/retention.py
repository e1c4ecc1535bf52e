"""Retention: jobs that ended long ago go, with the documents that nothing else refers to.

Jobs go by the group they are sealed in, once its live folders are swept: the next manifest has it
no more, so for every reader they are there whole or not at all. Its files are retired, as those
that compaction replaces are, and go after the same grace period. Documents go after the files that
refer to them. What is broken off is safe to repeat.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import uuid_utils

from domain.errors import LakeError
from storage.catalog import write_catalog
from storage.control import Control
from storage.database import Database
from storage.durable import TEMPORARY
from storage.layout import Layout
from storage.manifest import Group, Manifest, ManifestFile
from storage.reading import Reading
from storage.verifying_files import old_documents
from storage.verifying_rows import Rows, opened_rows

UNREFERENCED = timedelta(days=1)
"""How long a document stays that no job refers to: longer than lies between its writing and the
commit that refers to it."""

LIVE_JOBS = 250
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Gone:
    """What was let go.

    Attributes:
        jobs: jobs that are not there any more.
        documents: documents that were removed.
    """

    jobs: int = 0
    documents: int = 0


def let_go(home: Path, keep_days: int | None, now: datetime) -> Gone:
    """Let go of jobs that ended long ago, and of documents that nothing refers to.

    Args:
        keep_days: days after their end for which jobs stay at least; None: for good. A job goes
            when all that are in the same files may.
        now: the present time, with its zone.

    Raises:
        LakeError: files can't be read, written or removed.
    """
    layout, manifests = Layout.of(home), ManifestFile(Layout.of(home))
    try:
        jobs = 0 if keep_days is None else _jobs_gone(layout, manifests, keep_days, now)
        return Gone(jobs, _documents_gone(layout, manifests, now))
    except (OSError, duckdb.Error, pa.ArrowException) as error:
        raise LakeError(f"what is old can't be let go of: {error}") from error


def _jobs_gone(layout: Layout, manifests: ManifestFile, keep_days: int, now: datetime) -> int:
    before = now.astimezone(UTC) - timedelta(days=keep_days)
    with closing(Control(layout.home)) as control:
        with control.exclusive():
            manifest = manifests.read()
            old = {g.group_id: ids for g in manifest.groups if (ids := _old(layout, g, before))}
            if not old:
                return 0
            job_ids = [job_id for ids in old.values() for job_id in ids]
            _forget(control, job_ids)
            manifests.publish(manifest.with_parts((), old.keys(), now))
        write_catalog(layout.home)
    return len(job_ids)


def _old(layout: Layout, group: Group, before: datetime) -> list[str]:
    """The jobs of a group, if all of them ended before a moment; else none."""
    # A live folder that nothing replaces any more would bring its job back.
    if not group.swept or group.day > before.date().isoformat():
        return []
    path = layout.home / group.files["jobs"].path
    rows = pq.read_table(path, columns=["job_id", "created_at", "finished_at"])
    ended = [row["finished_at"] or row["created_at"] for row in rows.to_pylist()]
    found: list[str] = rows["job_id"].to_pylist()
    return found if max(ended) < before else []


def _forget(control: Control, job_ids: Iterable[str]) -> None:
    """Forget which content became these jobs: handed in again, it is a new one."""
    control.rows("CREATE TEMP TABLE IF NOT EXISTS gone (job_id TEXT PRIMARY KEY)")
    control.rows("DELETE FROM gone")
    control.many("INSERT INTO gone VALUES (?)", [(job_id,) for job_id in job_ids])
    control.rows("DELETE FROM submissions WHERE job_id IN (SELECT job_id FROM gone)")


def _documents_gone(layout: Layout, manifests: ManifestFile, now: datetime) -> int:
    before = now - UNREFERENCED
    with opened_rows() as rows:
        # First the documents, then who refers to them: whoever does so later wrote it anew, or
        # touched it.
        rows.add_documents(old_documents(layout, before))
        if not rows.has_documents():
            return 0
        manifest = manifests.read()
        _add_sealed(layout, manifest, rows)
        _add_live(layout, manifests, manifest, rows)
        names = [Path(finding.place).name for finding in rows.findings(("unreferenced",))]
    return sum(_remove(layout, name, before) for name in names)


def _add_sealed(layout: Layout, manifest: Manifest, rows: Rows) -> None:
    for path in manifest.paths("jobs"):
        rows.add_sealed(layout.home, "jobs", path)
    # Who read the manifest before may still be asking for what these jobs refer to.
    retired = (path for entry in manifest.retired for path in entry.paths)
    for path in retired:
        if Path(path).name.startswith("jobs-") and (layout.home / path).exists():
            rows.add_sealed(layout.home, "jobs", path)


def _add_live(layout: Layout, manifests: ManifestFile, manifest: Manifest, rows: Rows) -> None:
    with closing(Database()) as database:
        reading = Reading(layout, manifests, database)
        job_ids = reading.unsealed(manifest)
        for at in range(0, len(job_ids), LIVE_JOBS):
            some = job_ids[at : at + LIVE_JOBS]
            for _ in range(_TRIES):
                try:
                    rows.add_live(reading.files(some))
                    break
                except (FileNotFoundError, duckdb.IOException):
                    # Folded meanwhile.
                    continue
            else:
                raise LakeError(f"the live files of job {some[0]} and others can't be read")


def _remove(layout: Layout, name: str, before: datetime) -> bool:
    """Take a document away, unless it was stored again since it was looked at."""
    path = layout.documents / name[:2] / name
    aside = layout.staging / f"{name}.{uuid_utils.uuid7()}{TEMPORARY}"
    try:
        if path.stat().st_mtime >= before.timestamp():
            return False
        path.rename(aside)
    except FileNotFoundError:
        return False
    if aside.stat().st_mtime >= before.timestamp():
        aside.rename(path)
        return False
    aside.unlink()
    return True
