"""What is left of a budget's holds once requests were stopped, on every way out."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from domain.decisions import Halt
from domain.errors import EngineError, JobStopped, LeaseLost
from domain.job.job import Step
from engines.claude.batches.following import _still_out
from engines.port import Question, Reply
from tasks.requests.asking import ask
from tasks.run.budget import Hold
from tasks.session.job_session import JobSession
from tests.integration.conftest import Sessions

BUDGET = {"budget_eur": Decimal(100)}
NOTHING = Decimal(0)


class Queue:
    """An engine in which questions wait for their turn, which never comes, or once sent."""

    name = "claude"
    transport = "messages"
    tasks = frozenset({"translate"})
    is_free = False
    missing = ()
    simulated = True
    waits = ()
    caching = None

    def __init__(self, *, sends: bool) -> None:
        self.sends = sends
        self.waiting = 0

    def call_id(self, question: Question) -> str | None:
        return None

    async def is_out(self, question: Question) -> bool:
        return False

    async def look(self) -> None:
        pass

    async def ask(self, question: Question) -> Reply:
        if self.sends:
            await question.permitted()
            question.leaves()
        self.waiting += 1
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async def close(self) -> None:
        pass


def a_question(session: JobSession, number: int) -> Question:
    return Question(
        task="translate",
        model="claude-sonnet-5-5",
        system=("Translate.",),
        user=f"Sentence {number}.",
        schema={},
        max_tokens=2_000,
        prompt_version="p",
        job_id=session.job.job_id,
    )


def asking(session: JobSession, number: int) -> asyncio.Task[object]:
    question = a_question(session, number)
    return asyncio.create_task(ask(session, Step.TRANSLATOR, (0,), question, lambda data: data))


async def all_wait(queue: Queue) -> None:
    while queue.waiting < 10:  # noqa: ASYNC110 - ten tasks are waited for
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("sends", [False, True])
async def test_ten_requests_cancelled(in_session: Sessions, sends: bool) -> None:
    """Cancelled before they were sent they leave nothing; sent, they may be billed."""
    async with in_session("One sentence.", **BUDGET) as session:
        session.run.engine = queue = Queue(sends=sends)
        asked = [asking(session, number) for number in range(10)]
        await all_wait(queue)
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        spent = session.run.budget.spent_eur
    assert (spent > NOTHING) is sends


async def test_the_night_ends_while_they_wait(in_session: Sessions) -> None:
    """A night that is told to go gives back what had not been sent."""
    async with in_session("One sentence.", **BUDGET) as session:
        session.run.engine = queue = Queue(sends=False)
        asked = [asking(session, number) for number in range(10)]
        await all_wait(queue)
        session.run.cancellation.end()
        ended = await asyncio.gather(*asked, return_exceptions=True)
        spent = session.run.budget.spent_eur
    assert {type(error) for error in ended} == {EngineError}
    assert spent == NOTHING


@pytest.mark.parametrize(
    "error",
    [
        JobStopped("j"),
        LeaseLost("j"),
        EngineError("halted", "", Halt()),
        RuntimeError("bang"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_refused_at_the_door(in_session: Sessions, error: Exception) -> None:
    """A request that may not go any more when its turn comes leaves nothing."""
    async with in_session("One sentence.", **BUDGET) as session:
        session.run.engine = Queue(sends=True)

        async def permit(job_id: str) -> None:
            raise error

        session.run.permit = permit  # type: ignore[method-assign] # what a night can't be made to do
        asked = [asking(session, number) for number in range(10)]
        ended = await asyncio.gather(*asked, return_exceptions=True)
        spent = session.run.budget.spent_eur
    assert {type(one) for one in ended} == {type(error)}
    assert spent == NOTHING


def test_a_halt_after_it_was_handed_on() -> None:
    """What a halt kept from leaving costs nothing; in a batch that is out it may be billed."""
    kept_back = EngineError("halted", "no more", Halt(), unsent=True)
    hold = Hold(Decimal(3))
    hold.sent()
    hold.failed(kept_back)
    assert hold.counts_as == NOTHING
    hold.sent()
    hold.failed(_still_out(kept_back))
    assert hold.counts_as == Decimal(3)
