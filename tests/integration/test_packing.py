"""Segments of a job in one request: over a real lake and the simulator's HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from domain.job.segment import SegmentStatus
from engines.port import Question, Reply
from tasks.correction import CORRECTION
from tasks.qa import QA
from tasks.requests.grouping import ended, join
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through

FIVE = "\n\n".join(f"Sentence {name} is here." for name in ("one", "two", "three", "four", "five"))


def asked(session: JobSession) -> list[tuple[str, tuple[int, ...], str]]:
    """What was asked for the job, about which segments, and what came of it, as the lake has it."""
    record = session.run.lake.load(session.job.job_id)
    return [(c.task, c.segment_ids, c.outcome) for c in record.calls]


def statuses(session: JobSession) -> Counter[SegmentStatus]:
    return Counter(s.status for s in session.segments.values())


async def test_one_request_for_all_that_wait(in_session: Sessions) -> None:
    """Who comes first takes the others along; each has its own score in the end."""
    async with in_session(FIVE) as session:
        await take_through(TRANSLATOR, session, 2)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 5}
        await take_through(QA, session, 0, 1)
        assert statuses(session) == {SegmentStatus.QA_PASSED: 5}
        everyone = (0, 1, 2, 3, 4)
        assert asked(session) == [("translate", everyone, "ok"), ("assess", everyone, "ok")]


async def test_a_call_names_its_night(in_session: Sessions) -> None:
    """Each row of the ledger names the night that asked, not the worker's run that asked for it."""
    async with in_session("One.\n\nTwo.") as session:
        session.run.night = "2026-03-06-220000-ab12"
        await take_through(TRANSLATOR, session, 0, 1)
        calls = session.run.lake.load(session.job.job_id).calls

    assert ["2026-03-06-220000-ab12"] == [call.batch_id for call in calls]


async def test_packs_keep_their_size(in_session: Sessions) -> None:
    """No request holds more segments than are set."""
    async with in_session(FIVE, pack_segments=2) as session:
        await take_through(TRANSLATOR, session, 3, 0, 4)
        assert sorted(asked(session)) == [
            ("translate", (0, 1), "ok"),
            ("translate", (2, 3), "ok"),
            ("translate", (4,), "ok"),
        ]


async def test_what_is_shown_around(in_session: Sessions) -> None:
    """The nearest text always, others while they are no longer than what is asked about."""
    text = "\n\n".join(
        ("One.", "Two.", "Three.", "A long sentence with many words.", "No.", "Yes.")
    )
    async with in_session(text) as session:
        around = session.document.around
        assert around((3,)) == (["Two.", "Three."], ["No."])
        assert around((2, 3)) == (["One.", "Two."], ["No."])
        assert around((4,)) == (["A long sentence with many words."], [])
        assert around((0,)) == ([], ["Two."])
        assert around((5,)) == (["No."], [])
        assert around((0, 1, 2, 3, 4, 5)) == ([], [])


async def test_a_refusal_blocks_one_segment(in_session: Sessions) -> None:
    """A refused pack is asked by halves until the culprit is alone, and only that is blocked."""
    script = '[[rule]]\ntask = "translate"\nmatch = "four"\nevent = "refuse"\n'
    async with in_session(FIVE, script) as session:
        await take_through(TRANSLATOR, session, 0, 1, 2, 3, 4)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 4, SegmentStatus.BLOCKED: 1}
        assert session.segments[3].status is SegmentStatus.BLOCKED
        assert sorted(asked(session)) == [
            ("translate", (0, 1, 2), "ok"),
            ("translate", (0, 1, 2, 3, 4), "refused"),
            ("translate", (3,), "refused"),
            ("translate", (3, 4), "refused"),
            ("translate", (4,), "ok"),
        ]


async def test_a_request_at_fault_blocks_one_segment(in_session: Sessions) -> None:
    """What makes the engine turn a pack away is found, and is blocked alone."""
    script = '[[rule]]\ntask = "translate"\nmatch = "four"\nevent = "status"\nstatus = 400\n'
    async with in_session(FIVE, script) as session:
        await take_through(TRANSLATOR, session, 0, 3)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 4, SegmentStatus.BLOCKED: 1}
        assert session.segments[3].status is SegmentStatus.BLOCKED


