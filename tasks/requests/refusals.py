"""Requests that an engine refuses for good: whether that is for a text, a job, or everything.

A content filter answers a request with a 400; so does an account that may not ask, a server that
can't take what is asked, or a gateway that dislikes a briefing. Which one it is shows in what
becomes of other questions: those of the same job and task, then those to the same model. Where
none was answered since, one is asked for the purpose, about a text that nobody can mind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from domain.decisions import Halt
from domain.errors import EngineError, JobRefused
from domain.job.job import Step
from engines.output_tokens import output_room
from engines.port import Question
from prompts.turns import assess_turn, correct_turn, translate_turn
from tasks.session.job_session import BY_CHAIN, JobSession

NEUTRAL = ("OK", "OK!")
"""Texts to ask about; two, since in batches the same question again is taken for the same."""

Turn = Callable[[str, str, str], str]
Taken = Callable[[Question], Awaitable[bool]]
"""Asks a question, and says whether the engine took it, whatever it answered."""

TURNS: Mapping[str, Turn] = {
    "translate": lambda source, target, text: translate_turn(source, target, {0: text}),
    "assess": lambda source, target, text: assess_turn(source, target, {0: (text, text)}),
    "correct": lambda source, target, text: correct_turn(source, target, {0: (text, text, ())}),
}
"""By task, the user turn about a text. What may fail without harm to its job is not here."""


async def is_for_its_text(
    session: JobSession,
    step: Step,
    question: Question,
    error: EngineError,
    since: int,
    taken: Taken,
) -> None:
    """Return once it is sure that a question was refused for the text it is about.

    Args:
        session: whose question it is.
        step: the stage, for the error log.
        question: about one segment.
        error: how it was refused.
        since: the moment at which a question about this segment was first refused.
        taken: asks another one.

    Raises:
        JobRefused: the engine takes nothing of this job, but of others.
        EngineError: it takes nothing at all; its decision is `Halt`.
        Unanswered: it could not be found out.
    """
    refused = session.refused_by(question.asked, question.task)
    alike = (question.task, question.system)
    if question.task not in TURNS or refused.accepted.took_since(alike, since):
        return
    async with refused.accepted.proving:
        if refused.turned_away is None and (
            refused.accepted.took_since(alike, since) or await taken(_neutral(session, question))
        ):
            return
        if refused.turned_away is None:
            await _of_others(session, question, error, since, taken)
            refused.turned_away = str(error)
            why = str(JobRefused(session.job.job_id, refused.turned_away))
            if not is_followed(session, question):
                session.give_up(None, error.kind, why, step)
    raise JobRefused(session.job.job_id, refused.turned_away)


async def _of_others(
    session: JobSession, question: Question, error: EngineError, since: int, taken: Taken
) -> None:
    """Return where questions of other jobs are taken, or would be.

    Raises:
        EngineError: nothing is; its decision is `Halt`.
    """
    run = session.run
    async with run.accepted.proving:
        if run.accepted.took_since(question.asked, since):
            return
        bare = replace(_neutral(session, question, NEUTRAL[1]), system=question.system[:1])
        if await taken(bare):
            return
        if is_followed(session, question):
            run.abilities.refused_all(question.asked, question.task)
            return
        run.halted = f"{question.model} refuses every request: {error}"
    raise EngineError(error.kind, run.halted, Halt(), status=error.status) from error


def is_followed(session: JobSession, question: Question) -> bool:
    """Whether another model is asked where this one has no answer."""
    firsts = session.run.settings.translators[:-1]
    return question.task in BY_CHAIN and question.asked in firsts


def _neutral(session: JobSession, question: Question, text: str = NEUTRAL[0]) -> Question:
    """A question of the same task and with the same prompt, about another text."""
    turn = TURNS[question.task]
    return replace(
        question,
        user=turn(session.job.source_lang, session.job.target_lang, text),
        max_tokens=output_room(question.task, [text], question.effort),
        occasion=0,
    )
