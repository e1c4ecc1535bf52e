"""What the server at the other end can, and whether it has the models: asked once, beforehand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Literal
from urllib.parse import urlsplit

import anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.decisions import GiveUp, Halt
from domain.errors import EngineError
from engines.claude.access import BASE_URL
from engines.claude.errors import engine_error
from engines.clock import Clock
from engines.online.inspector import Inspector
from engines.online.servers import (
    FORBIDDEN,
    NOT_FOUND,
    PAGE_SECONDS,
    PROBE_QUESTION,
    PROBE_ROOM,
    PROBE_SCHEMA,
    SIMULATOR_HEADER,
    TRIES,
    WHOLE,
    Server,
    follows_probe,
)

MOST_MODELS = 1_000
"""Models on one page of the vendor's list, at most."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Supported(_Lenient):
    supported: bool


class _Capabilities(_Lenient):
    structured_outputs: _Supported | None = None


class _Model(_Lenient):
    """A model as the vendor describes it; a retired one stays in its list."""

    id: str
    type: Literal["model"]
    lifecycle: str = "active"
    capabilities: _Capabilities | None = None


class _Models(_Lenient):
    data: list[_Model]


class _Text(_Lenient):
    type: str
    text: str = ""


class _Answer(_Lenient):
    content: list[_Text]
    usage: dict[str, Any] | None = None


async def look(
    sdk: anthropic.AsyncAnthropic,
    models: Collection[str],
    *,
    secrets: Collection[str],
    clock: Clock,
    uniform: Callable[[], float],
    tries: int = TRIES,
) -> Server:
    """What a server can, for the models that will be asked there.

    Each model is looked up first. What the vendor's own server can is known. Another one is taken
    at its word where it describes its models as the vendor does; one that doesn't is sent a short
    question for each model.

    Args:
        sdk: the vendor's client, set to the server.
        models: those that will be asked.
        secrets: strings that must not show in an error.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        tries: at each thing it is asked.

    Raises:
        EnvironmentProblem: it can't be asked, or has no such model any more.
        EngineError: it is away; whether it is the vendor's own or not, nothing else is wrong.
    """
    inspector = _Inspector(sdk, secrets, clock, uniform, tries)
    if is_vendors_own(sdk):
        for model in sorted(set(models)):
            await inspector.looked_up(model)
        return WHOLE
    return await inspector.of_all(models)


async def look_up(
    sdk: anthropic.AsyncAnthropic,
    models: Collection[str],
    *,
    secrets: Collection[str],
    clock: Clock,
    uniform: Callable[[], float],
) -> bool:
    """See that a server has some models, without asking them anything; whether it is the simulator.

    Takes the arguments of `look` but the last. A server without a page for a model is not known to
    lack it.

    Raises:
        EnvironmentProblem: it says that it has no such model any more.
    """
    inspector = _Inspector(sdk, secrets, clock, uniform, TRIES)
    found = [await inspector.looked_up(model) for model in sorted(set(models))]
    return any(server is not None and server.simulated for server in found)


def is_vendors_own(sdk: anthropic.AsyncAnthropic) -> bool:
    """Whether a client is set to the vendor's own server."""
    return urlsplit(str(sdk.base_url)).hostname == urlsplit(BASE_URL).hostname


class _Inspector(Inspector):
    errors = anthropic.AnthropicError
    address = "ANTHROPIC_BASE_URL"

    def __init__(
        self,
        sdk: anthropic.AsyncAnthropic,
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
        """What the server says of a model; None where it says nothing that can be relied on."""
        try:
            response = await self._patiently(
                lambda: self._sdk.models.with_raw_response.retrieve(model, timeout=PAGE_SECONDS)
            )
            told = _Model.model_validate_json(response.http_response.content)
        except ValidationError:
            return None  # many servers have another page there
        except EngineError as error:
            await self._judge(model, error)
            return None
        if told.lifecycle == "retired":
            raise self._gone(model, "it is retired")
        structured = told.capabilities.structured_outputs if told.capabilities else None
        if structured is None:
            return None
        return Server(
            structured=structured.supported, simulated=SIMULATOR_HEADER in response.headers
        )

    async def _judge(self, model: str, error: EngineError) -> None:
        """Tell a server that lacks the model from one that lacks the page.

        Raises:
            EnvironmentProblem: it lacks the model, or nothing can be asked there.
        """
        if error.status == NOT_FOUND:
            if error.kind == "not_found_error" and await self._lists_others(model):
                raise self._gone(model, str(error)) from None
        # Whether a key that may not look may ask shows when it asks.
        elif (
            isinstance(error.decision, Halt)
            and error.status != FORBIDDEN
            and is_vendors_own(self._sdk)
        ):
            raise self._out_of_order(model, error) from None

    async def _lists_others(self, model: str) -> bool:
        """Whether a server lists its models as the vendor does, and this one is not among them."""
        try:
            response = await self._patiently(
                lambda: self._sdk.models.with_raw_response.list(
                    limit=MOST_MODELS, timeout=PAGE_SECONDS
                )
            )
            told = _Models.model_validate_json(response.http_response.content)
        except (EngineError, ValidationError):
            return False
        return bool(told.data) and all(known.id != model for known in told.data)

    async def _probe(self, model: str, *, held: bool) -> Server:
        request: MessageCreateParamsNonStreaming = {
            "model": model,
            "max_tokens": PROBE_ROOM,
            "messages": [{"role": "user", "content": PROBE_QUESTION}],
        }
        if held:
            request["output_config"] = {
                "format": {"type": "json_schema", "schema": PROBE_SCHEMA},
            }
        answer = await self._answer(request)
        structured = held and follows_probe(_text_of(answer))
        return Server(structured=structured, caches=_counts_cached(answer))

    async def _answer(self, request: MessageCreateParamsNonStreaming) -> _Answer:
        response = await self._patiently(
            lambda: self._sdk.messages.with_raw_response.create(**request)
        )
        try:
            return _Answer.model_validate_json(response.http_response.content)
        except ValidationError:
            message = f"{response.status_code}: its answer is no message"
            raise EngineError("broken_response", message, GiveUp()) from None


def _counts_cached(answer: _Answer) -> bool:
    fields = ("cache_read_input_tokens", "cache_creation_input_tokens")
    return any((answer.usage or {}).get(field) is not None for field in fields)


def _text_of(answer: _Answer) -> str:
    return "".join(block.text for block in answer.content if block.type == "text")
