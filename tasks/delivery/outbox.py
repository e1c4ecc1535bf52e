"""What a night leaves behind: the translated documents, a report, a table of its jobs."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from domain.checks.quality import Finding, Severity, from_json
from domain.job.job import Job, JobStatus
from domain.job.segment import Segment, SegmentStatus
from storage.files.durable import SHARED, TEMPORARY, sync_folder, write_file
from storage.files.home import Home
from storage.layout.documents import Documents
from storage.readmodel.readmodel import REMARKS, ReadModel
from storage.tables.records import JobRecord
from tasks.delivery.report import LISTED, NO_FACTS, NightFacts, report_markdown
from tasks.session.guard import each_alone

JOBS_TABLE = "jobs.parquet"
"""The last file that a night writes into its folder."""

_GRAVITY = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)
_MOMENT = pa.timestamp("us", tz="UTC")
_COLUMNS: Mapping[str, tuple[pa.DataType, Callable[[Job], Any]]] = {
    "job_id": (pa.string(), lambda job: job.job_id),
    "batch_id": (pa.string(), lambda job: job.batch_id),
    "owner": (pa.string(), lambda job: job.owner),
    "source_path": (pa.string(), lambda job: job.source_path),
    "output_path": (pa.string(), lambda job: job.output_path),
    "format": (pa.string(), lambda job: job.format),
    "source_lang": (pa.string(), lambda job: job.source_lang),
    "target_lang": (pa.string(), lambda job: job.target_lang),
    "status": (pa.string(), lambda job: str(job.status)),
    "current_step": (pa.string(), lambda job: job.step and str(job.step)),
    "attempt": (pa.int64(), lambda job: job.attempt),
    "segment_count": (pa.int64(), lambda job: job.segment_count),
    "source_words": (pa.int64(), lambda job: job.source_words),
    "target_words": (pa.int64(), lambda job: job.target_words),
    "code_words": (pa.int64(), lambda job: job.code_words),
    "computed_words": (pa.int64(), lambda job: job.computed_words),
    "kept_words": (pa.int64(), lambda job: job.kept_words),
    "excluded_words": (pa.int64(), lambda job: job.excluded_words),
    "not_understood_words": (pa.int64(), lambda job: job.not_understood_words),
    "qa_score": (pa.float64(), lambda job: job.qa_score),
    "input_tokens": (pa.int64(), lambda job: job.usage.input_tokens),
    "output_tokens": (pa.int64(), lambda job: job.usage.output_tokens),
    "cache_read_tokens": (pa.int64(), lambda job: job.usage.cache_read_tokens),
    "cache_write_tokens": (pa.int64(), lambda job: job.usage.cache_write_tokens),
    "cost_eur": (pa.decimal128(38, 18), lambda job: round(job.cost_eur, 18)),
    "simulated": (pa.bool_(), lambda job: job.simulated),
    "source_review": (pa.bool_(), lambda job: job.source_review),
    "created_at": (_MOMENT, lambda job: job.created_at),
    "started_at": (_MOMENT, lambda job: job.started_at),
    "finished_at": (_MOMENT, lambda job: job.finished_at),
}


def deliver(home: Home, outbox: Path, jobs: Sequence[Job]) -> list[Path]:
    """Write the outputs of those jobs that have one to `<outbox>/<target language>/<path>`.

    Where another job's output is already at that place, the file's name gets the end of the job's
    id. The same again changes nothing.

    Args:
        outbox: the night's own folder in it.

    Returns:
        Where the outputs lie, a path a job that has one.

    Raises:
        LakeError: an output is missing from the store.
        OSError: the outbox can't be written.
    """
    documents = Documents(home)
    return [
        _placed(documents.get(job.output), outbox / job.target_lang, job)
        for job in jobs
        if job.status.has_result and job.output is not None
    ]


def clear_unfinished(outbox: Path, dead: Collection[str]) -> None:
    """Take away what nights that were killed had half delivered.

    Args:
        outbox: all nights' folders are in it.
        dead: nights that have ended in whatever way; those with a report left nothing half done.

    Raises:
        OSError: the outbox can't be written.
    """
    for night in dead:
        if not (outbox / night / JOBS_TABLE).exists():
            for path in (outbox / night).rglob(f"*{TEMPORARY}"):
                path.unlink(missing_ok=True)


def _placed(data: bytes, folder: Path, job: Job) -> Path:
    target = folder / job.output_path
    target.parent.mkdir(parents=True, exist_ok=True)
    if _put(data, target):
        return target
    other = target.with_name(f"{target.stem}-{job.job_id[-8:]}{target.suffix}")
    write_file(other, data, mode=SHARED)
    return other


def _put(data: bytes, target: Path) -> bool:
    """Write a file whole, unless there is one with other content; durable on return."""
    aside = target.with_name(f"{target.name}.{os.getpid()}.{id(data)}{TEMPORARY}")
    write_file(aside, data, mode=SHARED)
    try:
        os.link(aside, target)
    except FileExistsError:
        return target.read_bytes() == data
    except OSError:
        # A file system without hard links.
        if target.exists():
            return target.read_bytes() == data
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(target.parent)
    return True


def write_report(
    home: Home,
    outbox: Path,
    jobs: Sequence[Job],
    facts: NightFacts = NO_FACTS,
    reasons: Mapping[str, str] = MappingProxyType({}),
    *,
    is_last: bool = True,
) -> dict[str, BaseException]:
    """Write `report.md` and `jobs.parquet` into a night's folder.

    Args:
        facts: of the night.
        reasons: why jobs failed, or could not be delivered, by their ids.
        is_last: whether the night has ended; before, only `report.md` is written.

    Returns:
        What was raised by jobs whose record can't be read, by their ids; the report says so.

    Raises:
        OSError: the outbox can't be written.
    """
    outbox.mkdir(parents=True, exist_ok=True)
    remarks, faults = _remarks(home, jobs, reasons)
    listed = {job.job_id for job in jobs}
    unlisted = [f"{job_id}: {why}" for job_id, why in reasons.items() if job_id not in listed]
    markdown = report_markdown(jobs, remarks, facts, night=outbox.name, unreadable=unlisted)
    write_file(outbox / "report.md", markdown.encode(), mode=SHARED)
    if is_last:
        write_jobs(outbox / JOBS_TABLE, jobs, reasons)
    return faults


def write_jobs(
    file: Path, jobs: Sequence[Job], reasons: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Write some jobs as Parquet, with columns of the view `jobs`, and why they failed."""
    rows: list[list[Any]] = []

    def add(job: Job) -> None:
        rows.append([of(job) for _, of in _COLUMNS.values()])

    for job, _ in each_alone(add, jobs):
        rows.append([job.job_id, *[None] * (len(_COLUMNS) - 1)])
    kinds = [kind for kind, _ in _COLUMNS.values()]
    arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(kinds)]
    arrays.append(pa.array([reasons.get(job.job_id) for job in jobs], pa.string()))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, names=[*_COLUMNS, "error"]), sink)
    write_file(file, bytes(sink.getvalue()), mode=SHARED)


