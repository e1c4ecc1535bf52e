"""Waiting that can be ended for all who wait, when a run has to go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.decisions import Halt
from domain.errors import EngineError


class Cancellation:
    """What may be waited for, until it is at its end. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Timeout] = set()
        self._is_over = False

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Wait for something within.

        Raises:
            EngineError: the run does not wait any longer; its decision is `Halt`.
        """
        limit = asyncio.timeout(0 if self._is_over else None)
        self._waiting.add(limit)
        try:
            async with limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            raise EngineError("halted", "the run was ended while it waited", Halt()) from None
        finally:
            self._waiting.discard(limit)

    def end(self) -> None:
        """Let nobody wait any longer."""
        self._is_over = True
        now = asyncio.get_running_loop().time()
        for limit in self._waiting:
            limit.reschedule(now)
