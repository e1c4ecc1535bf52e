"""Answers that hold a part of what was asked: what is there counts, the rest is asked alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.job.segment import SegmentStatus
from tasks.correction import CORRECTION
from tasks.qa import QA
from tasks.source_review import SOURCE_REVIEW
from tasks.translator import TRANSLATOR
from tests.integration.test_packing import FIVE, Sessions, asked, statuses, take_through


def rule(event: str, task: str, match: str = "four", **fields: str | int) -> str:
    """One rule of a script."""
    more = "".join(f"{name} = {value}\n" for name, value in fields.items())
    return f'[[rule]]\nevent = "{event}"\ntask = "{task}"\nmatch = "{match}"\n{more}'


EVERYONE = (0, 1, 2, 3, 4)


@pytest.mark.parametrize("event", ["leave_out", "empty_text"])
async def test_a_translation_that_lacks(in_session: Sessions, event: str) -> None:
    """Four of five are translated; the fifth is asked for by itself."""
    async with in_session(FIVE, rule(event, "translate", times=1)) as session:
        await take_through(TRANSLATOR, session, *EVERYONE)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 5}
        assert asked(session) == [
            ("translate", EVERYONE, "incomplete"),
            ("translate", (3,), "ok"),
        ]


async def test_most_of_it_lacks(in_session: Sessions) -> None:
    """An answer that lacks more than it has is asked for again by halves."""
    script = rule("leave_out", "translate", "two|three|four|five", times=4)
    async with in_session(FIVE, script) as session:
        await take_through(TRANSLATOR, session, *EVERYONE)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 5}
        assert sorted(asked(session)[1:]) == [
            ("translate", (1, 2), "ok"),
            ("translate", (3, 4), "ok"),
        ]


async def test_never_there(in_session: Sessions) -> None:
    """A segment that no answer has fails alone, and the others are asked for once."""
    async with in_session(FIVE, rule("leave_out", "translate")) as session:
        await take_through(TRANSLATOR, session, *EVERYONE)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 4, SegmentStatus.FAILED: 1}
        assert {ids for _, ids, _ in asked(session)} == {EVERYONE, (3,)}


async def test_an_assessment_that_lacks(in_session: Sessions) -> None:
    """A segment that was not assessed has no score until it is."""
    async with in_session(FIVE, rule("leave_out", "assess", times=1)) as session:
        await take_through(TRANSLATOR, session, *EVERYONE)
        await take_through(QA, session, *EVERYONE)
        assert statuses(session) == {SegmentStatus.QA_PASSED: 5}
        assert asked(session)[1:] == [("assess", EVERYONE, "incomplete"), ("assess", (3,), "ok")]


async def test_a_correction_that_lacks(in_session: Sessions) -> None:
    """What was corrected is chosen; what was not is asked for again."""
    script = rule("error", "assess", ".", severity='"major"') + rule(
        "leave_out", "correct", times=1
    )
    async with in_session(FIVE, script) as session:
        for stage in (TRANSLATOR, QA, CORRECTION):
            await take_through(stage, session, *EVERYONE)
        corrections = [row for row in asked(session) if row[0] == "correct"]
        assert corrections == [("correct", EVERYONE, "incomplete"), ("correct", (3,), "ok")]
        assert {segment.retry_count for segment in session.segments.values()} == {1}


async def test_a_review_that_lacks(in_session: Sessions) -> None:
    """A source that was not reviewed is asked about again."""
    script = rule("leave_out", "review_source", times=1)
    async with in_session(FIVE, script) as session:
        session.job = replace(session.job, source_review=True)
        await take_through(SOURCE_REVIEW, session, *EVERYONE)
        assert all(segment.reviewed for segment in session.segments.values())
        assert asked(session) == [
            ("review_source", EVERYONE, "incomplete"),
            ("review_source", (3,), "ok"),
        ]


@pytest.mark.parametrize("event", ["truncate", "loop"])
async def test_an_answer_cut_off(in_session: Sessions, event: str) -> None:
    """What had come before is kept; nothing usable is asked for twice."""
    async with in_session(FIVE, rule(event, "translate", times=1)) as session:
        await take_through(TRANSLATOR, session, *EVERYONE)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 5}
        rows = asked(session)
        assert rows[0] == ("translate", EVERYONE, "incomplete")
        again = [i for _, ids, _ in rows[1:] for i in ids]
        assert len(again) == len(set(again)) < 5
        assert len(rows) <= 3


async def test_a_loop_without_end(in_session: Sessions) -> None:
    """A text that a model never comes to the end of is given up after three tries of its own."""
    async with in_session(FIVE, rule("loop", "translate")) as session:
        await take_through(TRANSLATOR, session, *EVERYONE)
        assert statuses(session) == {SegmentStatus.TRANSLATED: 4, SegmentStatus.FAILED: 1}
        alone = [outcome for _, ids, outcome in asked(session) if ids == (3,)]
        assert alone == ["looping"] * 3
