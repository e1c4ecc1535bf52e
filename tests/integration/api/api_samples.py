"""A home with a job in every status, and a server over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import jsonschema

from api.serving import server
from domain.cost.call import Call
from domain.job.job import Job
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.settings import Settings
from domain.usage import TokenUsage
from storage.control.leases import Leases
from storage.lake import Lake
from tests.served import WAITED_S, in_a_thread

S = SegmentStatus
MORNING = datetime(2026, 3, 6, 10, 0, 0, tzinfo=UTC)
UNKNOWN = "0199f3a2-6c1e-7d3b-9f00-ffffffffffff"


def id_of(number: int) -> str:
    return f"0199f3a2-6c1e-7d3b-9f00-{number:012x}"


@dataclass(frozen=True)
class Case:
    """A job and what the API must say of it."""

    job: Job
    segments: list[Segment]
    held: bool
    status: str
    step: str | None

    @property
    def has_result(self) -> bool:
        return self.status in ("completed", "completed_with_blocks", "needs_review")


def job(number: int, **changes: Any) -> Job:
    fields: dict[str, Any] = {"supervised": True, "attempt": 1, "started_at": MORNING}
    fields = {"format": "markdown", **fields, **changes}
    return Job(
        job_id=id_of(number),
        owner="newsroom",
        source_path=f"page{number}.md",
        output_path=f"page{number}.md",
        source_lang="de",
        target_lang="en",
        briefing="{}",
        document="0" * 64,
        content_key=f"{number:064x}",
        created_at=MORNING,
        source_review=False,
        **fields,
    )


def segments_of(number: int, *statuses: SegmentStatus, **changes: Any) -> list[Segment]:
    made = []
    for segment_id, status in enumerate(statuses):
        scored = status in (S.QA_PASSED, S.QA_FAILED, S.DONE)
        fields: dict[str, Any] = {
            "translation": f"Sentence {segment_id}.",
            "qa_score": 96.0 if scored else None,
            "error": "markup" if status is S.BLOCKED else None,
            **changes,
        }
        made.append(Segment(id_of(number), segment_id, status, f"Satz {segment_id}.", 2, **fields))
    return made


def call_of(job_id: str) -> Call:
    return Call(
        call_id=f"0199f3a2-6c1e-7d3b-9f01-{job_id[-12:]}",
        job_id=job_id,
        stage="translator",
        task="translate",
        attempt=1,
        segment_ids=(0, 1),
        engine="claude",
        model="claude-sonnet-5-5",
        transport="messages",
        usage=TokenUsage(700, 300, 150, 50, 800),
        cost_usd=Decimal("0.00000231"),
        cost_eur=Decimal("0.00000198"),
        eur_per_usd=Decimal("0.8673"),
        price_version="a price list",
        prompt_version="a prompt",
        latency_ms=812,
        stop_reason="end_turn",
        outcome="ok",
        request_id="req_1",
        simulated=True,
        started_at=MORNING,
    )


COUNTED: dict[str, int] = {
    "code_words": 3,
    "computed_words": 0,
    "kept_words": 0,
    "excluded_words": 2,
    "not_understood_words": 1,
}
"""Words that are left of the fourth job's document; of the others they were not counted."""


def cases(output: str) -> list[Case]:
    """A job in every status; one of those that run has a segment in every status."""
    done: dict[str, Any] = {
        "finalized": True,
        "output": output,
        "finished_at": MORNING,
        "source_words": 4,
        "target_words": 5,
    }
    unread = {"supervised": False, "attempt": 0, "started_at": None}
    open_ = {"attempt_open": True}
    return [
        Case(job(1, **unread), [], False, "queued", None),
        Case(job(2, **open_), segments_of(2, *SegmentStatus), True, "processing", "translator"),
        Case(job(3, **open_), segments_of(3, S.CORRECTING, S.DONE), True, "correcting", "qa"),
        Case(job(4, **done, **COUNTED), segments_of(4, S.DONE, S.DONE), False, "completed", None),
        Case(
            job(5, **done), segments_of(5, S.DONE, S.BLOCKED), False, "completed_with_blocks", None
        ),
        Case(
            job(6, **done),
            segments_of(6, S.QA_FAILED, S.DONE, settled=True),
            False,
            "needs_review",
            None,
        ),
        Case(job(7), segments_of(7, S.DONE, S.FAILED), False, "failed", None),
        Case(
            job(8, attempt=3, finished_at=MORNING),
            segments_of(8, S.DONE, S.FAILED),
            False,
            "dead",
            None,
        ),
        Case(
            job(9, **unread),
            [],
            True,
            "processing",
            "supervisor",
        ),
    ]


async def fill(home: Path, all_cases: list[Case]) -> None:
    """Write jobs as runs do; those that are held stay so."""
    lake, leases = Lake.create(home), Leases(home)
    # As if its heartbeat went on for as long as the tests take.
    leases.open_run("a-run", datetime.now(UTC) + timedelta(hours=1))
    lake.submit([replace(case.job, attempt=0, supervised=False, output=None) for case in all_cases])
    for case in all_cases:
        job_id = case.job.job_id
        await hold(lake, leases, job_id)
        await lake.commit(
            job_id,
            job=case.job,
            segments=case.segments,
            calls=[call_of(job_id)],
            notes=[Note(job_id, 0, NoteType.LOW_CONFIDENCE, "two meanings", "translator", MORNING)],
            errors=[LoggedError(job_id, 1, "overloaded_error", "Busy", "translator", MORNING)],
        )
        await lake.let_go(job_id)
        if not case.held:
            leases.release(job_id, "a-run")
    leases.close()
    lake.close()


async def hold(lake: Lake, leases: Leases, job_id: str) -> None:
    fence = leases.take(job_id, "a-run", MORNING)
    assert fence is not None
    lake.hold(job_id, fence)


@contextmanager
def serving(home: Path) -> Iterator[httpx.Client]:
    """A client of a server that runs in a thread of its own, on a free port."""
    with (
        in_a_thread(server(home, Settings(requests_per_minute=1_000_000))) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAITED_S) as client,
    ):
        yield client


@dataclass(frozen=True)
class Night:
    """A home with a job in every status, and a client that has a key."""

    home: Path
    cases: list[Case]
    client: httpx.Client
    schemas: dict[str, Any]

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def assert_valid(self, body: Any, schema: str) -> None:
        root = {"$ref": f"#/components/schemas/{schema}", **self.schemas}
        jsonschema.Draft202012Validator(
            root, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).validate(body)
