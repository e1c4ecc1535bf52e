"""A question on its way through a batch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

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
