"""Claude as an engine: one request a question, through the vendor's SDK."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import replace

import anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from domain.decisions import Halt, Outage
from domain.errors import EngineError, EnvironmentProblem
from domain.requests.answers import SCHEMAS
from engines.availability import Wait
from engines.claude.caching import Ttl, Vanguard, prefixes
from engines.claude.connection import TIMEOUT, connected
from engines.claude.errors import engine_error
from engines.claude.messages import reply_of, request_of
from engines.claude.said_schema import object_in
from engines.claude.server import PAGE_SECONDS, TRIES, WHOLE, look
from engines.clock import Clock
from engines.joining import Joining
from engines.limits.lane import Passage
from engines.limits.limiter import Limiter
from engines.limits.rate_limit_state import size_of
from engines.port import Question, Reply

MAY_BE_OWN = (None, 200, 500)
"""Statuses of faults that a request may bring about by what it holds: none (the connection broke,
no answer came in time), an answer that is no message, an error inside. Others, as 503 and 529, are
said by servers that are away."""

SERVER_ERROR = 500

CACHE_TTL: Ttl = "5m"
"""A night's requests follow one another within minutes; an hour's entry costs more to write."""


class Claude:
    """Claude over the Messages API.

    `ANTHROPIC_API_KEY` (or `ANTHROPIC_AUTH_TOKEN`) and `ANTHROPIC_BASE_URL` are taken from
    `environ` as the SDK would take them.

    Args:
        max_in_flight: requests under way at once.
        environ: all environment variables.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        models: those that will be asked; the server is looked at for each.
        prompt_cache: whether what requests share is cached, where the server can.
        limits_share: how much of the account's limits is used, above 0 to 1.
        longest_outage: seconds a model that can't be asked is waited for at most.
        timeout: seconds for a whole answer.
        joined_segments: of several documents in one request at most.
        joined_tokens: of their source text in one request at most.

    Raises:
        EnvironmentProblem: there is no key, or key or address can't be used.
    """

    name = "claude"
    transport = "messages"
    tasks = frozenset(SCHEMAS)
    is_free = False

    def __init__(
        self,
        max_in_flight: int,
        *,
        environ: Mapping[str, str],
        clock: Clock,
        uniform: Callable[[], float],
        models: Collection[str] = (),
        prompt_cache: bool = True,
        limits_share: float = 1.0,
        longest_outage: float = math.inf,
        timeout: float = TIMEOUT,
        joined_segments: int = 1,
        joined_tokens: int = 1,
    ) -> None:
        self._sdk, self._secrets = connected(environ, timeout)
        self._clock = clock
        self._timeout = timeout
        self._uniform = uniform
        self._models = models
        self._prompt_cache = prompt_cache
        self._server = WHOLE
        self._vanguard = Vanguard(CACHE_TTL, clock)
        self._looking = asyncio.Lock()
        self._is_unseen = False
        self._limiter = Limiter(
            max_in_flight,
            clock=clock,
            uniform=uniform,
            limits_share=limits_share,
            longest_outage=longest_outage,
        )
        self._joining = Joining(
            self._ask, segments=joined_segments, tokens=joined_tokens, clock=clock
        )

    def call_id(self, question: Question) -> str | None:
        """None: every request is a request of its own."""
        return None

    @property
    def simulated(self) -> bool:
        """Whether the simulator answers; see `look`."""
        return self._server.simulated

    @property
    def missing(self) -> tuple[str, ...]:
        """What the server lacks and what is done instead, a sentence each; see `look`."""
        return self._server.missing(str(self._sdk.base_url))

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
        await self._sdk.close()

    async def _ask(self, question: Question) -> Reply:
        if self._is_unseen:
            await self._look_late(question)
        server = self._server
        ttl = CACHE_TTL if self._prompt_cache and server.caches else None
        request = request_of(question, ttl=ttl, structured=server.structured)
        async with (
            self._vanguard.turn(prefixes(request)) as turn,
            self._limiter.passage(question.model, size_of(question), _key(question)) as passage,
        ):
            await question.permitted()
            question.leaves()
            sent = self._clock.ticks()
            answer = await self._send(question, request, passage)
            if isinstance(answer, Reply):
                turn.answered(sent)
        # Raised here, not where the SDK's error was caught: that one's text may hold the key.
        if isinstance(answer, EngineError):
            if isinstance(answer.decision, Halt):
                self._limiter.shut(str(answer))
            raise answer
        if server.structured:
            return answer
        return replace(answer, text=object_in(answer.text, question.schema))

    async def _look(self, tries: int) -> None:
        self._server = await look(
            self._sdk,
            self._models,
            secrets=self._secrets,
            clock=self._clock,
            uniform=self._uniform,
            tries=tries,
        )
        self._is_unseen = False

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
                    return
            if isinstance(failure.decision, Halt):
                self._limiter.shut(str(failure))
            raise failure

    async def _send(
        self, question: Question, request: MessageCreateParamsNonStreaming, passage: Passage
    ) -> Reply | EngineError:
        started_at, began = self._clock.now(), self._clock.ticks()

        def latency_ms() -> int:
            return round((self._clock.ticks() - began) * 1000)

        try:
            async with asyncio.timeout(self._timeout):
                response = await self._sdk.messages.with_raw_response.create(**request)
        except (anthropic.AnthropicError, TimeoutError) as error:
            failure = engine_error(
                error,
                secrets=self._secrets,
                now=self._clock.now(),
                latency_ms=latency_ms(),
                asked=question.user,
            )
            return await self._judged(failure, _headers(error), question.model, passage)
        try:
            reply = reply_of(response, question, started_at=started_at, latency_ms=latency_ms())
        except EngineError as failure:
            if isinstance(failure.decision, Outage):  # a page of something that stands before it
                return await self._judged(failure, response.headers, question.model, passage)
            passage.answered(response.headers)
            return failure
        passage.answered(response.headers, None if reply.usage_fault else reply.usage)
        return reply

    async def _judged(
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
            with contextlib.suppress(anthropic.APIConnectionError, TimeoutError):
                async with asyncio.timeout(PAGE_SECONDS):
                    if await self._has_page(model):
                        passage.heard()
        return failure

    async def _has_page(self, model: str) -> bool:
        """Whether somebody answers who is asked for nothing that costs."""
        try:
            await self._sdk.models.with_raw_response.retrieve(model)
        except anthropic.APIStatusError as error:
            return error.status_code < SERVER_ERROR
        return True


def _headers(error: Exception) -> Mapping[str, str]:
    return error.response.headers if isinstance(error, anthropic.APIStatusError) else {}


def _key(question: Question) -> Hashable:
    """By which a question is known again, whatever room it is given."""
    return question.task, question.job_id, question.user
