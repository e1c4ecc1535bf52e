"""The lake whose answers the page for analysts shows: two nights, made of fixed values."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from domain.cost.call import Call
from domain.job.job import Job, JobStatus
from domain.job.night import Night as NightRow
from domain.job.night import NightEnd
from domain.job.segment import Segment, SegmentStatus
from domain.judge.trial import Trial
from domain.judge.verdict import Tally
from domain.usage import TokenUsage
from storage.control.leases import Leases
from storage.lake import Lake
from storage.layout.nights import Nights
from storage.layout.predictions import keep_predictions
from storage.layout.trials import Trials

EUR_PER_USD = Decimal("0.86")
SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
USD_PER_INPUT_TOKEN = {SONNET: Decimal("0.000003"), HAIKU: Decimal("0.000001")}
SEGMENTS = 6
WORDS = (12, 21, 9, 34, 17, 27)


@dataclass(frozen=True, slots=True)
class Night:
    """A night of the sample: its name, when it began and ended, how its requests travelled."""

    name: str
    began: datetime
    transport: str
    lasted: timedelta


NIGHTS = (
    Night("night-1", datetime(2026, 3, 5, 22, tzinfo=UTC), "messages", timedelta(seconds=125)),
    Night("night-2", datetime(2026, 3, 6, 22, tzinfo=UTC), "batches", timedelta(seconds=190)),
)
DOCUMENTS = ("handbook.md", "release-notes.md", "terms.html", "welcome.txt")
LANGUAGES = ("de", "fr", "ja")


def fill(home: Path) -> None:
    """Make the sample lake in an empty folder: 24 jobs, of which half are sealed."""
    asyncio.run(_fill(home))


async def _fill(home: Path) -> None:
    lake, leases = Lake.create(home), Leases(home)
    estimates: dict[str, Decimal] = {}
    numbers = iter(range(1, 1000))
    for night in NIGHTS:
        leases.open_run(night.name, night.began)
        _enter(home, night)
        for document in DOCUMENTS:
            for language in LANGUAGES:
                number = next(numbers)
                job = _job(number, night, document, language)
                lake.submit([job])
                fence = leases.take(job.job_id, night.name, night.began)
                assert fence is not None
                lake.hold(job.job_id, fence)
                segments = [_segment(job, number, place) for place in range(SEGMENTS)]
                calls = list(_calls(job, number, night, segments))
                await lake.commit(
                    job.job_id, job=_ended(job, number, segments), segments=segments, calls=calls
                )
                spent = sum((call.cost_eur for call in calls), Decimal(0))
                estimates[job.content_key] = spent * (95 + number % 13) / 100
                if night is NIGHTS[0]:
                    lake.seal([job.job_id])
    await lake.settle()
    lake.close()
    leases.close()
    keep_predictions(home, estimates)


def _enter(home: Path, night: Night) -> None:
    """Enter a night and its end."""
    begun = NightRow(night.name, night.began, "claude", night.transport, simulated=False)
    Nights(home).begin(begun)
    ended_at = night.began + night.lasted
    Nights(home).end(replace(begun, ended_at=ended_at, ended_as=NightEnd.DONE))
    if night is NIGHTS[0]:
        for number, (language, missed) in enumerate(zip(LANGUAGES, (0, 1, 4), strict=True), 1):
            Trials(home).add(_trial(number, night, language, missed))


def _trial(number: int, night: Night, language: str, missed: int) -> Trial:
    return Trial(
        f"019cc307-7c00-7000-8000-{900 + number:012d}",
        f"{number:064x}",
        night.name,
        f"019cc307-7c00-7000-8000-{number:012d}",
        "claude",
        HAIKU,
        "en",
        language,
        False,
        night.began + timedelta(seconds=60),
        Tally(20, 20 - missed, 20, 1, told=19 - missed, passed=missed),
    )


def _job(number: int, night: Night, document: str, language: str) -> Job:
    return Job(
        job_id=f"019cc307-7c00-7000-8000-{number:012d}",
        owner="anna",
        source_path=f"docs/{document}",
        output_path=f"docs/{document}",
        format={"md": "markdown", "html": "html", "txt": "text"}[document.rpartition(".")[2]],
        source_lang="en",
        target_lang=language,
        briefing="b" * 64,
        document="0" * 64,
        content_key=f"key-{number}",
        created_at=night.began - timedelta(hours=1),
        source_review=False,
        batch_id=night.name,
    )


def _ended(job: Job, number: int, segments: list[Segment]) -> Job:
    statuses = {segment.status for segment in segments}
    status = JobStatus.COMPLETED
    if SegmentStatus.BLOCKED in statuses:
        status = JobStatus.COMPLETED_WITH_BLOCKS
    if SegmentStatus.QA_FAILED in statuses:
        status = JobStatus.NEEDS_REVIEW
    started = job.created_at + timedelta(hours=1, seconds=5 * number)
    scores = [segment.qa_score for segment in segments if segment.qa_score is not None]
    return replace(
        job,
        status=status,
        attempt=1,
        supervised=True,
        finalized=True,
        segment_count=len(segments),
        source_words=sum(segment.words for segment in segments),
        target_words=sum(segment.words for segment in segments) + 8,
        qa_score=round(sum(scores) / len(scores), 1),
        started_at=started,
        finished_at=started + timedelta(seconds=40 + number),
    )


def _segment(job: Job, number: int, place: int) -> Segment:
    kind = (number * 7 + place * 5) % 23
    segment = Segment(
        job_id=job.job_id,
        segment_id=place,
        status=SegmentStatus.DONE,
        source=f"Sentence {place + 1} of {job.source_path}.",
        words=WORDS[(place + number) % len(WORDS)],
        translation=f"[{job.target_lang}] Sentence {place + 1}.",
        qa_score=100.0 - kind % 5 - (2 if job.target_lang == "ja" else 0),
        retry_count=kind % 3 // 2,
        settled=True,
        origin="claude",
    )
    if kind == 3:
        return replace(
            segment, status=SegmentStatus.BLOCKED, qa_score=None, translation=None,
            origin=None, error="the model refused to translate it",
        )  # fmt: skip
    if kind == 7:
        return replace(
            segment, status=SegmentStatus.QA_FAILED, qa_score=71.0, retry_count=2,
            findings=_finding("major", "accuracy/omission"),
        )  # fmt: skip
    if number > len(DOCUMENTS) * len(LANGUAGES) and kind % 4 == 0:
        return replace(segment, origin="translation_memory", retry_count=0)
    if kind % 5:
        return replace(segment, findings=_finding("minor", "fluency/punctuation"))
    return segment


def _finding(severity: str, category: str) -> str:
    found = {"severity": severity, "category": category, "span": "", "explanation": "a sample"}
    return json.dumps([{**found, "source": "model"}])


def _calls(job: Job, number: int, night: Night, segments: list[Segment]) -> Iterator[Call]:
    fresh = [s for s in segments if s.origin != "translation_memory"]
    ids = tuple(s.segment_id for s in fresh)
    words = sum(s.words for s in fresh)
    per_word = {"de": 4, "fr": 3, "ja": 6}[job.target_lang]
    first = number % 6 == 1
    cached = TokenUsage(words * 2, 0 if first else 1800, 1800 if first else 0, 0, words * per_word)
    asked = [("supervisor", "brief", HAIKU, TokenUsage(900, 0, 0, 0, 120), "ok", ids)]
    if number % 8 == 0:
        asked.append(("translator", "translate", SONNET, cached, "wrong_ids", ids))
    asked.append(("translator", "translate", SONNET, cached, "ok", ids))
    if number % 10 == 0:
        asked.append(("qa", "assess", HAIKU, TokenUsage(), "overloaded_error", ids))
    assessed = TokenUsage(words * 5, 1200, 0, 0, 30 * len(ids))
    asked.append(("qa", "assess", HAIKU, assessed, "ok", ids))
    for segment in fresh:
        if segment.retry_count:
            usage = TokenUsage(segment.words * 6, 1800, 0, 0, segment.words * per_word)
            asked.append(("qa", "correct", SONNET, usage, "ok", (segment.segment_id,)))
    for place, (stage, task, model, usage, outcome, covered) in enumerate(asked):
        usd = _usd(usage, model) / (2 if night.transport == "batches" else 1)
        yield Call(
            call_id=f"call-{number}-{place}",
            job_id=job.job_id,
            stage=stage,
            task=task,
            attempt=1,
            segment_ids=covered,
            engine="claude",
            model=model,
            transport=night.transport,
            usage=usage,
            cost_usd=usd,
            cost_eur=usd * EUR_PER_USD,
            eur_per_usd=EUR_PER_USD,
            price_version="sample",
            prompt_version="sample",
            latency_ms=300 + 11 * usage.output_tokens + 17 * number,
            stop_reason="end_turn" if outcome == "ok" else None,
            outcome=outcome,
            request_id=f"req_{number}_{place}",
            simulated=False,
            started_at=night.began + timedelta(seconds=5 * number + place),
            batch_id=night.name,
            answered_model=model if outcome != "overloaded_error" else None,
        )


def _usd(usage: TokenUsage, model: str) -> Decimal:
    tokens = usage.uncached_input_tokens + 5 * usage.output_tokens
    cached = usage.cache_read_tokens * Decimal("0.1") + usage.cache_write_5m_tokens * Decimal(
        "1.25"
    )
    return (tokens + cached) * USD_PER_INPUT_TOKEN[model]
