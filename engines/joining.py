"""Questions about several documents, joined into one request; each gets its own answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Generic, NamedTuple, TypeVar

from domain.document.segment_windows import tokens_in
from domain.errors import EngineError
from domain.requests.joined import Part, answers_apart, joined, shares
from domain.usage import TokenUsage
from engines.clock import Clock
from engines.gathering import Gathering
from engines.output_tokens import MOST_ROOM
from engines.port import Question, Reply, Sharing

QUIET = 0.1
"""Seconds without another question, after which those that came go out."""

LONGEST = 1.0
"""Seconds after which they go out, however many are still coming."""

OWN_BLOCK = 2
"""The system block of one job: the glossary's entries that occur in it, a line each."""

HEAD_LINES = 2
"""The lines of that block before the first entry."""

STRANGER = "it says something of a segment that it was not asked about"

T = TypeVar("T")

_serial = count(1)


class Apart(NamedTuple):
    """Which questions are asked again together: a half of those whose answer was not usable.

    Attributes:
        of: the request that was answered so.
        half: which half.
        size: questions in it.
    """

    of: int
    half: int
    size: int


def room_taken(question: Question, *, segments: int, tokens: int) -> int:
    """How much of a request a question fills, in tokens of source text.

    Args:
        question: one that may be joined with others.
        segments: that a request may hold.
        tokens: that a request may hold.
    """
    assert question.sharing is not None, "who asks alone needs no room beside others"
    found = question.sharing.frame.body["segments"]
    size = sum(tokens_in(segment.get("text") or segment["source"]) for segment in found)
    return max(size, -(-len(found) * tokens // segments))


def company_of(question: Question) -> Hashable:
    """What questions have in common that may travel together; None of one that has to go alone."""
    sharing = question.sharing
    if sharing is None or (isinstance(sharing.apart, Apart) and sharing.apart.size == 1):
        return None
    return (
        sharing.key,
        sharing.apart,
        question.task,
        question.model,
        question.effort,
        question.prompt_version,
        question.system[:OWN_BLOCK],
    )


class Grouping(Generic[T]):
    """Puts things together whose questions may travel in one request, as they come.

    Args:
        segments: that a request may hold.
        tokens: of source text that a request may hold.
    """

    def __init__(self, *, segments: int, tokens: int) -> None:
        self._segments = segments
        self._tokens = tokens
        self._open: dict[Hashable, tuple[list[T], int]] = {}

    def add(self, thing: T, question: Question) -> list[T] | None:
        """Take one up; what is returned is full, and goes before all that is still open."""
        company = company_of(question)
        if company is None:
            return [thing]
        size = room_taken(question, segments=self._segments, tokens=self._tokens)
        group, filled = self._open.get(company, ([], 0))
        if filled + size <= self._tokens:
            self._open[company] = [*group, thing], filled + size
            return None
        self._open[company] = [thing], size
        return group or None

    def rest(self) -> list[list[T]]:
        """What is still open; nothing is afterwards."""
        groups = [group for group, _ in self._open.values()]
        self._open.clear()
        return groups


def join(questions: Sequence[Question]) -> Question:
    """One question that asks all of them; a single one stays as it is.

    Args:
        questions: of one company.
    """
    first = questions[0]
    if len(questions) == 1:
        return first
    frames = [question.sharing.frame for question in questions if question.sharing]
    blocks = [
        question.system[OWN_BLOCK].splitlines() for question in questions if _has_own(question)
    ]
    entries = sorted({line for block in blocks for line in block[HEAD_LINES:]})
    own = ["\n".join((*blocks[0][:HEAD_LINES], *entries))] if blocks else []
    return replace(
        first,
        user=json.dumps(joined(frames), ensure_ascii=False, separators=(",", ":")),
        system=(*first.system[:OWN_BLOCK], *own),
        max_tokens=min(MOST_ROOM, sum(question.max_tokens for question in questions)),
        job_id="",
        own_repeats=False,
        occasion=0,
        sharing=None,
        permit=None,
        on_leaving=None,
    )


def _has_own(question: Question) -> bool:
    return len(question.system) > OWN_BLOCK


def parts_of(questions: Sequence[Question]) -> list[Part]:
    """Where each question's part of the joined one lies."""
    return [
        Part(question.sharing.frame.ids, len(question.user.encode("utf-8", "surrogatepass")))
        for question in questions
        if question.sharing
    ]


def replies_apart(reply: Reply, parts: Sequence[Part]) -> list[Reply]:
    """Each document's own reply, with its share of the tokens.

    Where the answer as a whole can't be used, each of them says so, and how to ask again.
    """
    if len(parts) == 1:
        return [reply]
    weights = [part.weight for part in parts]
    texts = answers_apart(reply.text, parts) if reply.stop_reason == "end_turn" else None
    if texts is not None:
        usages = shares(reply.usage, weights, [len(text) for text in texts])
        return [
            replace(reply, text=text, usage=usage)
            for text, usage in zip(texts, usages, strict=True)
        ]
    text = STRANGER if reply.stop_reason == "end_turn" and reply.text.strip() else reply.text
    usages = shares(reply.usage, weights, weights)
    return [
        replace(reply, text=text, usage=usage, beside=len(parts) - 1, apart=apart)
        for usage, apart in zip(usages, _halves(len(parts)), strict=True)
    ]


def errors_apart(error: EngineError, parts: Sequence[Part]) -> list[EngineError]:
    """What each document's question is told of a request that failed."""
    if len(parts) == 1:
        return [error]
    weights = [part.weight for part in parts]
    usages: Sequence[TokenUsage | None] = [None] * len(parts)
    if error.usage is not None:
        usages = shares(error.usage, weights, weights)
    return [
        EngineError(
            error.kind,
            str(error),
            error.decision,
            status=error.status,
            request_id=error.request_id,
            latency_ms=error.latency_ms,
            unsent=error.unsent,
            usage=usage,
            beside=len(parts) - 1,
            apart=apart,
        )
        for usage, apart in zip(usages, _halves(len(parts)), strict=True)
    ]


def _halves(size: int) -> list[Apart]:
    of, first = next(_serial), -(-size // 2)
    return [
        Apart(of, 0, first) if place < first else Apart(of, 1, size - first)
        for place in range(size)
    ]


@dataclass(slots=True, eq=False)
class _Waiting:
    """A question, and who waits for its answer."""

    question: Question
    answer: asyncio.Future[Reply]

    def deliver(self, answer: Reply | BaseException) -> None:
        if self.answer.done():
            return
        if isinstance(answer, asyncio.CancelledError):
            self.answer.cancel()
        elif isinstance(answer, BaseException):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)


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
        self._companies: dict[Hashable, Gathering[_Waiting]] = {}

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, which may travel with others.

        Raises:
            EngineError: no answer came.
        """
        company = company_of(question)
        if company is None:
            return await self._ask(question)
        size = room_taken(question, segments=self._segments, tokens=self._tokens)
        waiting = _Waiting(question, asyncio.get_running_loop().create_future())
        self._gathering(company, question.sharing).add(waiting, size)
        return await waiting.answer

    async def close(self) -> None:
        """Ask nothing any more."""
        for gathering in self._companies.values():
            await gathering.close()

    def _gathering(self, company: Hashable, sharing: Sharing | None) -> Gathering[_Waiting]:
        if company not in self._companies:
            apart = sharing.apart if sharing else None
            self._companies[company] = Gathering(
                partial(self._send, company),
                quiet=QUIET,
                longest=LONGEST,
                most_things=apart.size if isinstance(apart, Apart) else self._segments,
                most_bytes=self._tokens,
                clock=self._clock,
            )
        return self._companies[company]

    async def _send(self, company: Hashable, waiting: list[_Waiting]) -> None:
        left = _until_nobody_waits(waiting)
        try:
            while asked := [one for one in waiting if not one.answer.done()]:
                try:
                    await self._ask_together(asked)
                except _Fewer:
                    continue
        except BaseException as error:
            for one in waiting:
                one.deliver(error)
            if not isinstance(error, Exception):
                raise
        finally:
            left()
            if self._companies[company].is_idle:
                del self._companies[company]

    async def _ask_alone(self, one: _Waiting) -> None:
        try:
            one.deliver(await self._ask(one.question))
        except Exception as error:
            one.deliver(error)

    async def _ask_together(self, asked: Sequence[_Waiting]) -> None:
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
                one.deliver(failure)
        else:
            for one, reply in zip(asked, replies, strict=True):
                one.deliver(reply)


async def _permitted(asked: Sequence[_Waiting]) -> None:
    """See which questions may still be asked; who asked another is told why not.

    Raises:
        _Fewer: not all of them may.
    """
    for one in asked:
        try:
            await one.question.permitted()
        except Exception as error:
            one.deliver(error)
    if any(one.answer.done() for one in asked):
        raise _Fewer


def _leave(questions: Sequence[Question]) -> None:
    for question in questions:
        question.leaves()


def _until_nobody_waits(waiting: Sequence[_Waiting]) -> Callable[[], None]:
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
