"""A question on its way, and who waits for its answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engines.port import Question, Reply

ENDING = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a task or the process; any other error is told, a panic of a library in Rust too,
which is no `Exception`."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A question and who waits.

    Attributes:
        answer: given to all who ask this question at once.
    """

    question: Question
    answer: asyncio.Future[Reply]

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

    async def is_permitted(self) -> bool:
        """Whether the question may still go out; who asked it is told where it may not."""
        try:
            await self.question.permitted()
        except Exception as error:
            self.fail(error)
            return False
        return True
