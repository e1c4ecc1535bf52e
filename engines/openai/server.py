"""What the server at the other end can, and whether it has the models: asked once, beforehand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal
from urllib.parse import urlsplit

import openai
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.decisions import GiveUp, Halt
from domain.errors import EngineError
from domain.settings import OPENAI_BASE_URL
from engines.clock import Clock
from engines.online.inspector import Inspector
from engines.online.retrying import is_passing
from engines.online.servers import (
    FORBIDDEN,
    NOT_FOUND,
    PAGE_SECONDS,
    PROBE_QUESTION,
    PROBE_ROOM,
    PROBE_SCHEMA,
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
    return await _Inspector(sdk, secrets, clock, uniform, tries).of_all(models)


def is_vendors_own(sdk: openai.AsyncOpenAI) -> bool:
    """Whether a client is set to the vendor's own server."""
    return urlsplit(str(sdk.base_url)).hostname == urlsplit(OPENAI_BASE_URL).hostname


class _Inspector(Inspector):
    errors = openai.OpenAIError
    address = "openai_base_url"

    def __init__(
        self,
        sdk: openai.AsyncOpenAI,
        secrets: Collection[str],
        clock: Clock,
        uniform: Callable[[], float],
        tries: int,
    ) -> None:
        super().__init__(str(sdk.base_url), clock, uniform, tries)
        self._sdk = sdk
        self._secrets = secrets

    def _failure(self, error: Exception) -> EngineError:
        return engine_error(error, secrets=self._secrets, now=self._clock.now(), latency_ms=0)

    async def looked_up(self, model: str) -> Server | None:
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

    async def _probe(self, model: str, *, held: bool) -> Server:
        request: CompletionCreateParamsNonStreaming = {
            "model": model,
            "messages": [{"role": "user", "content": PROBE_QUESTION}],
        }
        request[room_field(model)] = PROBE_ROOM
        if held:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "probe", "strict": True, "schema": PROBE_SCHEMA},
            }
        answer = await self._answer(request)
        structured = held and follows_probe(answer.text)
        return Server(structured=structured, caches=_counts_cached(answer))

    async def _answer(self, request: CompletionCreateParamsNonStreaming) -> Completion:
        response = await self._patiently(
            lambda: self._sdk.chat.completions.with_raw_response.create(**request)
        )
        try:
            return Completion.model_validate_json(response.content)
        except ValidationError:
            message = f"{response.status_code}: its answer is no completion"
            raise EngineError("broken_response", message, GiveUp()) from None


def _counts_cached(answer: Completion) -> bool:
    try:
        return Usage.model_validate(answer.usage).counts_cached
    except ValidationError:
        return False
