"""Asking a model until it gives a usable answer: the one layer that retries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

from domain.cost.call import Call
from domain.decisions import GiveUp, Halt, Outage, Retry, SlowDown
from domain.document.segment_windows import Ids
from domain.errors import AnswerError, BudgetReached, EngineError, JobRefused, Unanswered
from domain.job.job import Step
from engines.limits.backoff import delay
from engines.output_tokens import MOST_ROOM
from engines.port import Question, Reply
from tasks.requests.refusals import is_for_its_text
from tasks.run.budget import worst_case
from tasks.run.run_context import RunContext
from tasks.session.job_session import JobSession

T = TypeVar("T")

TRIES = 8
"""Tries at one question that end in a fault or an unusable answer. At three faults in ten requests
eight in a row are one question in 15,000; the next night takes that one up."""

OTHER_SERVER = "other_server"
"""The outcome of a request that was answered by a model in a rehearsal."""

PACK_TRIES = 3
"""Faults of a pack's own, others being answered, after which it is searched by halves for the
segment that brings them about."""

DOUBLINGS = 2
"""Times a question about one segment is asked with twice the room, or once more after a loop: what
is four times as long as it may be at most is no translation, and has cost minutes."""

SLOWED = 60
"""Times one question is held back by limits that let others pass before it counts as unanswered."""

HALTED = "halted"
"""The kind of error of a request that was not sent any more."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A usable answer and its row for the ledger, which the caller commits with what it learned."""

    value: T
    call: Call


async def ask(
    session: JobSession,
    step: Step,
    ids: Ids,
    question: Question,
    read: Callable[[Any], T],
    *,
    has_context: bool = False,
) -> Answered[T] | None:
    """Ask until `read` accepts the answer; what fails is in the ledger when this returns.

    Args:
        session: the job that asks and pays.
        step: the stage, for the ledger.
        ids: the segments the question covers; none for one about the whole document.
        question: asked again with twice the room after a truncated answer.
        read: takes the answer's JSON; raises AnswerError where it can't be used.
        has_context: whether the question shows more of the document than it is about.

    Returns:
        None where several segments were asked about and one of them may be what spoils the
        answer: they are to be asked about by halves. The same where a question about one was
        refused that has context: it is to be asked without.

    Raises:
        Unanswered: no usable answer after all tries, or a refusal of what the text says; or the
            model has shown that it can't do this.
        JobRefused: the engine takes nothing of this job.
        EngineError: nothing can be asked at all; its decision is `Halt`.
    """
    is_divisible = len(ids) > 1
    refused = session.refused_by(question.asked, question.task)
    abilities, deed = session.run.abilities, (question.asked, question.task)
    if (ids or question.task == "brief") and not abilities.can(*deed):
        said = f"{question.asked} gave nothing usable of its kind in this night"
        raise Unanswered("unable", said, by_engine=False)
    faults = slowed = outages = parted = endless = 0
    while True:
        attempt = faults + slowed + outages + parted + 1
        question = session.ledger.anew(question)
        try:
            reply = await _taken(session, question)
        except EngineError as error:
            if isinstance(error.decision, Halt) and not _is_first_word(session.run, error):
                raise
            session.jot(calls=[session.ledger.row(question, step, ids, attempt, error, error.kind)])
            if isinstance(error.decision, Halt):
                session.run.halted = str(error)
                raise
            faults += not isinstance(error.decision, SlowDown | Outage)
            is_over = isinstance(error.decision, GiveUp) or faults >= PACK_TRIES
            if error.apart is not None and is_over:
                question, faults, parted = _apart(question, error), 0, parted + 1
                continue
            if isinstance(error.decision, GiveUp):
                since = refused.add(ids, question.task, session.run.moment())
                if is_divisible or has_context:
                    return None
                if ids:
                    taken = partial(_is_taken, session, step)
                    await is_for_its_text(session, step, question, error, since, taken)
                raise Unanswered(error.kind, str(error), by_engine=True, for_good=True) from error
            slowed += isinstance(error.decision, SlowDown)
            outages += isinstance(error.decision, Outage)  # the engine's, and no try of this one
            if is_divisible and faults >= PACK_TRIES:
                abilities.failed_at(*deed, len(ids))
                return None
            if faults >= TRIES or slowed >= SLOWED:
                raise Unanswered(error.kind, str(error), by_engine=True) from error
            if isinstance(error.decision, Retry):
                async with session.run.cancellation.waiting():
                    await session.run.clock.sleep(delay(faults, session.run.uniform))
            continue
        _tell_bill(session, step, ids, question, reply)
        if reply.simulated != session.run.rehearsal:
            await _stop(
                session, session.ledger.row(question, step, ids, attempt, reply, OTHER_SERVER)
            )
        call = session.ledger.row(question, step, ids, attempt, reply, "ok")
        session.ledger.owe(call)
        try:
            value = reply.read(question.task, read)
        except AnswerError as error:
            row = replace(call, outcome=error.kind)
            if reply.apart is not None:
                await session.commit(calls=[row])
                question, parted = _apart(question, reply), parted + 1
                continue
            is_refusal = error.kind == "refused"
            if is_refusal:
                refused.add(ids, question.task, session.run.moment())
            if is_divisible and not is_refusal:
                abilities.failed_at(*deed, len(ids))
            if is_divisible or (is_refusal and has_context):
                await session.commit(calls=[row])
                return None
            faults += 1
            endless += error.kind in ("truncated", "looping")
            if is_refusal or faults >= TRIES or endless > DOUBLINGS:
                if not is_refusal:
                    abilities.failed(*deed)
                session.jot(calls=[row])  # durable with what becomes of the segment, or not at all
                raise Unanswered(
                    error.kind, str(error), by_engine=False, for_good=is_refusal
                ) from error
            await session.commit(calls=[row])
            if error.kind == "truncated":  # no more room makes an end of what loops
                question = replace(question, max_tokens=min(2 * question.max_tokens, MOST_ROOM))
            continue
        if ids or question.task == "brief":
            abilities.did(*deed, len(ids))
        return Answered(value, call)


