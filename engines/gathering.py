"""Things that come one by one and go out together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from engines.clock import Clock

T = TypeVar("T")


class Gathering(Generic[T]):
    """Waits until nothing new has come for a moment, then sends off all that came.

    Belongs to one event loop.

    Args:
        send: takes what has gathered; it runs in a task of its own and raises nothing.
        quiet: seconds without anything new, after which it goes out.
        longest: seconds after which it goes out however much is still coming.
        most_things: things that go out together at most.
        most_bytes: their size together at most; a larger thing goes alone.
        clock: the time.
    """

    def __init__(
        self,
        send: Callable[[list[T]], Awaitable[None]],
        *,
        quiet: float,
        longest: float,
        most_things: int,
        most_bytes: int,
        clock: Clock,
    ) -> None:
        self._send = send
        self._quiet = quiet
        self._longest = longest
        self._most_things = most_things
        self._most_bytes = most_bytes
        self._clock = clock
        self._things: list[T] = []
        self._bytes = 0
        self._newest = 0.0
        self._timer: asyncio.Task[None] | None = None
        self._sent: set[asyncio.Future[None]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is gathered, and no more than one thing is being sent off."""
        return not self._things and len(self._sent) <= 1

    def add(self, thing: T, size: int) -> None:
        """Take one up, of a size in bytes."""
        if self._bytes + size > self._most_bytes:
            self._go()
        self._things.append(thing)
        self._bytes += size
        self._newest = self._clock.ticks()
        if len(self._things) >= self._most_things or self._bytes >= self._most_bytes:
            self._go()
        elif self._timer is None:
            self._timer = asyncio.create_task(self._wait())

    async def close(self) -> None:
        """Send nothing any more."""
        tasks = [*self._sent, *([self._timer] if self._timer else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait(self) -> None:
        last = self._clock.ticks() + self._longest
        while (rest := min(self._newest + self._quiet, last) - self._clock.ticks()) > 0:
            await self._clock.sleep(rest)
        self._timer = None
        self._go()

    def _go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._things:
            sent = asyncio.ensure_future(self._send(self._things))
            self._sent.add(sent)
            sent.add_done_callback(self._sent.discard)
        self._things, self._bytes = [], 0
