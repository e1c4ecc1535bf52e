"""Asking a model until it gives a usable answer: the one layer that retries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

from domain.answers import judged
from domain.call import Call
from domain.decisions import GiveUp, Halt, Retry, SlowDown
from domain.errors import AnswerError, BudgetReached, EngineError, Unanswered
from domain.job import Step
from domain.packs import Ids
from engines.backoff import delay
from engines.port import Question, Reply
from engines.room import MOST_ROOM
from tasks.budget import worst_case
from tasks.desk import Desk
from tasks.hand import JobInHand

T = TypeVar("T")

TRIES = 8
"""Tries at one question that end in a fault or an unusable answer. At three faults in ten requests
eight in a row are one question in 15,000; the next night takes that one up."""

SLOWED = 60
"""Times one question is held back by the engine's limits before it counts as unanswered."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A usable answer and its row for the ledger, which the caller commits with what it learned."""

    value: T
    call: Call


async def ask(
    hand: JobInHand,
    step: Step,
    ids: Ids,
    question: Question,
    read: Callable[[Any], T],
) -> Answered[T] | None:
    """Ask until `read` accepts the answer; what fails is in the ledger when this returns.

    Args:
        hand: the job that asks and pays.
        step: the stage, for the ledger.
        ids: the segments the question covers; none for one about the whole document.
        question: asked again with twice the room after a truncated answer.
        read: takes the answer's JSON; raises AnswerError where it can't be used.

    Returns:
        None where several segments were asked about and one of them may be what spoils the
        answer: they are to be asked about by halves.

    Raises:
        Unanswered: no usable answer after all tries, a refusal, or a request that is at fault.
        EngineError: nothing can be asked at all; its decision is `Halt`.
    """
    faults = slowed = 0
    while True:
        attempt = faults + slowed + 1
        question = hand.anew(question)
        try:
            reply = await _reply(hand, question)
        except EngineError as error:
            if hand.desk.halted is not None and isinstance(error.decision, Halt):
                raise
            hand.jot(calls=[hand.call(question, step, ids, attempt, error, error.kind)])
            if isinstance(error.decision, Halt):
                hand.desk.halted = str(error)
                raise
            if isinstance(error.decision, GiveUp) and len(ids) > 1:
                return None
            slowed += isinstance(error.decision, SlowDown)
            faults += not isinstance(error.decision, SlowDown)
            if isinstance(error.decision, GiveUp) or faults >= TRIES or slowed >= SLOWED:
                raise Unanswered(error.kind, str(error), by_engine=True) from error
            if isinstance(error.decision, Retry):
                async with hand.desk.patience.waiting():
                    await hand.desk.clock.sleep(delay(faults, hand.desk.uniform))
            continue
        try:
            value = read(judged(reply.text, reply.stop_reason, reply.stop_details))
        except AnswerError as error:
            call = hand.call(question, step, ids, attempt, reply, error.kind)
            await hand.commit(calls=[call])
            if len(ids) > 1:
                return None
            faults += 1
            if error.kind == "refused" or faults >= TRIES:
                raise Unanswered(error.kind, str(error), by_engine=False) from error
            if error.kind == "truncated":
                question = replace(question, max_tokens=min(2 * question.max_tokens, MOST_ROOM))
            continue
        return Answered(value, hand.call(question, step, ids, attempt, reply, "ok"))


async def _reply(hand: JobInHand, question: Question) -> Reply:
    """One answer; where there is a budget, asked for once its worst case fits into that."""
    desk = hand.desk
    question = replace(question, permit=partial(desk.permit, question.job_id))
    if desk.budget.limit_eur is None:
        return await _answer(desk, question)
    worst = worst_case(question, desk.engine, desk.settings, desk.clock.now())
    try:
        async with desk.budget.room_for(worst) as hold:
            try:
                reply = await _answer(desk, question)
            except EngineError as error:
                hold.failed(error)
                raise
            hold.spent(hand.price_of(question, reply).eur)
            return reply
    except BudgetReached as error:
        desk.halted, desk.is_over_budget = str(error), True
        raise EngineError("budget", str(error), Halt()) from None


async def _answer(desk: Desk, question: Question) -> Reply:
    await question.permitted()
    async with desk.patience.waiting():
        return await desk.engine.ask(question)
