"""A model's assessment counts once it has found what code planted; a bad judge's never does."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace

import pytest

from domain.contract.status_and_result import result_json
from domain.cost.call import Call
from domain.job.job import JobStatus
from domain.job.segment import NOT_JUDGED, SegmentStatus
from domain.usage import TokenUsage
from engines.online.engine import Online
from storage.layout.trials import Trials
from tasks.finalizing import finalize
from tasks.qa import QA
from tasks.requests.trials import judge_of
from tasks.reuse.recall import recalled, unit_of
from tasks.session.job_session import JobSession
from tasks.translator import TRANSLATOR
from tests.chaos.accounts import page
from tests.integration.conftest import Sessions, take_through, to_the_end
from tests.vendors import OPENAI, for_both, for_each_way

SeveralSessions = Callable[..., AbstractAsyncContextManager[list[JobSession]]]

SMALL = "The harbour is closed in winter. Ask at the counter for a map. Wait for 14 days.\n"
PAGES = [
    f"Page {n} tells of the harbour. Boats of line {n} leave at noon from the old pier. "
    f"Tickets for tour {n} are sold at the counter. Bring a coat, since it is cold out there. "
    f"Children below {n + 20} months travel free. Dogs are welcome on the upper deck.\n"
    for n in range(1, 9)
]
BAD = ("same", "severe", "random", "quoting", "silent")


def calls(sessions: Sequence[JobSession]) -> list[Call]:
    """The ledger of some jobs."""
    lake = sessions[0].run.lake
    return [call for one in sessions for call in lake.load(one.job.job_id).calls]


def trials(sessions: Sequence[JobSession]) -> list[Call]:
    """The ledger's rows of trials."""
    return [call for call in calls(sessions) if call.task == "assess" and not call.segment_ids]


def assert_paid(sessions: Sequence[JobSession]) -> None:
    """See that the ledger has, in each class, the tokens that the simulator counted."""
    engine = sessions[0].run.engine
    url = engine.url if isinstance(engine, Online) else str(engine._sdk.base_url)  # type: ignore[attr-defined]
    counted = page(url.rstrip("/").removesuffix("/v1"), "ledger")["totals"]
    usage = asdict(sum((row.usage for row in calls(sessions)), TokenUsage()))
    assert usage == {name: counted[name] for name in usage}


@for_each_way
async def test_a_small_night_ends(in_session: Sessions, transport: str) -> None:
    """A night of three segments is completed, for one request more; its rows are its own alone."""
    options = {"judged_days": 7, "transport": transport, "joined": True}
    async with in_session(SMALL, **options) as session:
        await to_the_end(session)
        judge = await judge_of(session)
        assert judge is not None
        assert (judge.verdict, judge.total.plants, judge.total.found) == (True, 18, 18)
        assert session.job.status is JobStatus.COMPLETED
        assert [(s.status, s.qa_score) for s in session.segments.values()] == [
            (SegmentStatus.DONE, 100.0)
        ] * 3
        assert len({call.request_id for call in calls([session])}) == 3
        assert len(trials([session])) == 2
        assert_paid([session])


@for_both
@pytest.mark.parametrize("judge", BAD)
async def test_no_job_is_completed_on_its_word(in_session: Sessions, judge: str) -> None:
    """Whatever a bad judge says, the scores are null and the job is for a person to look at."""
    async with in_session(SMALL, judged_days=7, simulator={"judge": judge}) as session:
        await to_the_end(session)
        record = session.run.lake.load(session.job.job_id)
        output = session.run.documents.get(record.job.output or "").decode()
        body = json.loads(
            result_json(record.job, record.segments, (), output=output, held=False, max_attempts=3)
        )
        assert_paid([session])

    assert (session.job.status, session.job.qa_score) == (JobStatus.NEEDS_REVIEW, None)
    assert [(s.status, s.qa_score) for s in record.segments] == [
        (SegmentStatus.QA_FAILED, None)
    ] * 3
    assert all((s.error or "").startswith(NOT_JUDGED) for s in record.segments)
    assert body["warning"].startswith("Not judged")
    assert body["qa_score"] is None


@pytest.mark.parametrize("transport", ["messages", "batches"])
async def test_trials_travel_along(in_sessions: SeveralSessions, transport: str) -> None:
    """Eight pages need no request more than without trials, and each pays for its own."""
    requests = {}
    for days in (0, 7):
        async with in_sessions(
            PAGES, joined=True, judged_days=days, transport=transport, pack_segments=120
        ) as sessions:
            await judge_of(sessions[0])  # looked up by now, nothing but the texts takes time
            await asyncio.gather(*map(to_the_end, sessions))
            assert {one.job.status for one in sessions} == {JobStatus.COMPLETED}
            requests[days] = len({row.request_id for row in calls(sessions)})
            rows = trials(sessions)
            assert_paid(sessions)
        await asyncio.to_thread(_forget, sessions[0])
    assert requests[0] == requests[7]
    assert 5 <= len(rows) < len(PAGES)


def _forget(session: JobSession) -> None:
    """Take a home away, so that the next run begins with none."""
    shutil.rmtree(session.run.home)


async def test_what_travels_alone_has_one_trial(in_session: Sessions) -> None:
    """A document with a brief has nothing beside it: its trial is one request, at its end."""
    async with in_session(PAGES[0], judged_days=7, joined=True, brief=True) as session:
        await to_the_end(session)
        assert session.job.status is JobStatus.COMPLETED
        assert [call.task for call in calls([session])] == ["brief", "translate", *["assess"] * 2]
        assert len(trials([session])) == 1