def _apart(question: Question, answer: Reply | EngineError) -> Question:
    """The question, asked again with half as many other documents beside its own."""
    assert question.sharing is not None, "what travels alone has nothing beside it"
    return replace(question, sharing=replace(question.sharing, apart=answer.apart))


def _tell_bill(session: JobSession, step: Step, ids: Ids, question: Question, reply: Reply) -> None:
    """Enter into the error log what is wrong with an answer's bill."""
    segment_id = ids[0] if len(ids) == 1 else None
    for kind, said in session.ledger.new_faults(question, reply).items():
        session.jot(errors=[session.error(segment_id, kind, said, step)])


async def _stop(session: JobSession, call: Call) -> NoReturn:
    """End a night in which a model answers where the simulator should, or the other way round."""
    if not call.simulated:
        await session.commit(calls=[call])  # it is paid for
    session.run.halted = (
        "the simulator answers now, and the night began with a model"
        if call.simulated
        else "a model answers now, and the night began as a rehearsal"
    )
    raise EngineError(OTHER_SERVER, session.run.halted, Halt())


async def _is_taken(session: JobSession, step: Step, question: Question) -> bool:
    """Whether the engine takes a question that nobody needs the answer of.

    Raises:
        Unanswered: that could not be found out.
        EngineError: nothing can be asked at all; its decision is `Halt`.
    """
    try:
        answered = await ask(session, step, (), question, lambda _: None)
    except Unanswered as error:
        if error.by_engine and not error.for_good:
            raise
        return not error.by_engine
    assert answered is not None, "a question about no segment has no halves"
    await session.commit(calls=[answered.call])
    return True


async def _taken(session: JobSession, question: Question) -> Reply:
    """One answer; it shows that questions like it are taken."""
    refused = session.refused_by(question.asked, question.task)
    if refused.turned_away is not None:
        raise JobRefused(session.job.job_id, refused.turned_away)
    sent = session.run.moment()
    reply = await _reply(session, question)
    refused.accepted.took((question.task, question.system), sent)
    session.run.accepted.took(question.asked, sent)
    return reply


async def _reply(session: JobSession, question: Question) -> Reply:
    """One answer; where there is a budget, asked for once its worst case fits into that."""
    run = session.run
    question = replace(question, permit=partial(run.permit, question.job_id))
    if run.budget.limit_eur is None:
        return await _answer(run, question)
    worst = worst_case(question, run.engine, run.settings, run.clock.now())
    try:
        async with run.budget.room_for(worst) as hold:
            try:
                reply = await _answer(run, replace(question, on_leaving=hold.sent))
            except EngineError as error:
                hold.failed(error)
                if error.usage is not None:
                    hold.spent(session.ledger.bill(question, error).cost.eur)
                raise
            hold.spent(session.ledger.bill(question, reply).cost.eur)
            return reply
    except BudgetReached as error:
        run.halted, run.is_over_budget = str(error), True
        raise EngineError("budget", str(error), Halt()) from None


async def _answer(run: RunContext, question: Question) -> Reply:
    await question.permitted()
    async with run.cancellation.waiting():
        return await run.engine.ask(question)


def _is_first_word(run: RunContext, error: EngineError) -> bool:
    """Whether a halt is the one that stops the night, rather than what follows from that."""
    if run.halted is None and error.kind == HALTED:
        run.halted = str(error)
    return run.halted is None
