"""What the stages ask of an engine, and what it answers: the seam that engines plug into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.usage import TokenUsage


@dataclass(frozen=True, slots=True)
class Question:
    """One request to a model, before any vendor's shape.

    Attributes:
        task: `brief`, `review_source`, `translate`, `assess` or `correct`.
        model: the model to ask.
        system: text blocks, from what most requests share to what fewest do.
        user: the one user turn, a JSON object as text.
        schema: the JSON schema the answer must follow.
        max_tokens: output tokens at most.
        prompt_version: a hash of the prompt's content, for the ledger.
    """

    task: str
    model: str
    system: tuple[str, ...]
    user: str
    schema: Mapping[str, Any]
    max_tokens: int
    prompt_version: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its stop reason; judging it is the caller's part.

    Attributes:
        text: all text blocks joined; empty where there was none.
        stop_reason: the vendor's own word.
        usage: tokens by class.
        model: the model that answered, as it says.
        request_id: the vendor's id, where one came.
        started_at: when the request was sent.
        latency_ms: milliseconds from sending to the whole answer.
        simulated: whether the simulator answered.
        stop_details: the vendor's explanation of a refusal, where it gave one.
    """

    text: str
    stop_reason: str
    usage: TokenUsage
    model: str
    request_id: str | None
    started_at: datetime
    latency_ms: int
    simulated: bool
    stop_details: str | None = None


class Engine(Protocol):
    """Someone who answers."""

    name: str
    transport: str

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, paced with all others of this process.

        Raises:
            EngineError: no answer came; it carries the decision what to do.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
