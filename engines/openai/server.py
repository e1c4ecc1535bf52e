"""What the server at the other end can, and whether it has the models: asked once, beforehand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Literal
from urllib.parse import urlsplit

import openai
from openai._legacy_response import LegacyAPIResponse
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.decisions import GiveUp, Halt
from domain.errors import EngineError, EnvironmentProblem, NightdeskError
from domain.settings import OPENAI_BASE_URL
from engines.clock import Clock
from engines.online.retrying import briefly, is_passing
from engines.online.servers import (
    FORBIDDEN,
    NOT_FOUND,
    PAGE_SECONDS,
    PROBE_QUESTION,
    PROBE_ROOM,
    PROBE_SCHEMA,
    REFUSALS,
    SIMULATOR_HEADER,
    TRIES,
    Server,
    follows_probe,
)
from engines.openai.abilities import room_field
from engines.openai.completions import Completion, Usage
from engines.openai.errors import engine_error


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    object: Literal["model"]


async def look(
    sdk: openai.AsyncOpenAI,
    models: Collection[str],
    *,
    secrets: Collection[str],
    clock: Clock,
    uniform: Callable[[], float],
    tries: int = TRIES,
) -> Server:
    """What a server can, for the models that will be asked there.

    The vendor's own server, and the simulator, can all that is needed, and are only asked whether
    they have the models. Any other one is sent a short question for each model: many list a model
    of another name than the one they answer to.

    Args:
        sdk: the vendor's client, set to the server.
        models: those that will be asked.
        secrets: strings that must not show in an error.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        tries: at each thing it is asked.

    Raises:
        EnvironmentProblem: it can't be asked, or has no such model.
        EngineError: it is away.
    """
    inspector = _Inspector(sdk, secrets, clock, uniform, tries)
    found = [await inspector.of(model) for model in sorted(set(models))]
    return Server(
        structured=all(server.structured for server in found),
        caches=all(server.caches for server in found),
        simulated=any(server.simulated for server in found),
    )


def is_vendors_own(sdk: openai.AsyncOpenAI) -> bool:
    """Whether a client is set to the vendor's own server."""
    return urlsplit(str(sdk.base_url)).hostname == urlsplit(OPENAI_BASE_URL).hostname


class _Inspector:
    def __init__(
        self,
        sdk: openai.AsyncOpenAI,
        secrets: Collection[str],
        clock: Clock,
        uniform: Callable[[], float],
        tries: int,
    ) -> None:
        self._sdk = sdk
        self._secrets = secrets
        self._clock = clock
        self._uniform = uniform
        self._tries = tries

    async def of(self, model: str) -> Server:
        """What the server can for one model."""
        described = await self._looked_up(model)
        return await self._probed(model) if described is None else described

    async def _looked_up(self, model: str) -> Server | None:
        """What is known of the server once it has the model; None where it has to be asked.

        Raises:
            EnvironmentProblem: it has no such model, or nothing can be asked with this key.
        """
        is_own = is_vendors_own(self._sdk)
        try:
            response = await self._patiently(
                lambda: self._sdk.models.with_raw_response.retrieve(model, timeout=PAGE_SECONDS)
            )
            _Model.model_validate_json(response.content)
        except ValidationError:
            return Server() if is_own else None
        except EngineError as error:
            if error.status == NOT_FOUND and (is_own or await self._is_simulated()):
                raise self._gone(model, str(error)) from None
            if not is_own:
                return None
            # Whether a key that may not look may ask shows when it asks.
            if isinstance(error.decision, Halt) and error.status != FORBIDDEN:
                raise self._out_of_order(model, error) from None
            if is_passing(error):
                raise
            return Server()
        is_simulated = SIMULATOR_HEADER in response.headers
        return Server(simulated=is_simulated) if is_own or is_simulated else None

    async def _is_simulated(self) -> bool:
        """Whether the server's list of models is the simulator's."""
        try:
            response = await self._patiently(
                lambda: self._sdk.models.with_raw_response.list(timeout=PAGE_SECONDS)
            )
        except EngineError:
            return False
        return SIMULATOR_HEADER in response.headers

    async def _probed(self, model: str) -> Server:
        free: CompletionCreateParamsNonStreaming = {
            "model": model,
            "messages": [{"role": "user", "content": PROBE_QUESTION}],
        }
        free[room_field(model)] = PROBE_ROOM
        held = free.copy()
        held["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "probe", "strict": True, "schema": PROBE_SCHEMA},
        }
        try:
            answer = await self._answer(held)
        except EngineError as error:
            if error.status not in REFUSALS:
                raise self._judged(model, error) from None
        else:
            return Server(structured=follows_probe(answer.text), caches=_counts_cached(answer))
        try:  # the schema may be what it refused
            return Server(structured=False, caches=_counts_cached(await self._answer(free)))
        except EngineError as error:
            raise self._judged(model, error) from None

    async def _answer(self, request: CompletionCreateParamsNonStreaming) -> Completion:
        response = await self._patiently(
            lambda: self._sdk.chat.completions.with_raw_response.create(**request)
        )
        try:
            return Completion.model_validate_json(response.content)
        except ValidationError:
            message = f"{response.status_code}: its answer is no completion"
            raise EngineError("broken_response", message, GiveUp()) from None

    async def _patiently(
        self, call: Callable[[], Awaitable[LegacyAPIResponse[Any]]]
    ) -> LegacyAPIResponse[Any]:
        async def once() -> LegacyAPIResponse[Any]:
            try:
                return await call()
            except openai.OpenAIError as error:
                failure = engine_error(
                    error, secrets=self._secrets, now=self._clock.now(), latency_ms=0
                )
            # Raised here, not where the SDK's error was caught: that one's text may hold the key.
            raise failure

        return await briefly(once, clock=self._clock, uniform=self._uniform, tries=self._tries)

    def _judged(self, model: str, error: EngineError) -> NightdeskError:
        """What it means that a probe failed: a page that is not found stays so."""
        if is_passing(error) and error.status != NOT_FOUND:
            return error
        return self._out_of_order(model, error)

    def _out_of_order(self, model: str, error: EngineError) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"the server at {self._sdk.base_url} (openai_base_url) does not answer for the "
            f"model {model!r}: {error}"
        )

    def _gone(self, model: str, why: str) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"the server at {self._sdk.base_url} has no model {model!r} ({why}); set another one: "
            "NIGHTDESK_TRANSLATOR_MODEL, NIGHTDESK_QA_MODEL"
        )


def _counts_cached(answer: Completion) -> bool:
    try:
        return Usage.model_validate(answer.usage).counts_cached
    except ValidationError:
        return False
