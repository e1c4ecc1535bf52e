"""The prompt cache, by the API's rules.

A prefix is everything up to a breakpoint: key, model, answer schema, effort, thinking, tools,
system and messages. It is cached where it has at least the model's minimum of tokens, can be read
once the answer that wrote it began, and lives for 5 minutes or an hour after it was last read or
written. From each breakpoint, prefixes up to 20 blocks shorter are looked for too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from simulator.requests.tokens import MESSAGE_OVERHEAD, count
from simulator.requests.validation import Request

LOOKBACK = 20
SECONDS = {"5m": 300.0, "1h": 3600.0}

_SWEEP_ABOVE = 10_000


@dataclass(frozen=True, slots=True)
class Prefix:
    """What stands up to the end of a block: its hash, its tokens, and a breakpoint's TTL."""

    key: bytes
    tokens: int
    ttl: str | None


@dataclass(frozen=True, slots=True)
class InputUsage:
    """The input tokens of a request by class; their sum is the prompt."""

    uncached: int
    read: int
    written_5m: int
    written_1h: int

    @property
    def limited(self) -> int:
        """Tokens that count toward the input limit."""
        return self.uncached + self.written_5m + self.written_1h


@dataclass(slots=True)
class _Entry:
    seconds: float
    expires: float


def input_tokens(request: Request) -> int:
    """Tokens of a whole prompt: schema, tools, system and messages."""
    blocks = sum(count(block.text) for block in request.blocks)
    return blocks + count(request.schema_text) + MESSAGE_OVERHEAD * request.messages


def prefixes(request: Request, owner: str) -> list[Prefix]:
    """The prefix at the end of each block, for a key's owner; empty without breakpoints.

    A cache entry belongs to the key that wrote it. `cache_control` itself is no part of a prefix.
    """
    if not any(block.ttl for block in request.blocks):
        return []
    head = f"{owner}\n{request.model.id}\n{request.settings}\n{request.schema_text}"
    digest = hashlib.blake2b(head.encode(), digest_size=16)
    tokens = count(request.schema_text)
    found = []
    for block in request.blocks:
        digest.update(f"\0{block.place}\0{block.text}".encode())
        tokens += count(block.text)
        found.append(Prefix(digest.copy().digest(), tokens, block.ttl))
    return found


class PromptCache:
    """What is cached, and until when."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: dict[bytes, _Entry] = {}

    def look_up(
        self, found: list[Prefix], total: int, minimum: int
    ) -> tuple[InputUsage, list[Prefix]]:
        """A prompt's tokens by class, and the prefixes to `write` once its answer begins.

        Args:
            found: the prompt's prefixes.
            total: the prompt's tokens.
            minimum: tokens a prefix needs to be cached.
        """
        hit = self._longest_hit(found)
        boundary = read = found[hit].tokens if hit is not None else 0
        written = {"5m": 0, "1h": 0}
        to_write = []
        for prefix in found[hit + 1 if hit is not None else 0 :]:
            if prefix.ttl and prefix.tokens >= minimum:
                written[prefix.ttl] += prefix.tokens - boundary
                boundary = prefix.tokens
                to_write.append(prefix)
        usage = InputUsage(total - boundary, read, written["5m"], written["1h"])
        return usage, to_write

    def _longest_hit(self, found: list[Prefix]) -> int | None:
        now = self._clock()
        hit = None
        for end in range(len(found) - 1, -1, -1):
            if not found[end].ttl:
                continue
            for place in range(end, max(end - LOOKBACK, -1), -1):
                entry = self._entries.get(found[place].key)
                if entry and entry.expires > now:
                    entry.expires = now + entry.seconds
                    hit = place if hit is None else hit
                    break
        return hit

    def write(self, written: list[Prefix]) -> None:
        """The answer began: these prefixes can be read from now on."""
        now = self._clock()
        if len(self._entries) > _SWEEP_ABOVE:
            self._entries = {k: e for k, e in self._entries.items() if e.expires > now}
        for prefix in written:
            seconds = SECONDS[prefix.ttl or "5m"]
            self._entries[prefix.key] = _Entry(seconds, now + seconds)
