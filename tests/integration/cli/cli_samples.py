"""How a command ends, and jobs for it to tell of."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.cost.call import Call
from domain.job.job import Job, JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.usage import TokenUsage

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
DONE = "01a00000-0000-7000-8000-000000000001"
KILLED = "01a00000-0000-7000-8000-000000000002"
QUEUED = "01a00000-0000-7000-8000-000000000003"


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Nightdesk = Callable[..., Ended]


def job(job_id: str, **changes: Any) -> Job:
    return replace(
        Job(
            job_id=job_id,
            owner="ann",
            source_path="docs/a.md",
            output_path="docs/a.md",
            format="markdown",
            source_lang="de",
            target_lang="en",
            briefing="{}",
            document="0" * 64,
            content_key=job_id,
            created_at=NOW,
            source_review=False,
        ),
        **changes,
    )


def done(output: str) -> dict[str, Any]:
    usage = TokenUsage(uncached_input_tokens=1200, output_tokens=800)
    ended = job(
        DONE,
        status=JobStatus.COMPLETED,
        supervised=True,
        finalized=True,
        attempt=1,
        output=output,
        segment_count=1,
        source_words=1,
        target_words=1,
        qa_score=96.0,
        started_at=NOW,
        finished_at=NOW,
    )
    call = Call(
        call_id="c1",
        job_id=DONE,
        stage="translator",
        task="translate",
        attempt=1,
        segment_ids=(0,),
        engine="claude",
        model="claude-sonnet-5-5",
        transport="messages",
        usage=usage,
        cost_usd=Decimal("0.0016"),
        cost_eur=Decimal("0.0014"),
        eur_per_usd=Decimal("0.875"),
        price_version="p",
        prompt_version="q",
        latency_ms=10,
        stop_reason="end_turn",
        outcome="ok",
        request_id=None,
        simulated=False,
        started_at=NOW,
    )
    segment = Segment(
        DONE, 0, SegmentStatus.DONE, "Hallo", 1, "Hello", qa_score=96.0, retry_count=1
    )
    return {
        "job": ended,
        "segments": [segment],
        "calls": [call],
        "notes": [Note(DONE, 0, NoteType.LOW_CONFIDENCE, "A pun.", "translator", NOW)],
        "errors": [LoggedError(DONE, 0, "overloaded_error", "Busy.", "translator", NOW)],
    }
