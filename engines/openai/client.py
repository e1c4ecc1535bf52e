"""Chat completions as an engine: one request a question, through the vendor's SDK."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import openai
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from domain.decisions import Outage
from domain.errors import EngineError
from engines.clock import Clock
from engines.online.engine import Heard, Online, Pacing
from engines.online.said_schema import object_in
from engines.online.servers import SERVER_ERROR
from engines.openai.access import key_of, url_of
from engines.openai.completions import prefixes, reply_of, request_of
from engines.openai.errors import engine_error
from engines.openai.server import look
from engines.port import Caching, Question

TIMEOUT = 600.0
"""Seconds for a whole answer; the SDK's own figure."""

CACHE_SECONDS = 300.0
"""How long the vendor keeps what it cached by itself, at least."""


class OpenAI(Online[CompletionCreateParamsNonStreaming]):
    """A server that speaks chat completions: OpenAI's own, or any at another address.

    Args:
        max_in_flight: requests under way at once.
        environ: all environment variables; `OPENAI_API_KEY` counts.
        base_url: where the server is; None is the vendor's own.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        models: those that will be asked; the server is looked at for each.
        prompt_cache: whether requests wait for the first of those that share their prompt, so that
            they read what it had cached.
        limits_share: how much of the account's limits is used, above 0 to 1.
        longest_outage: seconds a model that can't be asked is waited for at most.
        timeout: seconds for a whole answer.
        joined_segments: of several documents in one request at most.
        joined_tokens: of their source text in one request at most.

    Raises:
        EnvironmentProblem: there is no key, or key or address can't be used.
    """

    name = "openai"
    caching: Caching | None = Caching(lambda question: (), "cache_write_5m_tokens")
    """The server caches by itself what it likes; some bill for writing it."""

    def __init__(
        self,
        max_in_flight: int,
        *,
        environ: Mapping[str, str],
        base_url: str | None = None,
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
        key = key_of(environ)
        self._sdk = openai.AsyncOpenAI(
            api_key=key,
            base_url=url_of(base_url),
            max_retries=0,
            timeout=openai.Timeout(timeout, connect=10.0),
            http_client=openai.DefaultAioHttpClient(),
        )
        self._secrets = (key,)
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

    async def _hang_up(self) -> None:
        await self._sdk.close()

    def _request_of(self, question: Question, *, held: bool) -> CompletionCreateParamsNonStreaming:
        return request_of(question, structured=held)

    def _prefixes(self, request: CompletionCreateParamsNonStreaming) -> tuple[bytes, ...]:
        return prefixes(request) if self._prompt_cache and self._server.caches else ()

    async def _look(self, *, tries: int) -> None:
        self._server = await look(
            self._sdk,
            self._models,
            secrets=self._secrets,
            clock=self._clock,
            uniform=self._uniform,
            tries=tries,
        )

    async def _send(self, question: Question, request: CompletionCreateParamsNonStreaming) -> Heard:
        started_at, began = self._clock.now(), self._clock.ticks()

        def latency_ms() -> int:
            return round((self._clock.ticks() - began) * 1000)

        try:
            async with asyncio.timeout(self._timeout):
                response = await self._sdk.chat.completions.with_raw_response.create(**request)
        except (openai.OpenAIError, TimeoutError) as error:
            failure = engine_error(
                error, secrets=self._secrets, now=self._clock.now(), latency_ms=latency_ms()
            )
            return Heard(failure, _headers(error))
        try:
            reply = reply_of(response, question, started_at=started_at, latency_ms=latency_ms())
        except EngineError as failure:
            # An outage is a page of something that stands before it.
            return Heard(failure, response.headers, not isinstance(failure.decision, Outage))
        if "response_format" not in request:
            reply = replace(reply, text=object_in(reply.text, question.schema))
        return Heard(reply, response.headers)

    async def _has_page(self, model: str) -> bool:
        try:
            await self._sdk.models.with_raw_response.retrieve(model)
        except openai.APIStatusError as error:
            return error.status_code < SERVER_ERROR
        except openai.APIConnectionError:
            return False
        return True


def _headers(error: Exception) -> Mapping[str, str]:
    return error.response.headers if isinstance(error, openai.APIStatusError) else {}
