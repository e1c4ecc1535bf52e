"""Questions on their way through a batch, and the requests that they travel in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.errors import EngineError
from domain.requests.batch import Sent
from domain.requests.joined import Part
from engines.joining import errors_apart, replies_apart
from engines.output_tokens import MOST_ROOM
from engines.port import Question, Reply

ENDING = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a task or the process; any other error is told, a panic of a library in Rust too,
which is no `Exception`."""


@dataclass(slots=True, eq=False)
class Item:
    """A question and who waits.

    Attributes:
        custom_id: what it is known by.
        answer: given to all who ask this question at once.
        losses: how often it was sent in a batch that was not to be found afterwards.
    """

    custom_id: str
    question: Question
    answer: asyncio.Future[Reply]
    losses: int = 0

    def deliver(self, reply: Reply) -> None:
        """Give the answer to who waits, if anyone still does."""
        if not self.answer.done():
            self.answer.set_result(reply)

    def fail(self, error: BaseException) -> None:
        """Say why no answer comes."""
        if self.answer.done():
            return
        if isinstance(error, ENDING):
            self.answer.cancel()
        else:
            self.answer.set_exception(error)


@dataclass(slots=True, eq=False)
class BatchRequest:
    """A request of a batch, and the questions in it that somebody here waits for.

    Attributes:
        custom_id: what it is known by.
        question: what is asked, or as much as can be told of one that went out earlier.
        parts: the documents it is about; none where it is one question as it is.
        items: those who wait, by their places among the documents.
    """

    custom_id: str
    question: Question
    parts: Sequence[Part]
    items: dict[int, Item]

    def deliver(self, reply: Reply) -> None:
        """Give each who waits its own answer."""
        replies = replies_apart(reply, self.parts) if self.parts else [reply]
        for place, item in self.items.items():
            item.deliver(replies[place])

    def fail(self, error: BaseException) -> None:
        """Say why no answer comes."""
        errors: Sequence[BaseException] = [error] * max(1, len(self.parts))
        if self.parts and isinstance(error, EngineError):
            errors = errors_apart(error, self.parts)
        for place, item in self.items.items():
            item.fail(errors[place])


def sent_as(request: BatchRequest) -> Iterator[tuple[str, Sent]]:
    """How each question of a request travels, by its custom id."""
    for place, item in request.items.items():
        sent = Sent(item.question.job_id, request.custom_id, tuple(request.parts), place)
        yield item.custom_id, sent


def earlier_requests(items: Mapping[str, Item], sent: Mapping[str, Sent]) -> list[BatchRequest]:
    """The requests of one batch that some questions went out in.

    Args:
        items: the questions, by custom id.
        sent: how each went, by custom id.
    """
    found: dict[str, BatchRequest] = {}
    for custom_id, how in sent.items():
        item = items[custom_id]
        if how.request not in found:
            question = _as_large(item.question, how.parts) if how.parts else item.question
            found[how.request] = BatchRequest(how.request, question, how.parts, {})
        found[how.request].items[how.place] = item
    return [*found.values()]


def _as_large(question: Question, parts: Sequence[Part]) -> Question:
    """One in the place of a request of which only its parts are known: no count goes beyond it."""
    user = " " * sum(part.weight for part in parts)
    return replace(question, user=user, max_tokens=MOST_ROOM, sharing=None)
