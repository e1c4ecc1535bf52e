"""What earlier nights teach about answers to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from domain.cost.call import Call
from domain.job.job import Job, JobStatus
from domain.job.segment import Segment, SegmentStatus
from domain.requests.expectations import Experience
from domain.settings import Settings
from domain.usage import TokenUsage
from storage.tables.records import JobRecord
from tasks.estimate.cost_history import JOBS_A_PAIR, cost_history, experience_of

NOW = datetime(2026, 3, 6, tzinfo=UTC)
SETTINGS = Settings()
JOB = Job(
    job_id="j",
    owner="ann",
    source_path="a.md",
    output_path="a.md",
    format="markdown",
    source_lang="de",
    target_lang="en",
    briefing="",
    document="",
    content_key="j",
    created_at=NOW,
    source_review=False,
    status=JobStatus.COMPLETED,
)


def call(task: str, output: int, *ids: int, outcome: str = "ok", model: str = "") -> Call:
    used = SETTINGS.qa_model if task == "assess" else SETTINGS.translator_model
    return Call(
        call_id=task,
        job_id="j",
        stage="translator",
        task=task,
        attempt=1,
        segment_ids=ids,
        engine="claude",
        model=model or used,
        transport="messages",
        usage=TokenUsage(uncached_input_tokens=min(output, 1), output_tokens=output),
        cost_usd=Decimal(0),
        cost_eur=Decimal(0),
        eur_per_usd=Decimal(1),
        price_version="",
        prompt_version="",
        latency_ms=1,
        stop_reason="end_turn",
        outcome=outcome,
        request_id=None,
        simulated=False,
        started_at=NOW,
    )


def record(*calls: Call) -> JobRecord:
    segments = (
        Segment("j", 0, SegmentStatus.DONE, "x" * 100, 1),
        Segment("j", 1, SegmentStatus.DONE, "y" * 100, 1),
    )
    return JobRecord(JOB, segments, calls)


def test_what_a_job_s_calls_came_to() -> None:
    """Output is counted without the frame of its answer; requests are those that were billed."""
    told = experience_of(
        record(
            call("translate", 69, 0, 1),  # the frame {"segments":["0|","1|"],"notes":[]} has 9
            call("assess", 20, 0, 1),  # the frame {"assessed":[0,1],"errors":[]} has 8
            call("correct", 40, 1),
            call("translate", 30, 0, outcome="wrong_ids"),
            call("translate", 0, 0, outcome="rate_limit_error"),
            call("translate", 500, 0, model="another"),
        ),
        SETTINGS,
    )

    assert told == Experience(
        source_tokens=50,
        translation_tokens=60,
        translated=2,
        corrected=1,
        corrections=1,
        assessed=2,
        finding_tokens=12,
        requests=4,
        usable=3,
    )


def test_only_the_newest_jobs_are_looked_at() -> None:
    """Of each language pair so many finished jobs count, real and simulated ones apart."""
    jobs = [replace(JOB, job_id=str(number)) for number in range(JOBS_A_PAIR + 5)]
    jobs += [
        replace(JOB, job_id="rehearsed", simulated=True),
        replace(JOB, job_id="other", target_lang="fr"),
        replace(JOB, job_id="open", status=JobStatus.QUEUED),
    ]
    looked_at: list[str] = []

    def look_up(job_id: str) -> JobRecord:
        looked_at.append(job_id)
        return record(call("correct", 40, 1))

    found = cost_history(jobs, look_up, [("de", "en")], SETTINGS, simulated=False)

    assert looked_at == [str(number) for number in reversed(range(5, JOBS_A_PAIR + 5))]
    assert found.keys() == {("de", "en")}
    assert found["de", "en"].corrected == JOBS_A_PAIR
