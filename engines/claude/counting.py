"""Counting the tokens of a question beforehand, by the vendor, for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import anthropic
from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from engines.claude.connection import connected
from engines.claude.errors import engine_error
from engines.claude.messages import request_of, unreadable
from engines.clock import Clock
from engines.online.servers import SIMULATOR_HEADER
from engines.port import Counted, Question

TIMEOUT = 30.0
"""Seconds; a count is made in a fraction of one."""


class _Count(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    input_tokens: NonNegativeInt


class TokenCounter:
    """Asks the vendor how many input tokens a question has; costs nothing.

    It has a limit of requests a minute of its own, so a few questions stand for all.

    Args:
        environ: all environment variables; see `connected`.
        clock: the time.

    Raises:
        EnvironmentProblem: there is no key, or key or address can't be used.
    """

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._sdk, self._secrets = connected(environ, TIMEOUT)
        self._clock = clock

    async def count(self, question: Question) -> Counted:
        """How many input tokens a question has.

        Raises:
            EngineError: no count came, such as from a server that can't count.
        """
        request = request_of(question, ttl=None)
        began = self._clock.ticks()
        failure = None
        try:
            async with asyncio.timeout(TIMEOUT):
                response = await self._sdk.messages.with_raw_response.count_tokens(
                    model=request["model"],
                    messages=request["messages"],
                    system=request.get("system", []),
                    output_config=request.get("output_config", {}),
                )
        except (anthropic.AnthropicError, TimeoutError) as error:
            failure = engine_error(
                error,
                secrets=self._secrets,
                now=self._clock.now(),
                latency_ms=round((self._clock.ticks() - began) * 1000),
            )
        # Raised here, not where the SDK's error was caught: that one's text may hold the key.
        if failure is not None:
            raise failure
        try:
            count = _Count.model_validate_json(response.http_response.content)
        except ValidationError as error:
            request_id = response.headers.get("request-id")
            raise unreadable(error, response.status_code, request_id, 0) from None
        return Counted(count.input_tokens, SIMULATOR_HEADER in response.headers)

    async def close(self) -> None:
        """Let go of connections."""
        await self._sdk.close()
