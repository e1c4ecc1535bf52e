"""Documents that travel in one request: what is whose, and what a fault in one does to others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace

import pytest

from domain.cost.call import Call
from domain.job.job import JobStatus
from domain.usage import TokenUsage
from engines import joining
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.client import Claude
from tasks.session.job_session import JobSession
from tests.chaos.accounts import page
from tests.integration.conftest import SWIFT, to_the_end

TOGETHER = replace(SWIFT, quiet=1.0)
"""Time for all documents to be there, where this machine has much else to do."""

SeveralSessions = Callable[..., AbstractAsyncContextManager[list[JobSession]]]

COUNT = 6


def texts(poisoned: int | None = None) -> list[str]:
    """Short documents; in one of them stands a sentence that rules look for."""
    return [
        f"Document {n} begins here.\n\nIts {'poison' if n == poisoned else 'end'} is number {n}.\n"
        for n in range(COUNT)
    ]


async def all_to_the_end(sessions: Sequence[JobSession]) -> None:
    await asyncio.gather(*map(to_the_end, sessions))


def calls(sessions: Sequence[JobSession]) -> list[Call]:
    lake = sessions[0].run.lake
    return [call for one in sessions for call in lake.load(one.job.job_id).calls]


def by_request(rows: Sequence[Call]) -> dict[str | None, list[Call]]:
    return {
        name: [row for row in rows if row.request_id == name]
        for name in {r.request_id for r in rows}
    }


def _url(sessions: Sequence[JobSession]) -> str:
    engine = sessions[0].run.engine
    assert isinstance(engine, Claude | ClaudeBatches)
    return str(engine._sdk.base_url).rstrip("/")


def assert_paid(sessions: Sequence[JobSession]) -> None:
    """See that the ledger has, in each class, the tokens that the simulator counted."""
    counted = page(_url(sessions), "ledger")["totals"]
    usage = asdict(sum((row.usage for row in calls(sessions)), TokenUsage()))
    assert usage == {name: counted[name] for name in usage}


def statuses(session: JobSession) -> list[tuple[str, float | None]]:
    return [(str(s.status), s.qa_score) for s in session.segments.values()]


@pytest.fixture
def once_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request goes before it is full, however long that takes."""
    monkeypatch.setattr(joining, "QUIET", 300.0)
    monkeypatch.setattr(joining, "LONGEST", 300.0)


@pytest.mark.usefixtures("once_full")
@pytest.mark.parametrize("transport", ["messages", "batches"])
async def test_one_request_a_stage(in_sessions: SeveralSessions, transport: str) -> None:
    """Each job has its row with its share; they add up to what the simulator counted."""
    full = {"joined": True, "timing": TOGETHER, "pack_segments": 2 * COUNT}
    async with in_sessions(texts(), transport=transport, **full) as sessions:
        await all_to_the_end(sessions)
        assert [one.job.status for one in sessions] == [JobStatus.COMPLETED] * COUNT
        rows = calls(sessions)
        requests = by_request(rows)
        assert Counter(len(found) for found in requests.values()) == {COUNT: 2}
        for found in requests.values():
            assert len({row.job_id for row in found}) == COUNT
            assert all(row.usage.output_tokens for row in found)
        assert_paid(sessions)
        outputs = [one.run.documents.get(one.job.output or "").decode() for one in sessions]
        for number, output in enumerate(outputs):
            assert [c for c in output if c.isdigit()] == [str(number)] * 2


@pytest.mark.usefixtures("once_full")
async def test_a_document_that_travels_alone(in_sessions: SeveralSessions) -> None:
    """Where its briefing says so, no request holds another beside it."""
    full = {"joined": True, "pack_segments": 2 * (COUNT - 1)}
    async with in_sessions(texts(), **full) as sessions:
        sessions[0].briefing = sessions[0].briefing.model_copy(update={"alone": True})
        await all_to_the_end(sessions)
        sizes = Counter(len(found) for found in by_request(calls(sessions)).values())
        assert sizes == {1: 2, COUNT - 1: 2}


@pytest.mark.parametrize("transport", ["messages", "batches"])
@pytest.mark.parametrize("poisoned", [0, 3, COUNT - 1])
async def test_a_text_that_is_refused(
    in_sessions: SeveralSessions, poisoned: int, transport: str
) -> None:
    """Its own segment is blocked, and all others are done."""
    refuse = '[[rule]]\nmatch = "poison"\nevent = "status"\nstatus = 400\nanywhere = true\n'
    async with in_sessions(texts(poisoned), refuse, joined=True, transport=transport) as sessions:
        await all_to_the_end(sessions)
        for number, one in enumerate(sessions):
            if number == poisoned:
                assert one.job.status is JobStatus.COMPLETED_WITH_BLOCKS
                assert [s for s, _ in statuses(one)] == ["done", "blocked"]
            else:
                assert one.job.status is JobStatus.COMPLETED
                assert statuses(one) == [("done", 100.0)] * 2


@pytest.mark.parametrize(
    ("event", "sizes"),
    [
        *((event, [3, 3, COUNT]) for event in ("refuse", "broken", "wrong_ids")),
        ("truncate", [1, 2, COUNT]),  # the documents that it had come to are done
    ],
)
@pytest.mark.usefixtures("once_full")
@pytest.mark.parametrize("transport", ["messages", "batches"])
async def test_one_bad_answer(
    in_sessions: SeveralSessions, event: str, sizes: list[int], transport: str
) -> None:
    """An answer that can't be used is asked for by halves, and entered for all that paid for it."""
    script = f'[[rule]]\ntask = "translate"\nevent = "{event}"\ntimes = 1\n'
    full = {"joined": True, "timing": TOGETHER, "pack_segments": 2 * COUNT}
    async with in_sessions(texts(), script, transport=transport, **full) as sessions:
        await all_to_the_end(sessions)
        assert [one.job.status for one in sessions] == [JobStatus.COMPLETED] * COUNT
        translated = by_request([row for row in calls(sessions) if row.task == "translate"])
        assert sorted(len(found) for found in translated.values()) == sizes
        assert all(statuses(one) == [("done", 100.0)] * 2 for one in sessions)


@pytest.mark.parametrize("transport", ["messages", "batches"])
async def test_three_faults_in_ten(in_sessions: SeveralSessions, transport: str) -> None:
    """Whatever happens on the way, ledger and simulator agree to the token."""
    rates = {"500": 0.15, "truncate": 0.1, "wrong_ids": 0.05, "broken": 0.05}
    async with in_sessions(
        texts() * 3, joined=True, transport=transport, simulator={"fault_rates": rates, "seed": 5}
    ) as sessions:
        await all_to_the_end(sessions)
        assert {one.job.status for one in sessions} == {JobStatus.COMPLETED}
        assert_paid(sessions)
