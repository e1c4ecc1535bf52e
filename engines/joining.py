"""Joins questions that come within a moment into one request; each gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial

from domain.errors import EngineError
from engines.clock import Clock
from engines.gathering import Gathering
from engines.joint_questions import (
    company_of,
    errors_apart,
    join,
    parts_of,
    replies_apart,
    room_taken,
)
from engines.port import Question, Reply
from engines.waiting import ENDING, Waiting

QUIET = 0.2
"""Seconds without another question, after which those that came go out."""

LONGEST = 2.0
"""Seconds after which they go out, however many are still coming."""


class _Fewer(Exception):
    """Some of the questions of a request may not be asked any more."""


class Joining:
    """Joins questions of one company that come within a moment, and gives each its answer.

    Belongs to one event loop.

    Args:
        ask: asks one question.
        segments: in one request at most.
        tokens: of source text in one request at most.
        clock: the time.
    """

    def __init__(
        self,
        ask: Callable[[Question], Awaitable[Reply]],
        *,
        segments: int,
        tokens: int,
        clock: Clock,
    ) -> None:
        self._ask = ask
        self._segments = segments
        self._tokens = tokens
        self._clock = clock
        self._companies: dict[Hashable, Gathering[Waiting]] = {}

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, which may travel with others.

        Raises:
            EngineError: no answer came.
        """
        company = company_of(question)
        if company is None:
            return await self._ask(question)
        size = room_taken(question, segments=self._segments, tokens=self._tokens)
        waiting = Waiting(question, asyncio.get_running_loop().create_future())
        self._gathering(company, question).add(waiting, size)
        return await waiting.answer

    async def close(self) -> None:
        """Ask nothing any more."""
        for gathering in self._companies.values():
            await gathering.close()

    def _gathering(self, company: Hashable, question: Question) -> Gathering[Waiting]:
        if company not in self._companies:
            apart = question.sharing.apart if question.sharing else None
            self._companies[company] = Gathering(
                partial(self._send, company),
                quiet=QUIET,
                longest=LONGEST,
                most_things=apart.size if apart else self._segments,
                most_bytes=self._tokens,
                clock=self._clock,
            )
        return self._companies[company]

    async def _send(self, company: Hashable, waiting: list[Waiting]) -> None:
        left = _until_nobody_waits(waiting)
        try:
            while asked := [one for one in waiting if not one.answer.done()]:
                try:
                    await self._ask_together(asked)
                except _Fewer:
                    continue
        except BaseException as error:
            for one in waiting:
                one.fail(error)
            if isinstance(error, ENDING):
                raise
        finally:
            left()
            if self._companies[company].is_idle:
                del self._companies[company]

    async def _ask_alone(self, one: Waiting) -> None:
        try:
            one.deliver(await self._ask(one.question))
        except Exception as error:
            one.fail(error)

    async def _ask_together(self, asked: Sequence[Waiting]) -> None:
        questions = [one.question for one in asked]
        try:
            parts, joint = parts_of(questions), join(questions)
        except Exception:
            if len(asked) == 1:
                raise
            # Whose fault it is shows where each is asked alone.
            await asyncio.gather(*(self._ask_alone(one) for one in asked))
            return
        together = replace(
            joint, permit=partial(_permitted, asked), on_leaving=partial(_leave, questions)
        )
        try:
            replies = replies_apart(await self._ask(together), parts)
        except EngineError as error:
            for one, failure in zip(asked, errors_apart(error, parts), strict=True):
                one.fail(failure)
        else:
            for one, reply in zip(asked, replies, strict=True):
                one.deliver(reply)


async def _permitted(asked: Sequence[Waiting]) -> None:
    """See which questions may still be asked; who asked another is told why not.

    Raises:
        _Fewer: not all of them may.
    """
    for one in asked:
        await one.is_permitted()
    if any(one.answer.done() for one in asked):
        raise _Fewer


def _leave(questions: Sequence[Question]) -> None:
    for question in questions:
        question.leaves()


def _until_nobody_waits(waiting: Sequence[Waiting]) -> Callable[[], None]:
    """End this task once nobody waits for it any more; what is returned lets it be."""
    task = asyncio.current_task()
    assert task is not None, "what is sent is sent by a task"
    is_over = False

    def gone(_: asyncio.Future[Reply]) -> None:
        if not is_over and all(one.answer.cancelled() for one in waiting):
            task.cancel()

    def over() -> None:
        nonlocal is_over
        is_over = True

    for one in waiting:
        one.answer.add_done_callback(gone)
    return over
