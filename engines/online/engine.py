"""Engines at the other end of a network: what paces, joins and weathers any of them."""

from __future__ import annotations

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.decisions import Halt, Outage
from domain.errors import EngineError, EnvironmentProblem
from domain.requests.answers import SCHEMAS
from engines.availability import Wait
from engines.clock import Clock
from engines.joining import Joining
from engines.limits.lane import Passage
from engines.limits.limiter import Limiter
from engines.limits.rate_limit_state import size_of
from engines.online.servers import IN_WORDS, PAGE_SECONDS, REFUSALS, TRIES, WHOLE, Server
from engines.online.vanguard import Vanguard
from engines.port import Question, Reply

MAY_BE_OWN = (None, 200, 500)
"""Statuses of faults that a request may bring about by what it holds: none (the connection broke,
no answer came in time), an answer that is no message, an error inside. Others, as 503 and 529, are
said by servers that are away."""

_OF_SCHEMA = re.compile(
    r"schema|response_format|output_config|grammar|guided|structured|json", re.IGNORECASE
)
"""What servers speak of that can't hold an answer to the schema of a request."""

Request = TypeVar("Request")


@dataclass(frozen=True, slots=True)
class Pacing:
    """How much is asked of an engine at once, and for how long it is waited for.

    Attributes:
        max_in_flight: requests under way at once.
        limits_share: how much of the account's limits is used, above 0 to 1.
        longest_outage: seconds a model that can't be asked is waited for at most.
        joined_segments: of several documents in one request at most.
        joined_tokens: of their source text in one request at most.
    """

    max_in_flight: int
    limits_share: float
    longest_outage: float
    joined_segments: int
    joined_tokens: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a request.

    Attributes:
        answer: a reply, or why there is none.
        headers: of the response; empty where none came.
        was_answered: whether a model answered for all that there is no reply.
    """

    answer: Reply | EngineError
    headers: Mapping[str, str]
    was_answered: bool = False


class Online(ABC, Generic[Request]):
    """An engine over a network: it sends each question by itself, or joined with others.

    What is the vendor's own is left to a class of its own: how a request looks, what an answer
    and an error mean, and what its server can.

    Args:
        pacing: how much is asked at once.
        cache_seconds: how long the server keeps a prefix after it was last used.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
    """

    transport = "messages"
    tasks = frozenset(SCHEMAS)
    is_free = False

    def __init__(
        self,
        pacing: Pacing,
        *,
        cache_seconds: float,
        clock: Clock,
        uniform: Callable[[], float],
    ) -> None:
        self._clock = clock
        self._uniform = uniform
        self._vanguard = Vanguard(cache_seconds, clock)
        self._looking = asyncio.Lock()
        self._is_unseen = False
        self._server: Server = WHOLE
        self._held: set[tuple[str, str]] = set()
        self._in_words: set[str] = set()
        self._limiter = Limiter(
            pacing.max_in_flight,
            clock=clock,
            uniform=uniform,
            limits_share=pacing.limits_share,
            longest_outage=pacing.longest_outage,
        )
        self._joining = Joining(
            self._ask,
            segments=pacing.joined_segments,
            tokens=pacing.joined_tokens,
            clock=clock,
        )

    def call_id(self, question: Question) -> str | None:
        """None: every request is a request of its own."""
        return None

    async def is_out(self, question: Question) -> bool:
        """Never: what was asked by a run that is gone is answered to nobody."""
        return False

    @property
    @abstractmethod
    def url(self) -> str:
        """Where the server is."""

    @property
    def simulated(self) -> bool:
        """Whether the simulator answers; see `look`."""
        return self._server.simulated

    @property
    def missing(self) -> tuple[str, ...]:
        """What the server lacks and what is done instead, a sentence each; see `look`."""
        told = (f"{model} takes no schema: {IN_WORDS}" for model in sorted(self._in_words))
        return (*self._server.missing(self.url), *told)

    @property
    def waits(self) -> tuple[Wait, ...]:
        """The stretches in which a model could not be asked."""
        return self._limiter.waits

    async def look(self) -> None:
        """See that the server has the models, and find out what a compatible one lacks.

        Where it is away, that is left to the first question, which waits for it.

        Raises:
            EnvironmentProblem: the server has one of the models not any more, or is no such server.
        """
        try:
            await self._look(tries=TRIES)
        except EngineError:
            self._is_unseen = True

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, paced with all others of this process.

        It may travel with questions about other documents.

        Raises:
            EngineError: no answer came; it carries the decision what to do.
        """
        return await self._joining.ask(question)

    async def close(self) -> None:
        """Let go of connections."""
        await self._joining.close()
        self._limiter.close()
        await self._hang_up()

    @abstractmethod
    async def _look(self, *, tries: int) -> None:
        """Find out what the server can, asking each thing so often at most.

        Raises:
            EnvironmentProblem: it has not what is needed.
            EngineError: it is away.
        """

    @abstractmethod
    def _request_of(self, question: Question, *, held: bool) -> Request:
        """The question as the vendor takes it.

        Args:
            question: what is asked.
            held: whether the answer is to be held to its schema; else the prompt says it.
        """

    @abstractmethod
    def _prefixes(self, request: Request) -> tuple[bytes, ...]:
        """A hash of each part of a request that is cached, shortest first."""

    @abstractmethod
    async def _send(self, question: Question, request: Request) -> Heard:
        """What comes of a request."""

    @abstractmethod
    async def _has_page(self, model: str) -> bool:
        """Whether somebody answers who is asked for nothing that costs."""

    @abstractmethod
    async def _hang_up(self) -> None:
        """Close the connections."""

    async def _ask(self, question: Question) -> Reply:
        if self._is_unseen:
            await self._look_late(question)
        held = self._server.structured and question.model not in self._in_words
        request = self._request_of(question, held=held)
        async with (
            self._vanguard.turn(self._prefixes(request)) as turn,
            self._limiter.passage(question.model, size_of(question), _key(question)) as passage,
        ):
            await question.permitted()
            question.leaves()
            sent = self._clock.ticks()
            heard = await self._send(question, request)
            if held:
                heard = await self._heard_in_words(question, heard)
            answer = await self._noted(heard, question.model, passage)
            if isinstance(answer, Reply):
                turn.answered(sent)
        # Raised here, not where the SDK's error was caught: that one's text may hold the key.
        if isinstance(answer, EngineError):
            if isinstance(answer.decision, Halt):
                self._limiter.shut(str(answer))
            raise answer
        return answer

    async def _heard_in_words(self, question: Question, heard: Heard) -> Heard:
        """What comes of a request, once more with its schema in words where that was refused.

        Where that is taken, so are all others of this model from then on.
        """
        deed = question.model, question.task
        if isinstance(heard.answer, Reply):
            self._held.add(deed)
            return heard
        if deed in self._held or not _is_of_schema(heard.answer):
            return heard
        again = await self._send(question, self._request_of(question, held=False))
        if not isinstance(again.answer, Reply):
            return heard
        self._in_words.add(question.model)
        return again

    async def _look_late(self, question: Question) -> None:
        """Look at a server that was away when the night began, at the turn of a question.

        Raises:
            EngineError: it is away still, or can't be asked at all.
        """
        async with self._looking:
            if not self._is_unseen:
                return
            async with self._limiter.passage(question.model, 0) as passage:
                await question.permitted()
                try:
                    await self._look(tries=1)
                except EngineError as error:
                    failure = passage.failed(error, {})
                except EnvironmentProblem as error:
                    failure = EngineError("environment", str(error), Halt())
                else:
                    passage.answered({})
                    self._is_unseen = False
                    return
            if isinstance(failure.decision, Halt):
                self._limiter.shut(str(failure))
            raise failure

    async def _noted(self, heard: Heard, model: str, passage: Passage) -> Reply | EngineError:
        """What came of a request, once the gate knows of it."""
        answer = heard.answer
        if isinstance(answer, Reply):
            passage.answered(heard.headers, None if answer.usage_fault else answer.usage)
            return answer
        if heard.was_answered:
            passage.answered(heard.headers)
            return answer
        return await self._weighed(answer, heard.headers, model, passage)

    async def _weighed(
        self, error: EngineError, headers: Mapping[str, str], model: str, passage: Passage
    ) -> EngineError:
        """What a fault means, by what befell the others.

        Where no other is answered, and the fault may be the request's own all the same, the server
        is asked for its page on the model, so that a few that always fail are not waited for as if
        it were away.
        """
        failure = passage.failed(error, headers)
        may_be_own = not error.unsent and error.status in MAY_BE_OWN
        if may_be_own and passage.is_waited_for and isinstance(failure.decision, Outage):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAGE_SECONDS):
                    if await self._has_page(model):
                        passage.heard()
        return failure


def _is_of_schema(error: EngineError) -> bool:
    """Whether a request may have been refused for the schema that its answer is to be held to."""
    return error.status in REFUSALS and _OF_SCHEMA.search(str(error)) is not None


def _key(question: Question) -> Hashable:
    """By which a question is known again, whatever room it is given."""
    return question.task, question.job_id, question.user
