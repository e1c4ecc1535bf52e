"""What the stages ask of an engine, and what it answers: the seam that engines plug into."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from domain.decisions import Apart
from domain.errors import AnswerError
from domain.named_models import NamedModel
from domain.requests.answer_json import beginning, judged
from domain.requests.answers import BY_ENTRY
from domain.requests.endings import Ending
from domain.requests.joined import Frame
from domain.settings import Effort
from domain.usage import TokenUsage
from engines.availability import Wait

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a question may travel with those about other documents, in one request.

    Attributes:
        key: whose questions may travel together: of one owner and briefing.
        frame: the document's part of the user turn.
        apart: what parts those that may from others, once a request of theirs had no good answer.
    """

    key: Hashable
    frame: Frame
    apart: Apart | None = None


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
        engine: who is asked, where a night has several engines.
        job_id: the job that asks; only its own block of `system` and its texts belong to it.
        effort: how much the model may think first: `off`, `low`, `medium` or `high`.
        own_repeats: whether the job will send its own block of `system`, the third, again.
        occasion: how often this very question was answered before.
        sharing: how it may travel with others; None where it has to travel alone.
        permit: awaited when its turn to be sent has come; raises where it may not go any more.
        on_leaving: told when it is sent; from then on it may be billed, whatever comes of it.
    """

    task: str
    model: str
    system: tuple[str, ...]
    user: str
    schema: Mapping[str, Any]
    max_tokens: int
    prompt_version: str
    engine: str = ""
    job_id: str = ""
    effort: Effort = "off"
    own_repeats: bool = False
    occasion: int = 0
    sharing: Sharing | None = field(default=None, compare=False, repr=False)
    permit: Callable[[], Awaitable[None]] | None = field(default=None, compare=False, repr=False)
    on_leaving: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    @property
    def asked(self) -> NamedModel:
        """The model with the engine that it is asked through."""
        return NamedModel(self.engine, self.model)

    @property
    def bytes_sent(self) -> int:
        """Bytes of its texts, and of the form its answer must have."""
        parts = (*self.system, self.user, json.dumps(self.schema))
        return sum(len(part.encode("utf-8", "surrogatepass")) for part in parts)

    async def permitted(self) -> None:
        """See that it may still be sent.

        Raises:
            NightdeskError: whatever `permit` raises.
        """
        if self.permit is not None:
            await self.permit()

    def leaves(self) -> None:
        """Say that it is sent now."""
        if self.on_leaving is not None:
            self.on_leaving()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its stop reason; judging it is the caller's part.

    Attributes:
        text: all text blocks joined; empty where there was none.
        stop_reason: the vendor's own word.
        ending: what that word means.
        usage: tokens by class, as the engine told them; none where it told none.
        model: the model that answered, as it says.
        request_id: the vendor's id, where one came.
        started_at: when the request was sent.
        latency_ms: milliseconds from sending to the whole answer.
        simulated: whether the simulator answered.
        stop_details: the vendor's explanation of a refusal, where it gave one.
        usage_fault: why the usage can't be right; None where it may be.
        apart: what to ask again under where it answers others too, and can't be used as a whole.
        is_unbilled: whether the vendor asks nothing for it, though it tells tokens.
    """

    text: str
    stop_reason: str
    ending: Ending
    usage: TokenUsage
    model: str
    request_id: str | None
    started_at: datetime
    latency_ms: int
    simulated: bool
    stop_details: str | None = None
    usage_fault: str | None = None
    apart: Apart | None = None
    is_unbilled: bool = False

    def judged(self) -> Any:
        """The JSON of the answer.

        Raises:
            AnswerError: it did not come to its proper end, or is no JSON.
        """
        return judged(self.text, self.ending, word=self.stop_reason, details=self.stop_details)

    def read(self, task: str, read: Callable[[Any], T]) -> T:
        """What an answer says; of one that was cut off, what it says in its whole entries.

        Args:
            task: what was asked.
            read: takes the answer's JSON.

        Raises:
            AnswerError: nothing in it can be used.
        """
        if self.ending is Ending.TRUNCATED and task in BY_ENTRY:
            with suppress(AnswerError):
                return read(beginning(self.text))
        return read(self.judged())


@dataclass(frozen=True, slots=True)
class Caching:
    """How an engine caches what requests share, as far as it costs something of its own.

    Attributes:
        ends: the system blocks of a question, by index, whose ends are worth a cache entry; none
            where the engine chooses by itself, so that nothing can be foreseen.
        written_as: the class that tokens are billed in which an entry is written with.
        side_by_side: requests that begin together, so that none reads what another writes.
        worth: requests that must share a prefix for it to be cached.
    """

    ends: Callable[[Question], tuple[int, ...]]
    written_as: Literal["cache_write_5m_tokens", "cache_write_1h_tokens"]
    side_by_side: int = 1
    worth: int = 1


def prefix_of(question: Question, end: int) -> Hashable:
    """What questions that can share a cache entry up to the end of a system block have in common.

    Args:
        question: one of them.
        end: the block's index.
    """
    return question.task, question.model, question.effort, question.system[: end + 1]


@dataclass(frozen=True, slots=True)
class Counted:
    """The input tokens of one question, and whether the simulator counted them."""

    tokens: int
    simulated: bool


class Counter(Protocol):
    """Who counts the tokens of a question beforehand, for nothing."""

    async def count(self, question: Question) -> Counted:
        """How many input tokens a question has.

        Raises:
            EngineError: no count came.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Engine(Protocol):
    """Someone who answers.

    Attributes:
        name: as the ledger and the segments have it.
        transport: `messages`, `batches` or `local`.
        tasks: what it can be asked.
        is_free: whether its answers cost nothing and have no price.
        missing: what it lacks and what is done instead, a sentence each; known after `look`.
        simulated: whether the simulator answers; known after `look`.
        waits: the stretches in which it could not be asked, oldest first.
        caching: how it caches; None where it doesn't, or where that costs nothing of its own.
    """

    name: str
    transport: str
    tasks: frozenset[str]
    is_free: bool

    @property
    def missing(self) -> tuple[str, ...]: ...

    @property
    def simulated(self) -> bool: ...

    @property
    def waits(self) -> tuple[Wait, ...]: ...

    @property
    def caching(self) -> Caching | None: ...

    async def look(self) -> None:
        """Find out, before the first question, what it can.

        Raises:
            EnvironmentProblem: it can't do what is set, or does not answer.
        """
        ...

    def call_id(self, question: Question) -> str | None:
        """The ledger's id for this question, where its answer can be fetched again after a kill.

        None where every request is a request of its own.
        """
        ...

    async def is_out(self, question: Question) -> bool:
        """Whether an earlier run has sent this question, so that its answer is paid for already."""
        ...

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, paced with all others of this process.

        Raises:
            EngineError: no answer came; it carries the decision what to do.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
