"""A job's status, step and score follow from its segments."""

from __future__ import annotations

from typing import Any

import pytest

from domain.job.job import JobStatus, Step, current_step, job_status, mean_score
from domain.job.segment import Segment, SegmentStatus


def segments(*statuses: str) -> list[Segment]:
    """Segments in these states; `qa_failed!` is settled, `…+` is reviewed."""
    return [
        Segment(
            "job",
            place,
            SegmentStatus(status.rstrip("!+")),
            "Quelle",
            1,
            settled="!" in status,
            reviewed="+" in status,
        )
        for place, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("statuses", "state", "expected"),
    [
        # none worked on yet
        ([], {"attempt": 0}, "queued"),
        # work left, a run has it
        ([], {"attempt": 0, "held": True}, "processing"),
        ([], {"held": True}, "processing"),
        (["pending"], {"held": True}, "processing"),
        (["processing", "done"], {"held": True}, "processing"),
        (["qa_passed"], {"held": True}, "processing"),
        (["done"], {"held": True}, "processing"),
        (["failed"], {"held": True}, "processing"),
        # … and a segment is in correction
        (["correcting"], {"held": True}, "correcting"),
        (["correcting", "qa_passed", "qa_failed", "blocked"], {"held": True}, "correcting"),
        # … but another is before QA
        (["correcting", "pending"], {"held": True}, "processing"),
        (["correcting", "processing"], {"held": True}, "processing"),
        (["correcting", "translated"], {"held": True}, "processing"),
        # work left or failed, no run has it, attempts left
        (["pending"], {}, "failed"),
        (["failed", "done"], {"finalized": True}, "failed"),
        (["correcting"], {"attempt": 2}, "failed"),
        ([], {"supervised": False}, "failed"),
        (["done"], {"finalized": False}, "failed"),
        # … a killed last attempt is taken up under its own number
        (["pending"], {"attempt": 3, "attempt_open": True}, "failed"),
        # the same, no attempts left
        (["failed", "done"], {"attempt": 3, "finalized": True}, "dead"),
        (["pending"], {"attempt": 3}, "dead"),
        (["qa_failed"], {"attempt": 3}, "dead"),
        # no work left
        (["qa_failed!", "blocked", "done"], {"finalized": True}, "needs_review"),
        (["blocked", "done"], {"finalized": True}, "completed_with_blocks"),
        (["blocked"], {"finalized": True, "held": True}, "completed_with_blocks"),
        (["done", "done"], {"finalized": True}, "completed"),
        (["done"], {"finalized": True, "held": True}, "completed"),
        (["done"], {"finalized": True, "attempt": 3}, "completed"),
        ([], {"finalized": True}, "completed"),
    ],
)
def test_status(statuses: list[str], state: dict[str, Any], expected: str) -> None:
    """Each line of the rules' table gives its status, the first that fits."""
    defaults: dict[str, Any] = {
        "supervised": bool(statuses) or "finalized" in state,
        "finalized": False,
        "attempt": 1,
        "attempt_open": False,
        "held": False,
        "max_attempts": 3,
    }
    assert job_status(segments(*statuses), **{**defaults, **state}) == expected


@pytest.mark.parametrize(
    ("status", "has_result", "terminal"),
    [
        ("queued", False, False),
        ("processing", False, False),
        ("correcting", False, False),
        ("completed", True, True),
        ("completed_with_blocks", True, True),
        ("needs_review", True, True),
        ("failed", False, False),
        ("dead", False, True),
    ],
)
def test_status_properties(status: str, has_result: bool, terminal: bool) -> None:
    """A result can be asked for in three states; a dead job is at its end without one."""
    assert JobStatus(status).has_result is has_result
    assert JobStatus(status).is_terminal is terminal


def test_all_statuses_are_in_the_table() -> None:
    """No status of the contract is forgotten."""
    assert [status.value for status in JobStatus] == [
        "queued",
        "processing",
        "correcting",
        "completed",
        "completed_with_blocks",
        "needs_review",
        "failed",
        "dead",
    ]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["pending", "done"], Step.TRANSLATOR),
        (["processing", "translated", "correcting"], Step.TRANSLATOR),
        (["translated", "qa_passed"], Step.QA),
        (["correcting", "done"], Step.QA),
        (["qa_failed", "qa_passed"], Step.QA),
        (["qa_failed!", "qa_passed"], Step.FINALIZING),
        (["qa_passed", "blocked"], Step.FINALIZING),
        (["done"], Step.FINALIZING),
    ],
)
def test_step(statuses: list[str], expected: Step) -> None:
    """The step is the earliest stage with work left."""
    held = {"supervised": True, "finalized": False, "held": True}
    assert current_step(segments(*statuses), source_review=False, **held) == expected


def test_supervisor_step() -> None:
    """Before there are segments, the supervisor is at work."""
    held = {"supervised": False, "finalized": False, "held": True}
    assert current_step([], source_review=True, **held) == Step.SUPERVISOR


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["pending+", "pending"], Step.SOURCE_REVIEW),
        (["pending+", "blocked"], Step.TRANSLATOR),
        (["done+", "qa_passed+"], Step.FINALIZING),
    ],
)
def test_source_review_step(statuses: list[str], expected: Step) -> None:
    """Where the source is reviewed, that comes before the translator."""
    held = {"supervised": True, "finalized": False, "held": True}
    assert current_step(segments(*statuses), source_review=True, **held) == expected


@pytest.mark.parametrize(
    ("statuses", "finalized", "held"),
    [(["pending"], False, False), (["done"], True, True), (["done"], True, False)],
)
def test_no_step(statuses: list[str], finalized: bool, held: bool) -> None:
    """An idle or finished job has no step."""
    step = current_step(
        segments(*statuses), supervised=True, finalized=finalized, source_review=False, held=held
    )
    assert step is None


@pytest.mark.parametrize(
    ("scored", "expected"),
    [
        ([], None),
        ([(None, 5)], None),
        ([(96.0, 7)], 96.0),
        ([(96.0, 1), (80.0, 3)], 84.0),
        ([(100.0, 2), (99.6, 1)], 99.9),
        ([(100.0, 2), (None, 50)], 100.0),
        ([(100.0, 0), (0.0, 1)], 50.0),
    ],
)
def test_mean_score(scored: list[tuple[float | None, int]], expected: float | None) -> None:
    """The mean is weighted by words; an unscored segment doesn't count, one without words does."""
    marked = [
        Segment("job", place, SegmentStatus.DONE, "x", words, qa_score=score)
        for place, (score, words) in enumerate(scored)
    ]
    assert mean_score(marked) == expected
