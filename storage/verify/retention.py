"""Retention: jobs that ended long ago go, with the documents that nothing else refers to.

Jobs go by the group they are sealed in, once its live folders are swept: the next manifest has it
no more, so for every reader they are there whole or not at all. Its files are retired, as those
that compaction replaces are, and go after the same grace period. Documents go after the files that
refer to them. What is broken off is safe to repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from domain.errors import LakeDamaged
from storage.control.submissions import Submissions, Submitted
from storage.files.faults import told
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.layout.soundness import RESTORE, check_sealed, live_fault
from storage.readmodel.catalog import publish_catalog
from storage.tables.database import literal_paths, retried
from storage.verify.files import old_documents
from storage.verify.rows import LIVE_JOBS, Rows, opened_rows

UNREFERENCED = timedelta(days=1)
"""How long a document stays that no job refers to: longer than lies between its writing and the
commit that refers to it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was let go.

    Attributes:
        jobs: jobs that are not there any more.
        documents: documents that were removed.
    """

    jobs: int = 0
    documents: int = 0


def let_go(home: Home, keep_days: int | None, now: datetime) -> Gone:
    """Let go of jobs that ended long ago, and of documents that nothing refers to.

    Args:
        keep_days: days after their end for which jobs stay at least; None: for good. A job goes
            when all that are in the same files may.
        now: the present time, with its zone.

    Raises:
        LakeDamaged: a file that says what is old, or needed; nothing more goes.
        LakeError: files can't be read, written or removed.
    """
    layout, manifests = Layout.of(home), ManifestFile(Layout.of(home))
    with told("what is old can't be let go of", duckdb.Error, pa.ArrowException):
        jobs = 0 if keep_days is None else _jobs_gone(home, manifests, keep_days, now)
        return Gone(jobs, _documents_gone(layout, manifests, now))


def _jobs_gone(home: Home, manifests: ManifestFile, keep_days: int, now: datetime) -> int:
    layout = Layout.of(home)
    before = now.astimezone(UTC) - timedelta(days=keep_days)
    groups = manifests.read().groups
    old = {group.group_id: jobs for group in groups if (jobs := _old(layout, group, before))}
    if not old:
        return 0
    # Forgotten first: handed in again, the content of a job that is gone must become a new one.
    with closing(Submissions(home)) as submissions:
        submissions.forget([job for jobs in old.values() for job in jobs])
    gone: list[str] = []

    def without(manifest: Manifest) -> Manifest | None:
        nonlocal gone
        gone = [group.group_id for group in manifest.groups if group.group_id in old]
        return manifest.with_parts((), gone, now) if gone else None

    manifests.change(without)
    publish_catalog(layout)
    return sum(len(old[group_id]) for group_id in gone)


def _old(layout: Layout, group: Group, before: datetime) -> list[Submitted]:
    """The jobs of a group, if all of them ended before a moment; else none."""
    # A live folder that nothing replaces any more would bring its job back.
    if not group.swept or group.day > before.date().isoformat():
        return []
    # When they ended must be what was sealed.
    check_sealed(layout, [group], ["jobs"])
    path = layout.home / group.files["jobs"].path
    columns = [*Submitted._fields, "created_at", "finished_at"]
    rows = pq.read_table(path, columns=columns).to_pylist()
    if max(row["finished_at"] or row["created_at"] for row in rows) >= before:
        return []
    return [Submitted(*(row[name] for name in Submitted._fields)) for row in rows]


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
        _add_live(layout, manifest, rows)
        names = [Path(finding.place).name for finding in rows.findings(("unreferenced",))]
    paths = [layout.documents / name[:2] / name for name in names]
    return sum(layout.files.remove_old(path, before.timestamp()) for path in paths)


def _add_sealed(layout: Layout, manifest: Manifest, rows: Rows) -> None:
    # Which documents they refer to must be what was sealed.
    check_sealed(layout, manifest.groups, ["jobs"])
    for path in manifest.paths("jobs"):
        rows.add_sealed(layout.home, "jobs", path)
    # Who read the manifest before may still be asking for what these jobs refer to.
    retired = [path for entry in manifest.retired for path in entry.paths]
    jobs = [path for path in retired if Path(path).name.startswith("jobs-")]
    layout.files.fetch(layout.home / path for path in jobs)
    for path in jobs:
        if (layout.home / path).exists():
            rows.add_sealed(layout.home, "jobs", path)


def _whole(layout: Layout, files: list[str]) -> list[str]:
    """The same files, each of which is what was written: it says which documents are needed."""
    for path in files:
        if (fault := live_fault(path)) is not None:
            place = Path(path).relative_to(layout.home).as_posix()
            raise LakeDamaged(place, f"is not what was written: {fault}", RESTORE)
    return files


def _add_live(layout: Layout, manifest: Manifest, rows: Rows) -> None:
    job_ids = layout.live_ids(manifest.replaced)
    for at in range(0, len(job_ids), LIVE_JOBS):
        some = job_ids[at : at + LIVE_JOBS]

        def look(some: Sequence[str] = some) -> None:
            rows.add_live(literal_paths(_whole(layout, layout.folders.paths(some))))

        with told(f"the live files of job {some[0]} and others can't be read", duckdb.Error):
            retried(look)
