"""The contract's two answers: the reference's own examples, and every status once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from domain.contract.standing import status_of
from domain.contract.status_and_result import result_json, status_json
from domain.errors import JobNotComplete, LakeError
from domain.job.job import Job, JobStatus
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.usage import TokenUsage

JOB_ID = "550e8400-e29b-41d4-a716-446655440000"
SUBMITTED = datetime(2026, 3, 6, 10, 0, 0, tzinfo=UTC)
STARTED = datetime(2026, 3, 6, 10, 0, 5, tzinfo=UTC)
FINISHED = datetime(2026, 3, 6, 10, 1, 30, tzinfo=UTC)

JOB = Job(
    job_id=JOB_ID,
    owner="reader",
    source_path="quality.txt",
    output_path="quality.txt",
    format="text",
    source_lang="de",
    target_lang="en",
    briefing="{}",
    document="0" * 64,
    content_key="1" * 64,
    created_at=SUBMITTED,
    source_review=False,
)
RUNNING = replace(JOB, attempt=1, attempt_open=True, supervised=True, started_at=STARTED)
FINAL = replace(RUNNING, attempt_open=False, finalized=True, finished_at=FINISHED)


def segment(segment_id: int, status: SegmentStatus, **changes: Any) -> Segment:
    fields: dict[str, Any] = {"source": "Ein Satz.", "words": 2, **changes}
    return Segment(job_id=JOB_ID, segment_id=segment_id, status=status, **fields)


def spent(job: Job, eur: str, usage: TokenUsage = TokenUsage()) -> Job:
    return replace(job, usage=usage, cost_eur=Decimal(eur))


def note(segment_id: int | None, type_: NoteType, message: str, **changes: Any) -> Note:
    fields: dict[str, Any] = {"step": "qa", "created_at": STARTED, **changes}
    return Note(job_id=JOB_ID, segment_id=segment_id, type=type_, message=message, **fields)


def error(segment_id: int | None, message: str, created_at: datetime) -> LoggedError:
    return LoggedError(JOB_ID, segment_id, "overloaded_error", message, "translator", created_at)


def status(job: Job, segments: list[Segment], *, held: bool, **parts: Any) -> Any:
    errors = parts.get("errors", ())
    return json.loads(status_json(job, segments, errors, held=held, max_attempts=3))


def result(job: Job, segments: list[Segment], **parts: Any) -> Any:
    body = result_json(
        job,
        segments,
        parts.get("notes", ()),
        output=parts.get("output", "A sentence."),
        held=False,
        max_attempts=3,
    )
    return json.loads(body)


def test_status_example_of_the_contract() -> None:
    """The contract's example of a status comes out as it stands there, with all five segments."""
    pending = [segment(n, SegmentStatus.PENDING) for n in (4, 3, 2, 1)]
    segments = [*pending, segment(0, SegmentStatus.TRANSLATED, qa_score=92.5)]
    job = spent(RUNNING, "0.0014", TokenUsage(800, 300, 60, 40, 800))

    body = status_json(job, segments, (), held=True, max_attempts=3)

    expected = (
        '{"job_id":"550e8400-e29b-41d4-a716-446655440000","status":"processing","segment_count":5,'
        '"segments":['
        '{"id":0,"status":"translated","qa_score":92.5,"retry_count":0,"error":null},'
        '{"id":1,"status":"pending","qa_score":null,"retry_count":0,"error":null},'
        '{"id":2,"status":"pending","qa_score":null,"retry_count":0,"error":null},'
        '{"id":3,"status":"pending","qa_score":null,"retry_count":0,"error":null},'
        '{"id":4,"status":"pending","qa_score":null,"retry_count":0,"error":null}],'
        '"token_usage":{"input_tokens":1200,"output_tokens":800},"cost_eur":0.0014,"error_log":[],'
        '"created_at":"2026-03-06T10:00:00+00:00","started_at":"2026-03-06T10:00:05+00:00",'
        '"finished_at":null,"current_step":"translator","source_review_enabled":false}'
    )
    assert expected == body.decode()


def test_result_example_of_the_contract() -> None:
    """The contract's example of a result comes out as it stands there."""
    job = replace(FINAL, source_words=8, target_words=9)
    done = segment(
        0,
        SegmentStatus.DONE,
        source="Die Qualität unserer Produkte spricht für sich.",
        translation="The quality of our products speaks for itself.",
        qa_score=96.5,
    )
    output = "The quality of our products speaks for itself."
    job = spent(job, "0.0014", TokenUsage(800, 400, 0, 0, 800))

    body = result_json(job, [done], (), output=output, held=False, max_attempts=3)

    expected = (
        '{"job_id":"550e8400-e29b-41d4-a716-446655440000","status":"completed",'
        '"translation":"The quality of our products speaks for itself.",'
        '"segments":[{"id":0,"source":"Die Qualität unserer Produkte spricht für sich.",'
        '"translation":"The quality of our products speaks for itself.","qa_score":96.5,'
        '"status":"done"}],"cost_eur":0.0014,'
        '"token_usage":{"input":1200,"output":800,"cache_read":400,"cache_write":0,"total":2000},'
        '"word_count":{"source":8,"target":9},"qa_score":96.5,"warning":null,"delivery_notes":[]}'
    )
    assert expected == body.decode()


