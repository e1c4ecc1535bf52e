"""Verifying: whether a lake is whole, and what lies in it that nothing needs.

Nothing is changed, and a night, compaction and readers may be at work. The order is that of any
reader: what job control has entered, then the manifest, then the live folders that it does not
replace. What changed while it was looked at may look wrong, so whatever is found is looked for once
more, beginning with the manifest of then; only what is found both times is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from domain.errors import InputError, LakeError
from storage.catalog import catalog_version
from storage.control import Control
from storage.findings import Finding
from storage.imports import imports
from storage.layout import Layout, is_job_id
from storage.live import listed
from storage.manifest import Manifest, ManifestFile
from storage.reading import literal_paths
from storage.retention import UNREFERENCED
from storage.verifying_files import (
    SETTLING,
    document_fault,
    left_files,
    old_documents,
    parquet_fault,
    sealed_fault,
)
from storage.verifying_rows import COMPARED, LEFT_OVER, Rows, opened_rows

LIVE_JOBS = 250
"""Live jobs taken in together."""

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found.

    Attributes:
        jobs: jobs whose rows were compared.
        segments: their segments.
        calls: their calls.
        documents: documents whose content was read.
        findings: faults first.
    """

    jobs: int
    segments: int
    calls: int
    documents: int
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_fault]


def verify(home: Path, now: datetime) -> Verified:
    """Check the lake of a home; whatever else is at work there may go on.

    Args:
        now: the present time, with its zone.

    Raises:
        InputError: there is no lake.
        LakeError: what is compared can't be put down, such as on a full disk.
    """
    layout = Layout.of(home)
    if not layout.live.is_dir():
        raise InputError("there is no lake here; name another folder", where=str(layout.home))
    first = _looked_at(layout, now)
    if not first.findings:
        return first
    again = _looked_at(layout, now)
    lasting = [f for f in again.findings if any(f.concerns(before) for before in first.findings)]
    found = tuple(sorted(lasting, key=lambda finding: not finding.is_fault))
    return Verified(again.jobs, again.segments, again.calls, again.documents, found)


def _looked_at(layout: Layout, now: datetime) -> Verified:
    try:
        with opened_rows() as rows:
            check = _Check(layout, rows, now)
            found = tuple(check.findings())
            return Verified(**rows.counts(), documents=check.documents, findings=found)
    except duckdb.Error as error:
        raise LakeError(f"the lake can't be verified: {error}") from error


class _Check:
    """One look at a lake."""

    def __init__(self, layout: Layout, rows: Rows, now: datetime) -> None:
        self._layout = layout
        self._rows = rows
        self._now = now
        self.documents = 0

    def findings(self) -> Iterator[Finding]:
        """All there is to be found, file by file and then row by row."""
        yield from self._control()
        try:
            manifest = ManifestFile(self._layout).read()
        except LakeError as error:
            # Without it nobody can say what counts.
            yield Finding("manifest", "manifest.json", None, str(error))
            return
        unread = 0
        for finding in (*self._sealed(manifest), *self._live(manifest)):
            unread += finding.is_fault
            yield finding
        yield from self._others()
        yield from self._rows.findings(COMPARED)
        yield from self._documents()
        for kind, path in left_files(self._layout, manifest, self._now - SETTLING):
            yield Finding(kind, self._place(path), None, "nothing refers to it")
        if not unread:
            self._rows.add_documents(old_documents(self._layout, self._now - UNREFERENCED))
            yield from self._rows.findings(LEFT_OVER)

    def _control(self) -> Iterator[Finding]:
        if not self._layout.control.exists():
            return
        try:
            with closing(Control(self._layout.home)) as control:
                for (said,) in control.rows("PRAGMA quick_check"):
                    if said != "ok":
                        yield Finding("control", "control.sqlite", None, said)
                for kind, table in (("lease", "leases"), ("batch request", "batch_items")):
                    found = control.rows(f"SELECT DISTINCT job_id FROM {table}")  # noqa: S608 - ours
                    self._rows.add_entered(kind, [job_id for (job_id,) in found])
        except (LakeError, sqlite3.Error) as error:
            yield Finding("control", "control.sqlite", None, str(error))

    def _sealed(self, manifest: Manifest) -> Iterator[Finding]:
        home = self._layout.home
        for group in manifest.groups:
            faults = {
                file.path: fault
                for file in group.files.values()
                if (fault := sealed_fault(home, file)) is not None
            }
            for path, fault in faults.items():
                yield Finding("sealed file", path, None, fault)
            if not faults:
                for table, file in group.files.items():
                    self._rows.add_sealed(home, table, file.path)

    def _live(self, manifest: Manifest) -> Iterator[Finding]:
        job_ids = []
        for name in sorted(entry.name for entry in self._layout.live.iterdir()):
            if is_job_id(name) and (self._layout.live / name).is_dir():
                job_ids.append(name)
            elif name != "_none":
                yield Finding("stray folder", f"live/{name}", None, "no job can have this name")
        counting = [job_id for job_id in job_ids if job_id not in manifest.replaced]
        for at in range(0, len(counting), LIVE_JOBS):
            yield from self._live_together(counting[at : at + LIVE_JOBS])

    def _live_together(self, job_ids: Sequence[str]) -> Iterator[Finding]:
        for _ in range(_TRIES):
            found: list[Finding] = []
            try:
                files = [path for j in job_ids for path in self._whole_files(j, found)]
                if files:
                    self._rows.add_live(literal_paths(files))
            except (FileNotFoundError, duckdb.IOException):
                # Folded meanwhile; what was sealed and swept as well is left to the next look.
                job_ids = [job_id for job_id in job_ids if self._layout.job(job_id).is_dir()]
                continue
            yield from found
            return
        raise LakeError(f"the live files of job {job_ids[0]} and others can't be read")

    def _whole_files(self, job_id: str, found: list[Finding]) -> list[str]:
        """A live job's files; none of a job of which one is damaged."""
        folder = self._layout.job(job_id)
        paths = [folder / file.name for file in listed(folder)]
        if not paths:
            found.append(Finding("stray folder", f"live/{job_id}", job_id, "it has no rows"))
        faults = {path: fault for path in paths if (fault := parquet_fault(path)) is not None}
        found += [
            Finding("live file", self._place(path), job_id, said) for path, said in faults.items()
        ]
        return [] if faults else [str(path) for path in paths]

    def _others(self) -> Iterator[Finding]:
        if self._layout.catalog.exists() and catalog_version(self._layout) is None:
            yield Finding("catalog", "catalog.duckdb", None, "it can't be read")
        for path in imports(self._layout):
            if (fault := parquet_fault(path)) is not None:
                yield Finding("import", self._place(path), None, fault)

    def _documents(self) -> Iterator[Finding]:
        for name, job_id, jobs in self._rows.references():
            path = self._layout.documents / name[:2] / name
            self.documents += 1
            if (fault := document_fault(path)) is not None:
                kind, said = fault
                others = f"; {jobs} jobs refer to it" if jobs > 1 else ""
                yield Finding(kind, self._place(path), job_id, said + others)

    def _place(self, path: Path) -> str:
        return path.relative_to(self._layout.home).as_posix()
