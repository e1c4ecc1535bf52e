"""Records to fill lakes with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.cost.call import Call
from domain.job.job import Job, JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.usage import TokenUsage

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


def job_id(number: int) -> str:
    """A UUIDv7 of noon on 6 March 2026; they sort by number."""
    return f"019cc307-7c00-7000-8000-{number:012d}"


def a_job(number: int = 1, **changes: Any) -> Job:
    fields: dict[str, Any] = {
        "job_id": job_id(number),
        "owner": "anna",
        "source_path": f"docs/{number}.md",
        "output_path": f"docs/{number}.md",
        "format": "markdown",
        "source_lang": "de",
        "target_lang": "en",
        "briefing": "b" * 64,
        "document": "0" * 64,
        "content_key": f"key-{number}",
        "created_at": NOON,
        "source_review": False,
    }
    return Job(**{**fields, **changes})


def a_finished_job(number: int = 1, **changes: Any) -> Job:
    fields: dict[str, Any] = {
        "status": JobStatus.COMPLETED,
        "attempt": 1,
        "supervised": True,
        "finalized": True,
        "segment_count": 1,
        "source_words": 8,
        "target_words": 9,
        "qa_score": 96.5,
        "started_at": NOON + timedelta(seconds=5),
        "finished_at": NOON + timedelta(seconds=65),
    }
    return a_job(number, **{**fields, **changes})


def a_segment(number: int = 1, segment_id: int = 0, **changes: Any) -> Segment:
    fields: dict[str, Any] = {
        "job_id": job_id(number),
        "segment_id": segment_id,
        "status": SegmentStatus.PENDING,
        "source": "Die Qualität unserer Produkte spricht für sich.",
        "words": 7,
    }
    return Segment(**{**fields, **changes})


def a_call(number: int = 1, call: int = 0, **changes: Any) -> Call:
    fields: dict[str, Any] = {
        "call_id": f"call-{number}-{call}",
        "job_id": job_id(number),
        "stage": "translator",
        "task": "translate",
        "attempt": 1,
        "segment_ids": (0,),
        "engine": "claude",
        "model": "claude-sonnet-5-5",
        "transport": "messages",
        "usage": TokenUsage(800, 400, 0, 0, 800),
        "cost_usd": Decimal("0.001614182"),
        "cost_eur": Decimal("0.0014"),
        "eur_per_usd": Decimal("0.8673"),
        "price_version": "genai-prices 0.2.3",
        "prompt_version": "abc",
        "latency_ms": 2100,
        "stop_reason": "end_turn",
        "outcome": "ok",
        "request_id": "req_1",
        "simulated": False,
        "started_at": NOON + timedelta(seconds=6),
    }
    return Call(**{**fields, **changes})


def a_note(number: int = 1, message: str = "A word is misspelt.", **changes: Any) -> Note:
    fields: dict[str, Any] = {
        "job_id": job_id(number),
        "segment_id": 0,
        "type": NoteType.SOURCE_ERROR,
        "message": message,
        "step": "source_review",
        "created_at": NOON,
    }
    return Note(**{**fields, **changes})


def an_error(number: int = 1, message: str = "Slow down.", **changes: Any) -> LoggedError:
    fields: dict[str, Any] = {
        "job_id": job_id(number),
        "segment_id": 0,
        "type": "rate_limit_error",
        "message": message,
        "step": "translator",
        "created_at": NOON,
    }
    return LoggedError(**{**fields, **changes})
