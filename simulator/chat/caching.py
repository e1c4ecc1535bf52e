"""The prompt cache of the chat API: by itself, for every prompt that is long enough.

A prompt of 1,024 tokens and more is cached up to its end, in steps of 128 tokens; another that
begins with the same bytes reads what they have in common. Nothing is billed for writing. An entry
lives for five minutes after it was last read or written.
"""

from __future__ import annotations

import hashlib

from simulator.requests.caching import InputUsage, Prefix, PromptCache
from simulator.requests.tokens import count
from simulator.requests.validation import Request

STEP = 128
"""Tokens; what is read from the cache is a multiple of it."""

CHUNK = 512
"""Characters that prompts are compared by; of Latin text they are one step."""


def chunks(request: Request, owner: str) -> list[Prefix]:
    """The prefix at the end of each chunk of a prompt, for a key's owner."""
    whole = "\0".join((request.schema_text, *(f"{b.place}\0{b.text}" for b in request.blocks)))
    digest = hashlib.blake2b(f"{owner}\n{request.model.id}\n".encode(), digest_size=16)
    tokens = 0
    found = []
    for start in range(0, len(whole) - CHUNK + 1, CHUNK):
        chunk = whole[start : start + CHUNK]
        digest.update(chunk.encode())
        tokens += count(chunk)
        found.append(Prefix(digest.copy().digest(), tokens, "5m"))
    return found


def looked_up(
    cache: PromptCache, found: list[Prefix], total: int, minimum: int
) -> tuple[InputUsage, list[Prefix]]:
    """A prompt's tokens by class, and the prefixes to write once its answer begins.

    Args:
        cache: what is cached.
        found: the prompt's prefixes.
        total: the prompt's tokens.
        minimum: tokens a prompt needs to be cached.
    """
    usage, _ = cache.look_up(found, total, minimum)
    read = usage.read // STEP * STEP if usage.read >= minimum else 0
    long_enough = [prefix for prefix in found if prefix.tokens >= minimum]
    return InputUsage(total - read, read, 0, 0), long_enough
