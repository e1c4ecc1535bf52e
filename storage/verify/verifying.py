"""Verifying: whether a lake is whole, and what lies in it that nothing needs.

Nothing is changed, and a night, compaction and readers may be at work. The order is that of any
reader: what job control has entered, then the manifest, then the live folders that it does not
replace. What changed while it was looked at may look wrong, so whatever is found is looked for once
more, beginning with the manifest of then; only what is found both times is told.
"""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from domain.errors import FileDamaged, LakeDamaged, LakeError, LakeTooNew
from storage.control.batch_log import BatchLog
from storage.control.facts import Facts
from storage.control.leases import Leases
from storage.control.sqlite import CHANGES
from storage.control.witness import FILE as WITNESS
from storage.control.witness import Damaged, read_witness
from storage.files.durable import private_folder
from storage.files.faults import told
from storage.files.findings import Finding
from storage.files.home import Home, RemoteHome
from storage.layout.imports import imports
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import Group, Manifest, ManifestFile
from storage.layout.night_names import night_files
from storage.layout.noted_files import noted, noted_faults
from storage.layout.soundness import sealed_faults
from storage.layout.trials import trial_files
from storage.live.folders import FIRST
from storage.readmodel.verifying_live import live_faults, sentinel_faults
from storage.tables.database import literal_paths, retried, went
from storage.verify.files import (
    SETTLING,
    catalog_fault,
    document_fault,
    left_files,
    old_documents,
)
from storage.verify.objects import object_faults
from storage.verify.retention import UNREFERENCED
from storage.verify.rows import COMPARED, LEFT_OVER, LIVE_JOBS, Rows, opened_rows

DOCUMENTS = 250
"""Documents fetched together."""

_KINDS = {"memory": "import", "nights": "night", "trials": "trial"}
"""What files are, by the folder that they lie in."""


_told = partial(told, "the lake can't be verified", duckdb.Error)


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


def verify(home: Home, now: datetime) -> Verified:
    """Check the lake of a home; whatever else is at work there may go on.

    All that one in an object store has is fetched anew, and removed again.

    Args:
        now: the present time, with its zone.

    Raises:
        InputError: there is no lake.
        LakeTooNew: a newer Nightdesk has written it.
        LakeError: what is compared can't be put down, such as on a full disk.
    """
    with _told():
        Layout.existing(home)
    with as_it_is(home) as seen:
        first = _looked_at(seen, now)
        if not first.findings:
            return first
        again = _looked_at(seen, now)
    lasting = [f for f in again.findings if any(f.concerns(before) for before in first.findings)]
    found = tuple(sorted(lasting, key=lambda finding: not finding.is_fault))
    return Verified(again.jobs, again.segments, again.calls, again.documents, found)


@contextmanager
def as_it_is(home: Home) -> Iterator[Home]:
    """The home without what this machine keeps of it, which may be whole where the home is not."""
    if not isinstance(home, RemoteHome):
        yield home
        return
    private_folder(home.cache)
    with tempfile.TemporaryDirectory(dir=home.cache, prefix="verify-") as folder:
        yield replace(home, cache=Path(folder).resolve())


def _looked_at(home: Home, now: datetime) -> Verified:
    with _told(), opened_rows() as rows:
        check = _Check(home, rows, now)
        found = tuple(check.findings())
        return Verified(**rows.counts(), documents=check.documents, findings=found)


