"""What the server at the other end can: asked once, before a night's first question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import anthropic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.decisions import GiveUp
from domain.errors import EngineError, EnvironmentProblem
from engines.claude.connection import BASE_URL
from engines.claude.errors import engine_error
from engines.claude.patience import patiently
from engines.clock import Clock

TRIES = 4
"""Times a server is asked what it can before it counts as out of order."""

PROBE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"nightdesk_probe": {"type": "string"}},
    "required": ["nightdesk_probe"],
    "additionalProperties": False,
}
"""Nobody answers by this shape who isn't held to it."""

PROBE_ROOM = 1_024
"""Output tokens of a probe; some local models think before they say a word."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a server can beside answering.

    Attributes:
        structured: whether it holds an answer to a schema.
        caches: whether it counts cached tokens.
    """

    structured: bool = True
    caches: bool = True

    def missing(self, url: str) -> tuple[str, ...]:
        """What it lacks and what is done instead, a sentence each."""
        sentences = []
        if not self.structured:
            sentences.append(
                f"{url} does not hold answers to a schema: the prompt asks for it in words, and "
                "the JSON is picked from the text"
            )
        if not self.caches:
            sentences.append(f"{url} counts no cached tokens: nothing is asked to be cached")
        return tuple(sentences)


WHOLE = Server()
"""The vendor's own, or one that can the same."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Supported(_Lenient):
    supported: bool


class _Capabilities(_Lenient):
    structured_outputs: _Supported


class _Model(_Lenient):
    capabilities: _Capabilities


class _Text(_Lenient):
    type: str
    text: str = ""


class _Answer(_Lenient):
    content: list[_Text]
    usage: dict[str, Any] = {}


class _Probe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    nightdesk_probe: str


async def look(
    sdk: anthropic.AsyncAnthropic,
    models: Collection[str],
    *,
    secrets: Collection[str],
    clock: Clock,
    uniform: Callable[[], float],
) -> Server:
    """What a server can, for the models that will be asked there.

    The vendor's own is known. Another one is taken at its word where it describes its models as
    the vendor does; one that doesn't is sent a short question for each model.

    Args:
        sdk: the vendor's client, set to the server.
        models: those that will be asked.
        secrets: strings that must not show in an error.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.

    Raises:
        EnvironmentProblem: it can't be asked: nobody answers, or it knows no such model.
    """
    if urlsplit(str(sdk.base_url)).hostname == urlsplit(BASE_URL).hostname:
        return WHOLE
    inspector = _Inspector(sdk, secrets, clock, uniform)
    found = [await inspector.of(model) for model in sorted(set(models))]
    return Server(
        structured=all(server.structured for server in found),
        caches=all(server.caches for server in found),
    )


class _Inspector:
    def __init__(
        self,
        sdk: anthropic.AsyncAnthropic,
        secrets: Collection[str],
        clock: Clock,
        uniform: Callable[[], float],
    ) -> None:
        self._sdk = sdk
        self._secrets = secrets
        self._clock = clock
        self._uniform = uniform

    async def of(self, model: str) -> Server:
        """What the server can for one model."""
        described = await self._described(model)
        return await self._probed(model) if described is None else described

    async def _described(self, model: str) -> Server | None:
        try:
            response = await self._patiently(
                lambda: self._sdk.models.with_raw_response.retrieve(model)
            )
            told = _Model.model_validate_json(response.http_response.content)
        except (EngineError, ValidationError):
            return None  # many servers have no such page, or another one
        return Server(structured=told.capabilities.structured_outputs.supported)

    async def _probed(self, model: str) -> Server:
        held: MessageCreateParamsNonStreaming = {
            "model": model,
            "max_tokens": PROBE_ROOM,
            "messages": [{"role": "user", "content": "What is the capital of France?"}],
            "output_config": {"format": {"type": "json_schema", "schema": PROBE_SCHEMA}},
        }
        free = held.copy()
        del free["output_config"]
        try:
            answer = await self._answer(held)
        except EngineError as error:
            if error.status not in (400, 422):
                raise self._out_of_order(model, error) from None
        else:
            return replace(_told_by_usage(answer), structured=_follows(answer))
        try:  # the schema may be what it refused
            return replace(_told_by_usage(await self._answer(free)), structured=False)
        except EngineError as error:
            raise self._out_of_order(model, error) from None

    async def _answer(self, request: MessageCreateParamsNonStreaming) -> _Answer:
        response = await self._patiently(
            lambda: self._sdk.messages.with_raw_response.create(**request)
        )
        try:
            return _Answer.model_validate_json(response.http_response.content)
        except ValidationError:
            message = f"{response.status_code}: its answer is no message"
            raise EngineError("broken_response", message, GiveUp()) from None

    async def _patiently(
        self, call: Callable[[], Awaitable[anthropic.AsyncAPIResponse[Any]]]
    ) -> anthropic.AsyncAPIResponse[Any]:
        async def once() -> anthropic.AsyncAPIResponse[Any]:
            try:
                return await call()
            except anthropic.AnthropicError as error:
                failure = engine_error(
                    error, secrets=self._secrets, now=self._clock.now(), latency_ms=0
                )
            # Raised here, not where the SDK's error was caught: that one's text may hold the key.
            raise failure

        return await patiently(once, clock=self._clock, uniform=self._uniform, tries=TRIES)

    def _out_of_order(self, model: str, error: EngineError) -> EnvironmentProblem:
        return EnvironmentProblem(
            f"the server at {self._sdk.base_url} (ANTHROPIC_BASE_URL) does not answer for the "
            f"model {model!r}: {error}"
        )


def _told_by_usage(answer: _Answer) -> Server:
    fields = ("cache_read_input_tokens", "cache_creation_input_tokens")
    return Server(caches=any(answer.usage.get(field) is not None for field in fields))


def _follows(answer: _Answer) -> bool:
    text = "".join(block.text for block in answer.content if block.type == "text")
    try:
        _Probe.model_validate_json(text)
    except ValidationError:
        return False
    return True
