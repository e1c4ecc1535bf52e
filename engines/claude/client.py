"""Claude as an engine: one request a question, through the vendor's SDK."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from domain.answers import SCHEMAS
from domain.decisions import SlowDown
from domain.errors import EngineError
from engines.claude.caching import Ttl, Vanguard, prefixes
from engines.claude.connection import TIMEOUT, connected
from engines.claude.errors import engine_error
from engines.claude.messages import reply_of, request_of
from engines.claude.said_schema import object_in
from engines.claude.server import WHOLE, look
from engines.clock import Clock
from engines.gate import Gate, Passage
from engines.mirror import size_of
from engines.port import Question, Reply

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
        timeout: seconds for a whole answer.

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
        timeout: float = TIMEOUT,
    ) -> None:
        self._sdk, self._secrets = connected(environ, timeout)
        self._clock = clock
        self._timeout = timeout
        self._uniform = uniform
        self._models = models
        self._prompt_cache = prompt_cache
        self._server = WHOLE
        self._vanguard = Vanguard(CACHE_TTL, clock)
        self._gate = Gate(max_in_flight, clock=clock, uniform=uniform, limits_share=limits_share)

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

    async def look(self) -> None:
        """See that the server has the models, and find out what a compatible one lacks.

        Raises:
            EnvironmentProblem: the server does not answer, or has one of the models not any more.
        """
        self._server = await look(
            self._sdk,
            self._models,
            secrets=self._secrets,
            clock=self._clock,
            uniform=self._uniform,
        )

    async def ask(self, question: Question) -> Reply:
        """The answer to one question, paced with all others of this process.

        Raises:
            EngineError: no answer came; it carries the decision what to do.
        """
        server = self._server
        ttl = CACHE_TTL if self._prompt_cache and server.caches else None
        request = request_of(question, ttl=ttl, structured=server.structured)
        async with (
            self._vanguard.turn(prefixes(request)) as turn,
            self._gate.passage(question.model, size_of(question)) as passage,
        ):
            await question.permitted()
            question.leaves()
            sent = self._clock.ticks()
            answer = await self._send(question, request, passage)
            if isinstance(answer, Reply):
                turn.answered(sent)
        # Raised here, not where the SDK's error was caught: that one's text may hold the key.
        if isinstance(answer, EngineError):
            raise answer
        if server.structured:
            return answer
        return replace(answer, text=object_in(answer.text, question.schema))

    async def close(self) -> None:
        """Let go of connections."""
        self._gate.close()
        await self._sdk.close()

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
                error, secrets=self._secrets, now=self._clock.now(), latency_ms=latency_ms()
            )
            if isinstance(failure.decision, SlowDown):
                passage.refused(failure.decision.after, _headers(error))
            return failure
        try:
            reply = reply_of(response, question, started_at=started_at, latency_ms=latency_ms())
        except EngineError as failure:
            passage.answered(response.headers)
            return failure
        passage.answered(response.headers, None if reply.usage_fault else reply.usage)
        return reply


def _headers(error: Exception) -> Mapping[str, str]:
    return error.response.headers if isinstance(error, anthropic.APIStatusError) else {}
