"""Where a model that assesses is not believed, another one does, which is tried in the same way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.job.job import JobStatus
from domain.job.segment import NOT_JUDGED, SegmentStatus
from tasks.finalizing import finalize
from tasks.qa import QA
from tasks.requests.trials import judge_of
from tasks.reuse.recall import recalled, unit_of
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.integration.conftest import Sessions, take_through, to_the_end
from tests.integration.test_judges import PAGES, SMALL, SeveralSessions, assert_paid, calls
from tests.vendors import for_each_way

HAIKU, OPUS, MINI = "claude-haiku-5-5", "claude-opus-5-5", "gpt-4.1-mini"
BAD_FIRST = {HAIKU: "silent", MINI: "silent"}
GOOD_SECOND = {"judged_days": 7, "simulator": {"judges": BAD_FIRST}}


def second_of(session: JobSession) -> str:
    """The second model, by its engine's name and its own."""
    return str(session.run.settings.judges[1])


def assessing(session: JobSession, ids: Sequence[int]) -> list[str]:
    """The models that assessed segments, in their order; none of trials."""
    return [
        call.model
        for call in calls([session])
        if call.task == "assess" and set(call.segment_ids) & set(ids)
    ]


def other(session_vendor: str) -> str:
    """A second model of the same vendor."""
    return OPUS if session_vendor == "claude" else "gpt-4.1"


@for_each_way
async def test_the_second_is_believed(in_session: Sessions, vendor: object, transport: str) -> None:
    """The job is completed on the second's word, after trials of its own; all is paid for."""
    options = {**GOOD_SECOND, "transport": transport, "qa_second_model": other(repr(vendor))}
    async with in_session(SMALL, **options) as session:
        await to_the_end(session)
        first, second = session.run.settings.judges
        verdicts = [await judge_of(session, model) for model in (first, second)]
        assert [judge.verdict for judge in verdicts if judge] == [False, True]
        assert session.job.status is JobStatus.COMPLETED
        assert [(s.status, s.qa_score) for s in session.segments.values()] == [
            (SegmentStatus.DONE, 100.0)
        ] * 3
        assert {s.judged_by for s in session.segments.values()} == {second_of(session)}
        assert assessing(session, range(3)) == [first.model, second.model]
        assert_paid([session])


async def test_what_the_second_finds_is_corrected(in_session: Sessions) -> None:
    """An error that the first let pass is corrected once the second has found it."""
    script = (
        f'[[rule]]\ntask = "assess"\nmatch = "map"\nevent = "error"\nasked = "{OPUS}"\ntimes = 1\n'
    )
    script += '[[rule]]\ntask = "correct"\nevent = "say"\ntext = "Fragen Sie nach der Karte."\n'
    async with in_session(SMALL, script, qa_second_model=OPUS, **GOOD_SECOND) as session:
        await to_the_end(session)
        asked = [(c.task, c.model) for c in calls([session]) if c.segment_ids]
        assert asked == [
            ("translate", "claude-sonnet-5-5"),
            ("assess", HAIKU),
            ("assess", OPUS),
            ("correct", "claude-sonnet-5-5"),
            ("assess", OPUS),
        ]
        assert session.segments[1].translation == "Fragen Sie nach der Karte."
        assert session.segments[1].retry_count == 1


async def test_neither_is_believed(in_session: Sessions) -> None:
    """Only then the job is not judged; the reason tells what both found."""
    bad = {"judge": "silent"}
    options = {"judged_days": 7, "simulator": bad, "qa_second_model": OPUS}
    async with in_session(SMALL, **options) as session:
        await to_the_end(session)
        assert (session.job.status, session.job.qa_score) == (JobStatus.NEEDS_REVIEW, None)
        error = session.segments[0].error or ""
        assert error.startswith(f"{NOT_JUDGED}: {HAIKU} found 0 of ")
        assert f"; {OPUS} found 0 of " in error
        assert_paid([session])


async def test_the_first_is_believed(in_session: Sessions) -> None:
    """Then the second is asked nothing."""
    async with in_session(SMALL, judged_days=7, qa_second_model=OPUS) as session:
        await to_the_end(session)
        assert session.job.status is JobStatus.COMPLETED
        assert OPUS not in {call.model for call in calls([session])}


async def test_later_jobs_go_to_the_second_at_once(in_sessions: SeveralSessions) -> None:
    """Once the first is known to be no judge, it is asked nothing more."""
    options = {**GOOD_SECOND, "qa_second_model": OPUS}
    async with in_sessions([SMALL, PAGES[0]], **options) as (first, second):
        await to_the_end(first)
        await to_the_end(second)
        assert second.job.status is JobStatus.COMPLETED
        assert {call.model for call in calls([second]) if call.task == "assess"} == {OPUS}


async def test_what_was_recalled_is_assessed(in_sessions: SeveralSessions) -> None:
    """A translation that passed on the first's word elsewhere is scored by the second too."""
    options = {**GOOD_SECOND, "qa_second_model": OPUS}
    async with in_sessions([SMALL, SMALL], **options) as (first, second):
        for stage in (TRANSLATOR, QA):
            await take_through(stage, first, 0, 1, 2)
        for i, segment in first.segments.items():
            unit = unit_of(first, i)
            assert unit is not None
            second.run.memory.passed(segment.memory_key or "", unit)
            hit = recalled(second.run.memory, second, i)
            assert hit is not None
            await second.commit(hit[0])
        await finalize([second])
        assert second.job.status is not JobStatus.COMPLETED
        await to_the_end(second)
        assert second.job.status is JobStatus.COMPLETED
        assert set(assessing(second, range(3))) == {OPUS}


@pytest.mark.parametrize("assessed", [False, True], ids=["before it was asked", "after"])
async def test_taken_up_again(in_session: Sessions, assessed: bool) -> None:
    """A run that takes the job up goes on with the second, and asks it nothing twice."""
    async with in_session(SMALL, qa_second_model=OPUS, **GOOD_SECOND) as session:
        for stage in (TRANSLATOR, QA):
            await take_through(stage, session, 0, 1, 2)
        await finalize([session])
        assert {s.status for s in session.segments.values()} == {SegmentStatus.TRANSLATED}
        if assessed:
            await take_through(QA, session, 0, 1, 2)
        again = JobSession(session.run, session.run.lake.load(session.job.job_id))
        await to_the_end(again)
        assert again.job.status is JobStatus.COMPLETED
        assert assessing(again, range(3)) == [HAIKU, OPUS]
        assert_paid([again])


async def test_of_another_engine(in_session: Sessions) -> None:
    """The second may be another vendor's."""
    options = {"judged_days": 7, "simulator": {"judges": {HAIKU: "random"}}}
    async with in_session(SMALL, qa_second_model="openai:gpt-4.1-mini", **options) as session:
        await to_the_end(session)
        assert session.job.status is JobStatus.COMPLETED
        assert {s.judged_by for s in session.segments.values()} == {"openai:gpt-4.1-mini"}
