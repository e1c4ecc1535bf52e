"""Delivery: outputs, report and table of a night, as they lie in the outbox."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from domain.checks.quality import Finding, Severity, to_json
from domain.job.job import Job, JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.catalog import write_catalog
from storage.tables.records import JobRecord
from tasks.delivery.outbox import clear_unfinished, deliver, remarks_on, write_report

NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Lake.create(tmp_path / "home").close()
    return tmp_path / "home"


def ended(home: Path, number: int, text: str, **changes: object) -> Job:
    key = Documents(home).put(text.encode())
    job = Job(
        job_id=f"01a00000-0000-7000-8000-{number:012d}",
        owner="ann",
        source_path="docs/a.md",
        output_path="docs/a.md",
        format="markdown",
        source_lang="de",
        target_lang="en",
        briefing="{}",
        document=key,
        content_key=f"k{number}",
        created_at=NOW,
        source_review=False,
        status=JobStatus.COMPLETED,
        output=key,
        cost_eur=Decimal("0.0000001"),
    )
    return replace(job, **changes)  # type: ignore[arg-type] # fields by name


def below(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_outputs_mirror_the_inputs_by_language(home: Path, tmp_path: Path) -> None:
    """Each job with a result has its file; one without leaves none."""
    outbox = tmp_path / "outbox" / "n"
    jobs = [
        ended(home, 1, "Hello"),
        ended(home, 2, "Bonjour", target_lang="fr", status=JobStatus.NEEDS_REVIEW),
        ended(home, 3, "x", status=JobStatus.FAILED, output=None),
    ]

    paths = deliver(home, outbox, jobs)

    assert {"en/docs/a.md": "Hello", "fr/docs/a.md": "Bonjour"} == below(outbox)
    assert [outbox / "en/docs/a.md", outbox / "fr/docs/a.md"] == paths


def test_two_jobs_of_one_path_both_keep_their_output(home: Path, tmp_path: Path) -> None:
    """A second output at the same place gets another name; delivering again changes nothing."""
    jobs = [ended(home, 1, "One"), ended(home, 2, "Two")]

    first = deliver(home, tmp_path / "n", jobs)
    second = deliver(home, tmp_path / "n", jobs)

    assert {"en/docs/a-00000002.md": "Two", "en/docs/a.md": "One"} == below(tmp_path / "n")
    assert first == second


def test_the_table_of_jobs_has_the_columns_of_the_view(home: Path, tmp_path: Path) -> None:
    """jobs.parquet has the columns of the analysts' view `jobs`, in order, and why a job failed."""
    write_report(home, tmp_path / "n", [ended(home, 1, "One")])

    table = pd.read_parquet(tmp_path / "n" / "jobs.parquet")
    with duckdb.connect(str(write_catalog(home)), read_only=True) as connection:
        view = connection.execute("SELECT * FROM jobs").description

    assert [*(column[0] for column in view or ()), "error"] == list(table.columns)
    assert Decimal("0.000000100000000000") == table["cost_eur"][0]


def test_the_report_tells_what_the_lake_knows_of_its_jobs(home: Path, tmp_path: Path) -> None:
    """The report on disk names the night and its jobs."""
    lake = Lake.create(home)
    job = ended(home, 1, "One")
    lake.submit([job])
    lake.close()

    write_report(home, tmp_path / "n-1", [job])

    report = (tmp_path / "n-1" / "report.md").read_text()
    assert report.startswith("# Night n-1\n")
    assert "| docs/a.md | en | completed |  | 0 | 0.0000 |" in report


def test_remarks_say_why_and_where(home: Path) -> None:
    """Segments that are not done, notes, and a failed job's last error are told in a line each."""
    job = ended(home, 1, "One", status=JobStatus.FAILED)
    minor = Finding(Severity.MINOR, "fluency/grammar", "x", "A slip.", "model")
    grave = Finding(Severity.CRITICAL, "accuracy/addition", "y", "It was never said.", "model")

    def segment(number: int, status: SegmentStatus, **changes: object) -> Segment:
        return replace(
            Segment(job.job_id, number, status, "Text", 1),
            **changes,  # type: ignore[arg-type] # fields by name
        )

    record = JobRecord(
        job=job,
        segments=(
            segment(0, SegmentStatus.DONE, qa_score=96.0),
            segment(1, SegmentStatus.QA_FAILED, qa_score=0.0, findings=to_json([minor, grave])),
            segment(2, SegmentStatus.QA_FAILED, error="the answer was empty"),
            segment(3, SegmentStatus.BLOCKED, error="⟦v1⟧ is missing"),
        ),
        calls=(),
        notes=(
            Note(job.job_id, None, NoteType.SOURCE_ERROR, "Two terms for one thing.", "qa", NOW),
            Note(job.job_id, 0, NoteType.LOW_CONFIDENCE, "A pun.", "translator", NOW),
        ),
        errors=(LoggedError(job.job_id, None, "overloaded_error", "busy", "translator", NOW),),
    )

    assert [
        "segment 1 needs review: score 0, critical accuracy/addition: It was never said.",
        "segment 2 needs review: the answer was empty",
        "segment 3 blocked: ⟦v1⟧ is missing",
        "one minor error in one segment: see the findings of each",
        "source_error: Two terms for one thing.",
        "segment 0 low_confidence: A pun.",
        "translator: overloaded_error: busy",
    ] == remarks_on(record)


def test_what_a_dead_night_left(tmp_path: Path) -> None:
    """Of a dead night what was half written goes; what it delivered stays, and so do others'."""
    for name in ("dead", "living", "ended"):
        folder = tmp_path / name / "de" / "in"
        folder.mkdir(parents=True)
        (folder / "a.txt").touch()
        (folder / "b.txt.1.2.tmp").touch()
    (tmp_path / "ended" / "jobs.parquet").touch()

    clear_unfinished(tmp_path, {"dead", "ended"})

    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.tmp"))
    assert left == ["ended/de/in/b.txt.1.2.tmp", "living/de/in/b.txt.1.2.tmp"]
    assert (tmp_path / "dead" / "de" / "in" / "a.txt").exists()


def test_a_delivered_name_is_durable(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a document is delivered, its folder has been synced with its name in it."""
    synced: dict[Path, set[str]] = {}
    fsync = os.fsync

    def watched(handle: int) -> None:
        fsync(handle)
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.is_dir():
            synced[place] = {path.name for path in place.iterdir()}

    monkeypatch.setattr(os, "fsync", watched)
    (path,) = deliver(home, tmp_path / "outbox", [ended(home, 1, "One.")])
    assert path.name in synced[path.parent.resolve()]
