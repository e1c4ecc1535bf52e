"""A segment's states and the legal ways between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.errors import IllegalTransition
from domain.job.segment import Segment, SegmentStatus, taken_up

LEGAL = {
    "pending": {"processing", "blocked"},
    "processing": {"translated", "blocked", "failed", "pending"},
    "translated": {"qa_passed", "qa_failed", "failed"},
    "qa_passed": {"done", "blocked", "qa_failed", "translated"},
    "qa_failed": {"correcting", "done", "blocked", "translated"},
    "correcting": {"qa_passed", "qa_failed", "failed"},
    "failed": {"pending", "translated", "correcting"},
    "blocked": set(),
    "done": set(),
}


def segment(status: str = "pending", **fields: Any) -> Segment:
    return replace(Segment("job", 3, SegmentStatus(status), "Quelle", 1), **fields)


class Walk(RuleBasedStateMachine):
    """A segment on a walk through its states."""

    def __init__(self) -> None:
        super().__init__()
        self.segment = segment()

    @rule(wanted=st.sampled_from(sorted(LEGAL)))
    def move(self, wanted: str) -> None:
        """A legal step changes the state alone; an illegal one raises and changes nothing."""
        before = self.segment
        status = SegmentStatus(wanted)
        if wanted in LEGAL[before.status]:
            self.segment = before.to(status)
            assert self.segment == segment(wanted)
        else:
            with pytest.raises(IllegalTransition) as raised:
                before.to(status)
            assert raised.value.segment_id == 3
            assert (raised.value.current, raised.value.target) == (before.status, wanted)

    @rule()
    def take_up(self) -> None:
        """A new attempt takes a legal step or none."""
        before = self.segment
        self.segment = taken_up(before)
        assert self.segment.status in LEGAL[before.status] | {before.status}

    @invariant()
    def no_way_out_of_the_end(self) -> None:
        """A state is terminal exactly where no way leads on."""
        assert self.segment.is_terminal == (not LEGAL[self.segment.status])


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=50, stateful_step_count=30)


def test_every_state_can_be_reached() -> None:
    """From `pending`, legal steps lead to every state."""
    reached, edge = {"pending"}, {"pending"}
    while edge:
        edge = {str(s) for state in edge for s in LEGAL[state]} - reached
        reached |= edge
    assert reached == {status.value for status in SegmentStatus}


def test_changes_go_along() -> None:
    """A step can change other fields with the state."""
    moved = segment("processing").to(SegmentStatus.TRANSLATED, translation="Source", answer="S")
    assert (moved.status, moved.translation, moved.answer) == ("translated", "Source", "S")


def test_error_says_what_was_tried() -> None:
    """The message names the segment, its state and the state it can't reach."""
    with pytest.raises(IllegalTransition, match="segment 3 is done and can't become pending"):
        segment("done").to(SegmentStatus.PENDING)


@pytest.mark.parametrize(
    ("status", "settled", "terminal", "ready", "before_qa"),
    [
        ("pending", False, False, False, True),
        ("processing", False, False, False, True),
        ("translated", False, False, False, True),
        ("qa_passed", False, False, True, False),
        ("qa_failed", False, False, False, False),
        ("qa_failed", True, True, True, False),
        ("correcting", False, False, False, False),
        ("failed", False, False, False, False),
        ("blocked", False, True, True, False),
        ("done", False, True, True, False),
    ],
)
def test_what_is_left(
    status: str, settled: bool, terminal: bool, ready: bool, before_qa: bool
) -> None:
    """Each state tells whether work is left and whether QA has seen the segment."""
    one = segment(status, settled=settled)
    assert (one.is_terminal, one.is_ready, one.is_before_qa) == (terminal, ready, before_qa)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"status": "processing"}, "pending"),
        ({"status": "failed"}, "pending"),
        ({"status": "failed", "answer": "A"}, "translated"),
        ({"status": "failed", "answer": "A", "retry_count": 1}, "correcting"),
        ({"status": "pending"}, "pending"),
        ({"status": "translated"}, "translated"),
        ({"status": "correcting", "candidate": "C"}, "correcting"),
        ({"status": "qa_failed", "settled": True}, "qa_failed"),
        ({"status": "blocked"}, "blocked"),
        ({"status": "done"}, "done"),
    ],
)
def test_taken_up(before: dict[str, Any], after: str) -> None:
    """A new attempt goes on where the work stopped and keeps what was paid for."""
    one = segment(error="x", **before)
    again = taken_up(one)
    assert again.status == after
    assert (again.answer, again.candidate) == (one.answer, one.candidate)
    assert again.error == (None if before["status"] == "failed" else "x")