def _remarks(
    home: Home, jobs: Sequence[Job], reasons: Mapping[str, str]
) -> tuple[dict[str, list[str]], dict[str, BaseException]]:
    # Reading a job takes milliseconds: those that need a person come first, and not all.
    first = sorted(
        jobs, key=lambda job: job.status is JobStatus.COMPLETED and job.job_id not in reasons
    )[:LISTED]
    remarks: dict[str, list[str]] = {}
    with closing(ReadModel(home)) as read_model:

        def look(job: Job) -> None:
            record = read_model.record(job.job_id, REMARKS)
            remarks[job.job_id] = [] if record is None else remarks_on(record)

        faults = {job.job_id: error for job, error in each_alone(look, first)}
    for job_id, fault in faults.items():
        remarks[job_id] = [f"its record can't be read: {type(fault).__name__}: {fault}"]
    for job_id, why in reasons.items():
        if why not in remarks.get(job_id, [why]):
            remarks[job_id].append(why)
    return remarks, faults


def remarks_on(record: JobRecord) -> list[str]:
    """What a person should know of a job: why segments are not done, notes, its last error."""
    remarks = []
    for segment in record.segments:
        if segment.status is SegmentStatus.QA_FAILED:
            remarks.append(f"segment {segment.segment_id} needs review: {_found_in(segment)}")
        elif segment.status is SegmentStatus.DONE:
            found = "; ".join(map(_told, _grave(segment)))
            if found:
                remarks.append(f"segment {segment.segment_id} accepted with {found}")
        elif segment.status in (SegmentStatus.BLOCKED, SegmentStatus.FAILED):
            remarks.append(f"segment {segment.segment_id} {segment.status}: {segment.error}")
    minor = [_minor(s) for s in record.segments if s.status in _KEPT and _minor(s)]
    if minor:
        of = f"in {len(minor):,} segments" if len(minor) > 1 else "in one segment"
        remarks.append(f"{_counted(sum(minor))} {of}: see the findings of each")
    for note in record.notes:
        place = "" if note.segment_id is None else f"segment {note.segment_id} "
        remarks.append(f"{place}{note.type}: {note.message}")
    if not record.job.status.has_result and record.errors:
        remarks.append(record.errors[-1].in_words)
    return remarks


_KEPT = (SegmentStatus.DONE, SegmentStatus.QA_FAILED)


def _found_in(segment: Segment) -> str:
    """Why a segment is not accepted: its score and the grave errors that stand in it."""
    if segment.qa_score is None:
        return segment.error or "it could not be scored"
    found = _grave(segment) or from_json(segment.findings)[:1]
    return ", ".join([f"score {segment.qa_score:g}", *map(_told, found)])


def _grave(segment: Segment) -> list[Finding]:
    """The critical and major errors of a segment, the gravest first."""
    found = sorted(from_json(segment.findings), key=lambda f: _GRAVITY.index(f.severity))
    return [finding for finding in found if finding.severity is not Severity.MINOR]


def _told(finding: Finding) -> str:
    return f"{finding.severity} {finding.category}: {finding.explanation}"


def _minor(segment: Segment) -> int:
    return sum(f.severity is Severity.MINOR for f in from_json(segment.findings))


def _counted(number: int) -> str:
    return "one minor error" if number == 1 else f"{number:,} minor errors"
