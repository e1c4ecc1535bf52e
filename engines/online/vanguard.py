"""Who fills a prompt cache first, while all others wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from engines.clock import Clock

_SWEEP_ABOVE = 10_000


class Turn:
    """One request's turn; it must be told when an answer came."""

    def __init__(self, vanguard: Vanguard, held: Sequence[bytes]) -> None:
        self._vanguard = vanguard
        self._held = held

    def answered(self, sent: float) -> None:
        """Say that an answer came; `sent` is when it was asked for, in ticks of the clock."""
        self._vanguard.use(self._held, sent)


class Vanguard:
    """Lets one request go first for each prefix that is not cached, and the rest after its answer.

    An entry can be read only once the answer that writes it has begun, so a crowd that goes at
    once pays for writing it each. Belongs to one event loop.

    Args:
        seconds: how long a prefix stays cached after it was last used.
        clock: the time.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._warm_until: dict[bytes, float] = {}
        self._led: dict[bytes, asyncio.Event] = {}

    @asynccontextmanager
    async def turn(self, held: Sequence[bytes]) -> AsyncIterator[Turn]:
        """A request's turn: waits while another one goes first, and may be the one.

        Where the first one fails, the next goes first.

        Args:
            held: the request's prefixes, shortest first: so nobody waits for one who waits.
        """
        led: list[bytes] = []
        try:
            for prefix in held:
                if await self._leads(prefix):
                    led.append(prefix)
            yield Turn(self, held)
        finally:
            for prefix in led:
                self._led.pop(prefix).set()

    def use(self, held: Sequence[bytes], sent: float) -> None:
        """Count prefixes as cached from the moment they were sent."""
        if len(self._warm_until) > _SWEEP_ABOVE:
            now = self._clock.ticks()
            self._warm_until = {k: t for k, t in self._warm_until.items() if t > now}
        for prefix in held:
            self._warm_until[prefix] = max(sent + self._seconds, self._warm_until.get(prefix, sent))

    async def _leads(self, prefix: bytes) -> bool:
        while self._warm_until.get(prefix, 0.0) <= self._clock.ticks():
            first = self._led.get(prefix)
            if first is None:
                self._led[prefix] = asyncio.Event()
                return True
            await first.wait()
        return False