async def test_wrong_ids_are_split(in_session: Sessions) -> None:
    """An answer about other segments is not used: the pack is asked by halves."""
    script = '[[rule]]\ntask = "translate"\nmatch = "two"\nevent = "wrong_ids"\ntimes = 1\n'
    async with in_session(FIVE, script) as session:
        await take_through(TRANSLATOR, session, 0, 4)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 5}
        assert sorted(asked(session)) == [
            ("translate", (0, 1, 2), "ok"),
            ("translate", (0, 1, 2, 3, 4), "wrong_ids"),
            ("translate", (3, 4), "ok"),
        ]


async def test_lost_markup_concerns_one_segment(in_session: Sessions) -> None:
    """Of a pack, only the segment that lost its placeholder is asked about again."""
    text = "Open the file now.\n\nOpen `a.txt` now.\n\nClose the file now.\n"
    script = '[[rule]]\ntask = "translate"\nmatch = "v1"\nevent = "lose_placeholder"\n'
    async with in_session(text, script) as session:
        await take_through(TRANSLATOR, session, 0, 1, 2)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 3}
        assert asked(session) == [("translate", (0, 1, 2), "markup"), ("correct", (1,), "ok")]


async def test_corrections_travel_together(in_session: Sessions) -> None:
    """Segments below the target are corrected in one request and scored in one."""
    script = (
        '[[rule]]\ntask = "assess"\nmatch = "two|four"\nevent = "error"\nseverity = "major"\n'
        'category = "accuracy/omission"\nexplanation = "A word is missing."\n'
        "times = 1\neach = true\n"
    )
    async with in_session(FIVE, script) as session:
        await take_through(TRANSLATOR, session, 0, 1, 2, 3, 4)
        await take_through(QA, session, 0, 1, 2, 3, 4)
        assert statuses(session) == {SegmentStatus.QA_PASSED: 3, SegmentStatus.QA_FAILED: 2}
        await take_through(CORRECTION, session, 3)
        assert statuses(session) == {SegmentStatus.QA_PASSED: 5}
        assert asked(session)[2:] == [("correct", (1, 3), "ok"), ("assess", (1, 3), "ok")]
        assert [s.retry_count for s in session.segments.values()] == [0, 1, 0, 1, 0]


async def test_a_pack_that_failed_is_not_asked_again(in_session: Sessions) -> None:
    """What could not be committed is paid for once: another segment's task finds it failed."""
    async with in_session(FIVE) as session:
        await session.run.lake.let_go(session.job.job_id)
        for segment_id in (0, 1):
            raised = None
            try:
                await take_through(TRANSLATOR, session, segment_id)
            except Exception as error:
                raised = type(error).__name__
            assert raised == "LeaseLost"


async def test_a_window_goes_on_by_itself(
    in_session: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is translated is assessed while another window of its stretch is still out."""
    async with in_session(FIVE, pack_segments=2) as session:
        ask, assessed = session.run.engine.ask, asyncio.Event()

        async def held(question: Question) -> Reply:
            if question.task == "translate" and "three" in question.user:
                await asyncio.wait_for(assessed.wait(), 120)
            reply = await ask(question)
            if question.task == "assess":
                assessed.set()
            return reply

        monkeypatch.setattr(session.run.engine, "ask", held)
        for segment_id in range(5):
            join(session, TRANSLATOR, segment_id)
        await ended(TRANSLATOR, [(session, segment_id) for segment_id in range(5)])
        await ended(QA, [(session, segment_id) for segment_id in range(5)])
        assert statuses(session) == {SegmentStatus.QA_PASSED: 5}
        assert Counter(task for task, _, outcome in asked(session) if outcome == "ok") == {
            "translate": 3,
            "assess": 3,
        }


async def test_a_window_goes_on_whole(in_session: Sessions) -> None:
    """Where a window was searched by halves, its assessment waits for all of them."""
    script = '[[rule]]\ntask = "translate"\nmatch = "two"\nevent = "wrong_ids"\ntimes = 1\n'
    async with in_session(FIVE, script) as session:
        join(session, TRANSLATOR, 0)
        for stage in (TRANSLATOR, QA):
            await ended(stage, [(session, segment_id) for segment_id in range(5)])
        assert [a for a in asked(session) if a[0] == "assess"] == [
            ("assess", (0, 1, 2, 3, 4), "ok")
        ]
