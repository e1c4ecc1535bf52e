"""What a server at the other end can, whichever vendor's API it speaks, and how it is found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

SIMULATOR_HEADER = "x-nightdesk-simulator"

TRIES = 4
"""Times a server is asked what it can before it counts as out of order."""

NOT_FOUND = 404
FORBIDDEN = 403
SERVER_ERROR = 500

PAGE_SECONDS = 30.0
"""For a page about models; a server that hangs there may answer a question all the same."""

PROBE_QUESTION = "What is the capital of France?"

PROBE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"nightdesk_probe": {"type": "string"}},
    "required": ["nightdesk_probe"],
    "additionalProperties": False,
}
"""Nobody answers by this shape who isn't held to it."""

PROBE_ROOM = 1_024
"""Output tokens of a probe; some local models think before they say a word."""

IN_WORDS = "the prompt asks for it in words, and the JSON is picked from the text"

REFUSALS = (400, 422)
"""Statuses of a server that takes a field of the probe for wrong."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a server can beside answering.

    Attributes:
        structured: whether it holds an answer to a schema.
        caches: whether it counts cached tokens.
        simulated: whether it is the simulator.
    """

    structured: bool = True
    caches: bool = True
    simulated: bool = False

    def missing(self, url: str) -> tuple[str, ...]:
        """What it lacks and what is done instead, a sentence each."""
        sentences = []
        if not self.structured:
            sentences.append(f"{url} does not hold answers to a schema: {IN_WORDS}")
        if not self.caches:
            sentences.append(f"{url} counts no cached tokens: nothing is asked to be cached")
        return tuple(sentences)


WHOLE = Server()
"""The vendor's own, or one that can the same."""


class _Probe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    nightdesk_probe: str


def follows_probe(text: str) -> bool:
    """Whether an answer to the probe has the shape that it asks for."""
    try:
        _Probe.model_validate_json(text)
    except ValidationError:
        return False
    return True
