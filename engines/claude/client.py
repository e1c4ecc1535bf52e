"""Claude as an engine: one request a question, through the vendor's SDK."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from domain.decisions import Outage
from domain.errors import EngineError
from engines.claude.caching import Ttl, breakpoints, prefixes
from engines.claude.connection import TIMEOUT, connected
from engines.claude.errors import engine_error
from engines.claude.messages import reply_of, request_of
from engines.claude.server import look
from engines.clock import Clock
from engines.online.engine import Heard, Online, Pacing
from engines.online.said_schema import object_in
from engines.online.servers import SERVER_ERROR
from engines.port import Caching, Question

CACHE_TTL: Ttl = "5m"
"""A night's requests follow one another within minutes; an hour's entry costs more to write."""

CACHE_SECONDS = 300.0
"""How long such an entry lives after it was last used."""


class Claude(Online[MessageCreateParamsNonStreaming]):
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
        super().__init__(
            Pacing(max_in_flight, limits_share, longest_outage, joined_segments, joined_tokens),
            cache_seconds=CACHE_SECONDS,
            clock=clock,
            uniform=uniform,
        )
        self._timeout = timeout
        self._models = models
        self._prompt_cache = prompt_cache

    @property
    def url(self) -> str:
        """Where the server is."""
        return str(self._sdk.base_url)

    @property
    def caching(self) -> Caching | None:
        """Breakpoints, the first request of a prefix writes; None where nothing is cached."""
        return Caching(breakpoints, "cache_write_5m_tokens") if self._prompt_cache else None

    async def _hang_up(self) -> None:
        await self._sdk.close()

    def _request_of(self, question: Question, *, held: bool) -> MessageCreateParamsNonStreaming:
        ttl = CACHE_TTL if self._prompt_cache and self._server.caches else None
        return request_of(question, ttl=ttl, structured=held)

    def _prefixes(self, request: MessageCreateParamsNonStreaming) -> tuple[bytes, ...]:
        return prefixes(request)

    async def _look(self, *, tries: int) -> None:
        self._server = await look(
            self._sdk,
            self._models,
            secrets=self._secrets,
            clock=self._clock,
            uniform=self._uniform,
            tries=tries,
        )

    async def _send(self, question: Question, request: MessageCreateParamsNonStreaming) -> Heard:
        started_at, began = self._clock.now(), self._clock.ticks()
        is_held = "format" in request.get("output_config", {})

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
            return Heard(failure, _headers(error))
        try:
            reply = reply_of(response, question, started_at=started_at, latency_ms=latency_ms())
        except EngineError as failure:
            # An outage is a page of something that stands before it.
            return Heard(failure, response.headers, not isinstance(failure.decision, Outage))
        if not is_held:
            reply = replace(reply, text=object_in(reply.text, question.schema))
        return Heard(reply, response.headers)

    async def _has_page(self, model: str) -> bool:
        try:
            await self._sdk.models.with_raw_response.retrieve(model)
        except anthropic.APIStatusError as error:
            return error.status_code < SERVER_ERROR
        except anthropic.APIConnectionError:
            return False
        return True


def _headers(error: Exception) -> Mapping[str, str]:
    return error.response.headers if isinstance(error, anthropic.APIStatusError) else {}
