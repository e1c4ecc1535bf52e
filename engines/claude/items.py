"""A question on its way through a batch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from anthropic.types.messages.batch_create_params import Request

from engines.port import Question, Reply


@dataclass(slots=True, eq=False)
class Item:
    """A question, what is sent for it, and who waits.

    Attributes:
        answer: given to all who ask this question at once.
        losses: how often it was sent in a batch that was not to be found afterwards.
    """

    question: Question
    request: Request
    answer: asyncio.Future[Reply]
    losses: int = 0

    @property
    def custom_id(self) -> str:
        """What it is known by."""
        return self.request["custom_id"]

    def deliver(self, reply: Reply) -> None:
        """Give the answer to who waits, if anyone still does."""
        if not self.answer.done():
            self.answer.set_result(reply)

    def fail(self, error: Exception) -> None:
        """Say why no answer comes."""
        if not self.answer.done():
            self.answer.set_exception(error)
