"""The prompt cache: where its breakpoints stand, and who fills it first."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from engines.claude.abilities import cache_minimum
from engines.clock import Clock
from engines.port import Question

Ttl = Literal["5m", "1h"]

SECONDS: Mapping[Ttl, float] = {"5m": 300.0, "1h": 3600.0}
"""How long an entry lives after it was last used."""

SHARED_END = 1
"""The system block that ends what all jobs of a stage, a pair and a briefing share."""

OWN_END = 2
"""The system block that ends what the requests of one job share."""

_WIDE = re.compile("[\u0900-\U0010ffff]")
_SWEEP_ABOVE = 10_000


def rough_tokens(text: str) -> int:
    """Tokens of a text, roughly: four characters a token, in Asian scripts one."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return wide + (len(text) - wide + 3) // 4


def breakpoints(question: Question) -> tuple[int, ...]:
    """The system blocks, by index, whose ends are worth a cache breakpoint.

    A shorter prefix than the model's minimum is not cached, and one that is not sent again costs
    more than it saves. The answer's schema stands before the blocks.
    """
    minimum = cache_minimum(question.model)
    tokens = rough_tokens(json.dumps(dict(question.schema), sort_keys=True))
    ends = []
    for place, text in enumerate(question.system):
        tokens += rough_tokens(text)
        repeats = place == SHARED_END or (place == OWN_END and question.own_repeats)
        if repeats and tokens >= minimum:
            ends.append(place)
    return tuple(ends)


def prefixes(request: MessageCreateParamsNonStreaming) -> tuple[bytes, ...]:
    """A hash of what stands before each breakpoint of a request, shortest first.

    Model, thinking, effort and schema are part of a prefix.
    """
    blocks: Any = request.get("system") or ()  # the SDK's type allows a bare string
    if not any("cache_control" in block for block in blocks):
        return ()
    head = [request["model"], request.get("thinking"), request.get("output_config")]
    digest = hashlib.blake2b(json.dumps(head, sort_keys=True).encode(), digest_size=16)
    found = []
    for block in blocks:
        digest.update(b"\0" + block["text"].encode("utf-8", "surrogatepass"))
        if "cache_control" in block:
            found.append(digest.digest())
    return tuple(found)


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
        ttl: how long a prefix stays cached after it was last used.
        clock: the time.
    """

    def __init__(self, ttl: Ttl, clock: Clock) -> None:
        self._seconds = SECONDS[ttl]
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