S = SegmentStatus
KILLED = replace(RUNNING, attempt_open=True)
ENDED = replace(RUNNING, attempt_open=False)


@pytest.mark.parametrize(
    ("job", "statuses", "held", "expected_status", "expected_step"),
    [
        (JOB, [], False, "queued", None),
        (JOB, [], True, "processing", "supervisor"),
        (RUNNING, [S.PROCESSING, S.QA_PASSED], True, "processing", "translator"),
        (RUNNING, [S.TRANSLATED, S.BLOCKED], True, "processing", "qa"),
        (RUNNING, [S.CORRECTING, S.QA_PASSED], True, "correcting", "qa"),
        (RUNNING, [S.QA_PASSED, S.BLOCKED], True, "processing", "finalizing"),
        (replace(RUNNING, source_review=True), [S.PENDING], True, "processing", "source_review"),
        (FINAL, [S.DONE, S.DONE], False, "completed", None),
        (FINAL, [S.DONE, S.BLOCKED], False, "completed_with_blocks", None),
        (FINAL, [S.QA_FAILED, S.BLOCKED], False, "needs_review", None),
        (ENDED, [S.DONE, S.FAILED], False, "failed", None),
        (KILLED, [S.PROCESSING], False, "failed", None),
        (replace(ENDED, attempt=3), [S.DONE, S.FAILED], False, "dead", None),
    ],
)
def test_job_statuses(
    job: Job,
    statuses: list[SegmentStatus],
    held: bool,
    expected_status: str,
    expected_step: str | None,
) -> None:
    """Status and step follow from the segments and the run, whatever the job's row says."""
    segments = [segment(n, s, settled=True) for n, s in enumerate(statuses)]

    body = status(job, segments, held=held)

    assert (expected_status, expected_step) == (body["status"], body["current_step"])
    assert expected_status == status_of(job, segments, held=held, max_attempts=3)


def test_a_dead_job_stays_dead() -> None:
    """More attempts that are set later don't bring back a job that was left dead."""
    dead = replace(ENDED, attempt=3, status=JobStatus.DEAD)

    found = status_of(dead, [segment(0, S.FAILED)], held=False, max_attempts=5)

    assert found == "dead"


def test_segment_statuses() -> None:
    """Every segment status has the contract's name."""
    segments = [segment(n, s) for n, s in enumerate(SegmentStatus)]

    body = status(RUNNING, segments, held=True)

    assert [s["status"] for s in body["segments"]] == [
        "pending",
        "processing",
        "translated",
        "qa_passed",
        "qa_failed",
        "blocked",
        "correcting",
        "done",
        "failed",
    ]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "0.0"),
        ("0.0014", "0.0014"),
        ("0.000002", "0.000002"),
        ("0.0000015", "0.000002"),
        ("0.0000004", "0.0"),
        ("0.300", "0.3"),
        ("12", "12.0"),
        ("1E+3", "1000.0"),
        ("123456.7890125", "123456.789013"),
    ],
)
def test_cost_is_a_plain_number(amount: str, expected: str) -> None:
    """A cost is written with six decimals at most, one at least, and never as 2e-06."""
    body = status_json(spent(RUNNING, amount), [], (), held=True, max_attempts=3)

    assert f'"cost_eur":{expected},"error_log"' in body.decode()


def test_a_text_that_looks_like_the_cost() -> None:
    """A document that quotes an answer of ours is not mistaken for the cost."""
    output = '{"cost_eur":"0.5"} and \\"cost_eur\\":"0.5"'
    done = segment(0, S.DONE, source='"cost_eur":"0.5"', translation='"cost_eur":"0.5"')

    body = result(spent(FINAL, "0.25"), [done], output=output)

    assert body["cost_eur"] == 0.25
    assert body["translation"] == output
    assert body["segments"][0]["source"] == '"cost_eur":"0.5"'


def test_moments_are_utc_to_the_second() -> None:
    """Moments are given in UTC and whole seconds, whatever zone they were stored in."""
    zone = timezone(timedelta(hours=5, minutes=30))
    job = replace(JOB, created_at=datetime(2026, 3, 6, 15, 30, 0, 999_999, tzinfo=zone))

    assert status(job, [], held=False)["created_at"] == "2026-03-06T10:00:00+00:00"


