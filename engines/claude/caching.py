"""The prompt cache: where its breakpoints stand."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from engines.claude.abilities import cache_minimum
from engines.port import Question
from engines.rough_tokens import rough_tokens

Ttl = Literal["5m", "1h"]

SHARED_END = 1
"""The system block that ends what all jobs of a stage, a pair and a briefing share."""

OWN_END = 2
"""The system block that ends what the requests of one job share."""


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
