"""The vendor's batch endpoints, in our terms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import anthropic
import httpx2
from anthropic.types.messages.batch_create_params import Request
from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from domain.decisions import GiveUp, Halt, Retry
from domain.errors import EngineError
from engines.claude.batches.results import ItemResult, item_result
from engines.claude.connection import TIMEOUT
from engines.claude.errors import engine_error
from engines.clock import Clock
from engines.online.meanings import readable
from engines.online.servers import SIMULATOR_HEADER

PAGE = 100

NOT_FOUND = 404
FORBIDDEN = 403


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Counts(_Lenient):
    processing: NonNegativeInt = 0
    succeeded: NonNegativeInt = 0
    errored: NonNegativeInt = 0
    canceled: NonNegativeInt = 0
    expired: NonNegativeInt = 0


class Description(_Lenient):
    """A batch as the API describes it."""

    id: str
    processing_status: str
    request_counts: _Counts
    created_at: datetime
    results_url: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether all its requests have been worked on."""
        return self.processing_status == "ended"

    @property
    def count(self) -> int:
        """The requests in it."""
        counts = self.request_counts
        worked_on = counts.succeeded + counts.errored + counts.canceled + counts.expired
        return counts.processing + worked_on


class _Page(_Lenient):
    data: list[Description]
    has_more: bool = False


T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class BatchApi:
    """The batch endpoints; each method asks once and raises an EngineError if that fails.

    Attributes:
        sdk: retries nothing by itself.
        secrets: strings that must not show in a message.
        timeout: seconds for one call; reading results takes as long as it takes.
    """

    sdk: anthropic.AsyncAnthropic
    secrets: tuple[str, ...]
    clock: Clock
    timeout: float = TIMEOUT

    async def create(self, requests: Sequence[Request]) -> Description:
        """Send a batch.

        Its requests travel without an idempotency key: after a fault that leaves open whether the
        batch was created, to send it again may pay for it twice.
        """
        raw = self.sdk.messages.batches.with_raw_response
        return await self._described(raw.create(requests=requests), Description)

    async def describe(self, batch_id: str) -> Description:
        """One batch as it stands."""
        raw = self.sdk.messages.batches.with_raw_response
        return await self._described(raw.retrieve(batch_id), Description)

    async def created_since(self, moment: datetime) -> list[Description]:
        """All batches created since then, oldest first."""
        raw = self.sdk.messages.batches.with_raw_response
        found: list[Description] = []
        after: str | anthropic.Omit = anthropic.omit
        while True:
            page = await self._described(raw.list(limit=PAGE, after_id=after), _Page)
            found += [batch for batch in page.data if batch.created_at >= moment]
            # The API lists the newest first.
            if not page.has_more or not page.data or page.data[-1].created_at < moment:
                return found[::-1]
            after = page.data[-1].id

    async def results(self, batch_id: str) -> AsyncIterator[ItemResult]:
        """The results of an ended batch, as they come in and in any order.

        A stream that breaks off can't be gone on with; read again, it begins anew.
        """
        began = self.clock.ticks()
        failure = None
        try:
            async with asyncio.timeout(self.timeout):
                stream = await self.sdk.messages.batches.results(batch_id)
            simulated = SIMULATOR_HEADER in stream.http_response.headers
            try:
                async for line in stream:
                    yield item_result(line, simulated=simulated)
            finally:
                await stream.close()
        except (anthropic.AnthropicError, TimeoutError) as error:
            failure = self._failure(error, began)
        except (httpx2.HTTPError, ValueError) as error:  # the SDK lets these through
            what = readable(f"the results of {batch_id} broke off: {error!r}", self.secrets)
            failure = EngineError("broken_response", what, Retry(), latency_ms=self._since(began))
        if failure:
            raise failure

    async def _described(
        self, call: Awaitable[anthropic.AsyncAPIResponse[Any]], model: type[T]
    ) -> T:
        began = self.clock.ticks()
        try:
            async with asyncio.timeout(self.timeout):
                response = await call
            return model.model_validate_json(response.http_response.content)
        except (anthropic.AnthropicError, TimeoutError) as error:
            failure = self._failure(error, began)
        except ValidationError as error:
            what = f"the response is no description of a batch; {error.errors()[0]['msg']}"
            failure = EngineError("broken_response", what, Retry(), latency_ms=self._since(began))
        # Raised here, not where the SDK's error was caught: that one's text may hold the key.
        raise failure

    def _failure(self, error: Exception, began: float) -> EngineError:
        failure = engine_error(
            error, secrets=self.secrets, now=self.clock.now(), latency_ms=self._since(began)
        )
        if failure.status == NOT_FOUND:  # of one batch; of a model it would concern them all
            failure.decision = GiveUp()
        if failure.status == FORBIDDEN:  # whoever says it, it is about no text in particular
            failure.decision = Halt()
        return failure

    def _since(self, began: float) -> int:
        return round((self.clock.ticks() - began) * 1000)