async def test_small_requests_hold_small_trials(in_session: Sessions) -> None:
    """Where a request holds eight segments, a trial holds no more, and there are several."""
    async with in_session(SMALL, judged_days=7, pack_segments=8) as session:
        await to_the_end(session)
        judge = await judge_of(session)
        assert judge is not None
        assert [trial.tally.plants for trial in judge.trials] == [2, 4, 4, 4]
        assert session.job.status is JobStatus.COMPLETED


async def test_a_verdict_is_kept(in_session: Sessions) -> None:
    """The next run of the home has the verdict of this one; another owner's has none."""
    async with in_session(SMALL, judged_days=7) as session:
        await to_the_end(session)
        judge = await judge_of(session)
        assert judge is not None
        again = session.run.judges.__class__(session.run.home, days=7)
        kept = await again.get(judge.judge, session.run.clock.now())
        session.job = replace(session.job, owner="bob")
        other = await judge_of(session)

    assert (kept.verdict, kept.total) == (True, judge.total)
    assert other is not None
    assert other.verdict is None


async def test_a_judge_known_as_none_is_not_asked(in_sessions: SeveralSessions) -> None:
    """Once a model is known to be no judge, it is not asked, and code alone has its say."""
    options = {"judged_days": 7, "simulator": {"judge": "silent"}}
    async with in_sessions([SMALL, PAGES[0]], **options) as (first, second):
        await to_the_end(first)
        await to_the_end(second)
        assert [call.task for call in calls([second])] == ["translate"]
        assert second.job.status is JobStatus.NEEDS_REVIEW


async def test_what_is_not_proven_waits_for_the_verdict(in_sessions: SeveralSessions) -> None:
    """A job that recalled all its translations from one under way needs the same verdict."""
    options = {"judged_days": 7, "simulator": {"judge": "silent"}}
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
        assert second.job.status is JobStatus.NEEDS_REVIEW
        assert [call.task for call in calls([second])] == ["assess"]


async def test_the_same_for_many_is_asked_one_by_one(in_session: Sessions) -> None:
    """A pack of five with the same error each is asked about one by one, once."""
    script = '[[rule]]\ntask = "assess"\nmatch = "harbour"\nevent = "error"\ntimes = 5\n'
    text = " ".join(f"The harbour number {word} is closed." for word in "abcde") + "\n"
    async with in_session(text, script, judged_days=7, pack_segments=5) as session:
        await take_through(TRANSLATOR, session, *range(5))
        await take_through(QA, session, *range(5))
        outcomes = [(c.outcome, len(c.segment_ids)) for c in calls([session])[1:]]
        assert outcomes == [("alike", 5), *[("ok", 1)] * 5]
        assert {s.qa_score for s in session.segments.values()} == {100.0}


@pytest.mark.parametrize("vendor", [OPENAI], ids=repr, indirect=True)
async def test_a_trial_that_gets_no_answer(in_session: Sessions) -> None:
    """A judge whose answers can't be read is not believed, and the job still ends."""
    script = (
        '[[rule]]\ntask = "assess"\nmatch = "harbour"\nevent = "broken"\nanywhere = true\n'
        "times = 100\n"
    )
    async with in_session(SMALL, script, judged_days=7) as session:
        await take_through(TRANSLATOR, session, 0, 1, 2)
        for i, segment in list(session.segments.items()):
            await session.commit(segment.to(SegmentStatus.QA_PASSED, qa_score=100.0, settled=True))
            assert session.segments[i].qa_score == 100.0
        await finalize([session])
        assert session.job.status is JobStatus.NEEDS_REVIEW
        assert all((s.error or "").startswith(NOT_JUDGED) for s in session.segments.values())
        assert_paid([session])


async def test_a_trial_that_was_out_is_paid_for_once(in_session: Sessions) -> None:
    """A run that takes a job up asks the trial that a killed one had sent, though none is due."""
    page_ = PAGES[0]
    async with in_session(page_, judged_days=7, transport="batches") as session:
        ids = tuple(session.segments)
        await take_through(TRANSLATOR, session, *ids)
        translated = dict(session.segments)
        await take_through(QA, session, *ids)
        sent = trials([session])
        # As a run finds it that takes the job up: nothing of the assessment was committed.
        again = JobSession(session.run, session.run.lake.load(session.job.job_id))
        again.before = replace(again.job, attempt_open=True)
        again.segments.update(translated)
        again.ledger._call_ids -= {call.call_id for call in calls([session])[1:]}
        judge = await judge_of(again)
        assert judge is not None
        judge.under_way = 100
        assert not judge.wants_more
        await take_through(QA, again, *ids)

        assert [call.call_id for call in sent] == [call.call_id for call in trials([session])]
        assert len(Trials(session.run.home).of(judge.judge, judge.trials[0].ended_at)) == 2
        assert_paid([session])


@pytest.mark.parametrize("place", ["of", "add"])
async def test_a_fault_in_a_trial_stays_with_its_job(
    in_sessions: SeveralSessions, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Where what is kept of trials can't be read or written once, one job says so, no other."""
    whole = getattr(Trials, place)
    faults = [OSError("set off")]

    def broken(*arguments: object) -> object:
        if faults:
            raise faults.pop()
        return whole(*arguments)

    async with in_sessions([SMALL, PAGES[0]], judged_days=7) as sessions:
        for one in sessions:
            await take_through(TRANSLATOR, one, *one.segments)
        for one in sessions:
            for segment in list(one.segments.values()):
                passed = segment.to(SegmentStatus.QA_PASSED, qa_score=100.0, settled=True)
                await one.commit(passed)
        monkeypatch.setattr(Trials, place, broken)
        await finalize(sessions)
        assert faults == []
        reasons = [one.attempt.reason for one in sessions]
        assert [reason and "OSError: set off" in reason for reason in reasons] == [True, None]
        assert not sessions[0].job.status.has_result
        assert sessions[1].job.status is JobStatus.COMPLETED