def test_no_end_before_the_end() -> None:
    """A job that a run still has is not finished, whatever its row says."""
    job = replace(ENDED, attempt=3, finished_at=FINISHED)
    segments = [segment(0, S.FAILED)]

    assert status(job, segments, held=True)["finished_at"] is None
    assert status(job, segments, held=False)["finished_at"] == "2026-03-06T10:01:30+00:00"


def test_error_log() -> None:
    """The error log is in the order of events, and of segments within a moment."""
    errors = [
        error(1, "third", FINISHED),
        error(4, "second", STARTED),
        error(None, "first", STARTED),
    ]

    assert status(RUNNING, [], held=True, errors=errors)["error_log"] == [
        {
            "segment_id": None,
            "step": "translator",
            "type": "overloaded_error",
            "message": "first",
            "created_at": "2026-03-06T10:00:05+00:00",
        },
        {
            "segment_id": 4,
            "step": "translator",
            "type": "overloaded_error",
            "message": "second",
            "created_at": "2026-03-06T10:00:05+00:00",
        },
        {
            "segment_id": 1,
            "step": "translator",
            "type": "overloaded_error",
            "message": "third",
            "created_at": "2026-03-06T10:01:30+00:00",
        },
    ]


def test_delivery_notes() -> None:
    """Notes come by segment, the whole job's first; repeated ones once, retracted ones not."""
    notes = [
        note(2, NoteType.TERMINOLOGY, "'Lager' must be 'warehouse'"),
        note(2, NoteType.SOURCE_ERROR, "'Qualitet': Qualität"),
        note(0, NoteType.LENGTH_DEVIATION, "3 times as long"),
        note(None, NoteType.LOW_CONFIDENCE, "two meanings"),
        note(2, NoteType.SOURCE_ERROR, "'Qualitet': Qualität"),
        note(0, NoteType.LENGTH_DEVIATION, "3 times as long", retracted=True),
    ]

    assert result(FINAL, [segment(0, S.DONE)], notes=notes)["delivery_notes"] == [
        {"type": "low_confidence", "segment_id": None, "message": "two meanings"},
        {"type": "source_error", "segment_id": 2, "message": "'Qualitet': Qualität"},
        {"type": "terminology", "segment_id": 2, "message": "'Lager' must be 'warehouse'"},
    ]


def test_a_blocked_segment_has_no_translation() -> None:
    """A blocked segment's source stands in the document and never passes as its translation."""
    blocked = segment(0, S.BLOCKED, source="<b>Ein", translation="<b>Ein", error="markup")

    body = result(FINAL, [blocked], output="<b>Ein")

    assert body["segments"] == [
        {"id": 0, "source": "<b>Ein", "translation": None, "qa_score": None, "status": "blocked"}
    ]
    assert (body["translation"], body["qa_score"]) == ("<b>Ein", None)


def test_the_score_of_a_job() -> None:
    """A job's score weighs segments by their source words, leaves out the unscored, rounds once."""
    segments = [
        segment(0, S.DONE, words=1, qa_score=80.0),
        segment(1, S.DONE, words=2, qa_score=96.0),
        segment(2, S.BLOCKED, words=90),
    ]

    assert result(FINAL, segments)["qa_score"] == 90.7


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([60.0], "QA score below the minimum after the last correction: segment 0."),
        ([None], "Could not be scored: segment 0."),
        (
            [60.0, None, 40.0],
            "QA score below the minimum after the last correction: segments 0, 2."
            " Could not be scored: segment 1.",
        ),
        (
            [0.0] * 25,
            "QA score below the minimum after the last correction: segments 0, 1, 2, 3, 4, 5, 6,"
            " 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 5 more.",
        ),
    ],
)
def test_warning(scores: list[float | None], expected: str) -> None:
    """A job that needs review says which segments, and why."""
    segments = [segment(n, S.QA_FAILED, settled=True, qa_score=s) for n, s in enumerate(scores)]

    body = result(FINAL, segments)

    assert ("needs_review", expected) == (body["status"], body["warning"])


@pytest.mark.parametrize(
    ("job", "expected"),
    [(JOB, "queued"), (ENDED, "failed"), (replace(ENDED, attempt=3), "dead")],
)
def test_no_result_before_the_end(job: Job, expected: str) -> None:
    """Without a complete translation there is no result, and the error says the status."""
    with pytest.raises(JobNotComplete) as caught:
        result(job, [segment(0, S.FAILED)])

    assert (JOB_ID, expected) == (caught.value.job_id, caught.value.status)


def test_a_lost_document_is_said() -> None:
    """A complete job whose document is gone is an error, never an empty translation."""
    with pytest.raises(LakeError, match="assembled document is missing"):
        result(FINAL, [segment(0, S.DONE)], output=None)
