"""Questions on their way through a batch, and the requests that they travel in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.requests.batch import Sent
from domain.requests.joined import Part
from engines.joint_questions import errors_apart, replies_apart
from engines.output_tokens import MOST_ROOM
from engines.port import Question, Reply
from engines.waiting import Waiting


@dataclass(slots=True, eq=False)
class Item(Waiting):
    """A question and who waits.

    Attributes:
        custom_id: what it is known by.
        losses: how often it was sent in a batch that was not to be found afterwards.
    """

    custom_id: str
    losses: int = 0


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
        replies = replies_apart(reply, self.parts)
        for place, item in self.items.items():
            item.deliver(replies[place])

    def fail(self, error: BaseException) -> None:
        """Say why no answer comes."""
        errors = errors_apart(error, self.parts)
        for place, item in self.items.items():
            item.fail(errors[place])


def sent_as(request: BatchRequest) -> Iterator[tuple[str, Sent]]:
    """How each question of a request travels, by its custom id."""
    for place, item in request.items.items():
        sent = Sent(item.question.job_id, request.custom_id, tuple(request.parts), place)
        yield item.custom_id, sent


def earlier_request(item: Item, sent: Sent) -> BatchRequest:
    """The request that a question went out in earlier."""
    question = _as_large(item.question, sent.parts) if sent.parts else item.question
    return BatchRequest(sent.request, question, sent.parts, {sent.place: item})


def _as_large(question: Question, parts: Sequence[Part]) -> Question:
    """One in the place of a request of which only its parts are known: no count goes beyond it."""
    user = " " * sum(part.weight for part in parts)
    return replace(question, user=user, max_tokens=MOST_ROOM, sharing=None)