class _Check:
    """One look at a lake."""

    def __init__(self, home: Home, rows: Rows, now: datetime) -> None:
        self._home = home
        self._layout = Layout.of(home)
        self._rows = rows
        self._now = now
        self._tips: Mapping[str, str] = {}
        self.documents = 0

    def findings(self) -> Iterator[Finding]:
        """All there is to be found, file by file and then row by row."""
        yield from self._control()
        try:
            manifest = ManifestFile(self._layout).read()
        except LakeTooNew:
            raise
        except LakeError as error:
            # Without it nobody can say what counts.
            if not self._is_told(error):
                yield Finding("manifest", "manifest.json", None, _said(error))
            return
        unread = 0
        for finding in (*self._sealed(manifest), *self._live(manifest)):
            unread += finding.is_fault
            yield finding
        yield from self._others(manifest)
        yield from self._rows.findings(COMPARED)
        yield from self._documents()
        for kind, path in left_files(self._layout, manifest, self._now - SETTLING):
            yield Finding(kind, self._place(path), None, "nothing refers to it")
        if not unread:
            self._rows.add_documents(old_documents(self._layout, self._now - UNREFERENCED))
            yield from self._rows.findings(LEFT_OVER)

    def _control(self) -> Iterator[Finding]:
        if not self._layout.files.has_control():
            return
        if isinstance(self._home, RemoteHome):
            for place, said in object_faults(self._home):
                yield Finding("control object", place, None, said)
        else:
            yield from self._witness()
        try:
            with closing(Leases(self._home)) as leases, closing(BatchLog(self._home)) as log:
                for said in leases.faults():
                    yield Finding("control", "control.sqlite", None, said)
                self._tips = leases.tips()
                self._rows.add_entered("lease", sorted(leases.job_ids()))
                self._rows.add_entered("batch request", sorted(log.job_ids()))
        except (LakeError, sqlite3.Error) as error:
            if not self._is_told(error):
                yield Finding("control", "control.sqlite", None, str(error))

    def _is_told(self, error: Exception) -> bool:
        """Whether it is of an object of job control, each of which is looked at by itself."""
        is_named = isinstance(error, LakeDamaged | FileDamaged) and error.file.startswith(
            "control/"
        )
        return is_named and isinstance(self._home, RemoteHome)

    def _witness(self) -> Iterator[Finding]:
        try:
            # One that was carried over has nothing written down before its first change.
            if read_witness(self._layout.home) is None and self._layout.files.fact(CHANGES):
                yield Finding("missing witness", WITNESS, None, "it is not there")
        except (Damaged, OSError) as error:
            yield Finding("witness", WITNESS, None, f"it can't be read: {error}")

    def _sealed(self, manifest: Manifest) -> Iterator[Finding]:
        for group in manifest.groups:
            faults = list(sealed_faults(self._layout, [group]))
            for path, fault in faults:
                yield Finding("sealed file", path, None, fault)
            if not faults:
                yield from self._added(group)

    def _added(self, group: Group) -> Iterator[Finding]:
        for table, file in group.files.items():
            try:
                self._rows.add_sealed(self._layout.home, table, file.path)
            except (FileNotFoundError, duckdb.Error) as error:
                yield Finding("sealed file", file.path, None, f"it can't be read: {error}")

    def _live(self, manifest: Manifest) -> Iterator[Finding]:
        job_ids = []
        for name in self._layout.folders.names():
            if is_job_id(name):
                job_ids.append(name)
            elif name != "_none":
                yield Finding("stray folder", f"live/{name}", None, "no job can have this name")
        counting = [job_id for job_id in job_ids if job_id not in manifest.replaced]
        for at in range(0, len(counting), LIVE_JOBS):
            yield from self._live_together(counting[at : at + LIVE_JOBS])

    def _live_together(self, job_ids: Sequence[str]) -> Iterator[Finding]:
        def look() -> list[Finding]:
            found: list[Finding] = []
            files = [path for j in job_ids for path in self._whole_files(j, found)]
            if files:
                self._rows.add_live(literal_paths(files))
            return found

        try:
            yield from retried(look)
        except (OSError, duckdb.Error) as error:
            if went(error):
                said = f"the live files of job {job_ids[0]} and others can't be read: {error}"
                raise LakeError(said) from error
            yield from self._live_singly(job_ids, str(error))

    def _live_singly(self, job_ids: Sequence[str], said: str) -> Iterator[Finding]:
        """Which of some jobs have rows that can't be read."""
        if len(job_ids) == 1:
            place = self._place(self._layout.job(job_ids[0]))
            yield Finding("live file", place, job_ids[0], f"its rows can't be read: {said}")
        else:
            for job_id in job_ids:
                yield from self._live_together([job_id])

    def _whole_files(self, job_id: str, found: list[Finding]) -> list[str]:
        """A live job's files; none of a job of which one is damaged."""
        folder = self._layout.job(job_id)
        try:
            files = self._layout.folders.files(job_id)
        except FileNotFoundError:
            return []  # sealed and swept meanwhile: left to the next look
        self._layout.folders.readable(job_id, files)
        paths = [folder / file.name for file in files]
        if not paths:
            said = "the file with which the job was entered is not there"
            found.append(Finding("live file", f"live/{job_id}/{FIRST.name}", job_id, said))
        faults = list(live_faults(folder, files, self._tips.get(job_id)))
        found += [
            Finding("live file", f"live/{job_id}/{name}", job_id, said) for name, said in faults
        ]
        return [] if faults else [str(path) for path in paths]

    def _others(self, manifest: Manifest) -> Iterator[Finding]:
        if self._layout.files.has_catalog:
            fault = catalog_fault(self._layout, manifest, self._now - SETTLING)
            if fault is not None:
                yield Finding(fault[0], self._place(self._layout.catalog), None, fault[1])
        hashes: Mapping[str, str] = {}
        # Where job control can't be read, that is told already.
        with suppress(LakeError), closing(Facts(self._home)) as facts:
            hashes = noted(facts)
        there = [
            *imports(self._layout),
            *night_files(self._layout),
            *trial_files(self._layout),
        ]
        self._layout.files.fetch(there)
        for place, said in noted_faults(self._layout, hashes, there):
            yield Finding(_KINDS[place.partition("/")[0]], place, None, said)
        for path, said in sentinel_faults(self._layout):
            yield Finding("sentinel", self._place(path), None, said)

    def _documents(self) -> Iterator[Finding]:
        references = self._rows.references()
        while some := list(itertools.islice(references, DOCUMENTS)):
            paths = [self._layout.documents / one.name[:2] / one.name for one in some]
            self._layout.files.fetch(paths)
            self.documents += len(some)
            for path, (_, job_id, jobs) in zip(paths, some, strict=True):
                if (fault := document_fault(path)) is not None:
                    kind, said = fault
                    others = f"; {jobs} jobs refer to it" if jobs > 1 else ""
                    yield Finding(kind, self._place(path), job_id, said + others)

    def _place(self, path: Path) -> str:
        return path.relative_to(self._layout.home).as_posix()


def _said(error: LakeError) -> str:
    return f"it {error.what}" if isinstance(error, LakeDamaged) else str(error)
