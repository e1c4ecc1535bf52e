"""The two APIs that the simulator speaks, as far as a request's way through it differs in them."""

from __future__ import annotations

import time
from typing import Any, Protocol

from simulator.chat.caching import chunks, looked_up
from simulator.chat.reply import completion, mistold
from simulator.chat.validation import no_such_model, read_chat
from simulator.ids import new_id
from simulator.ratelimit import ChatLimits, Limits, MessageLimits
from simulator.replies.reply import compose, untrue
from simulator.requests.caching import InputUsage, Prefix, PromptCache, prefixes
from simulator.requests.errors import ApiError
from simulator.requests.validation import Request, read_request
from simulator.settings import SimulatorSettings


class Dialect(Protocol):
    """How one API has it.

    Attributes:
        schema_path: where a request has its answer's schema.
    """

    schema_path: str

    def read(self, params: Any) -> Request:
        """A request, checked.

        Raises:
            ApiError: it is refused.
        """
        ...

    def no_such_model(self, name: str) -> ApiError:
        """What a model that is not there is answered with."""
        ...

    def look_up(
        self, cache: PromptCache, request: Request, owner: str, total: int, minimum: int
    ) -> tuple[InputUsage, list[Prefix]]:
        """The prompt's tokens by class, and what to write to the cache once its answer begins."""
        ...

    def limits(self, settings: SimulatorSettings) -> Limits:
        """The limits of one model."""
        ...

    def compose(
        self, request: Request, text: str, usage: InputUsage, transport: str, fault: str | None
    ) -> dict[str, Any]:
        """The object that is answered with."""
        ...

    def output_tokens(self, answer: dict[str, Any]) -> int:
        """The output tokens that an answer tells."""
        ...

    def mistold(self, answer: dict[str, Any], name: str) -> dict[str, Any]:
        """An answer that tells a usage which can't be."""
        ...


class Messages:
    """Anthropic's Messages API."""

    schema_path = "output_config.format.schema"

    def read(self, params: Any) -> Request:
        """A request, checked."""
        return read_request(params)

    def no_such_model(self, name: str) -> ApiError:
        """What a model that is not there is answered with."""
        return ApiError(404, f"model: {name}")

    def look_up(
        self, cache: PromptCache, request: Request, owner: str, total: int, minimum: int
    ) -> tuple[InputUsage, list[Prefix]]:
        """The prompt's tokens by class, and what to write to the cache once its answer begins."""
        return cache.look_up(prefixes(request, owner), total, minimum)

    def limits(self, settings: SimulatorSettings) -> Limits:
        """The limits of one model."""
        return MessageLimits(settings)

    def compose(
        self, request: Request, text: str, usage: InputUsage, transport: str, fault: str | None
    ) -> dict[str, Any]:
        """The message that is answered with."""
        tier = "batch" if transport == "batches" else "standard"
        return compose(request, text, usage, message_id=new_id("msg"), tier=tier, fault=fault)

    def output_tokens(self, answer: dict[str, Any]) -> int:
        """The output tokens that an answer tells."""
        return int(answer["usage"]["output_tokens"])

    def mistold(self, answer: dict[str, Any], name: str) -> dict[str, Any]:
        """An answer that tells a usage which can't be."""
        return untrue(answer, name)


class Chat:
    """OpenAI's chat completions."""

    schema_path = "response_format.json_schema.schema"

    def read(self, params: Any) -> Request:
        """A request, checked."""
        return read_chat(params)

    def no_such_model(self, name: str) -> ApiError:
        """What a model that is not there is answered with."""
        return no_such_model(name)

    def look_up(
        self, cache: PromptCache, request: Request, owner: str, total: int, minimum: int
    ) -> tuple[InputUsage, list[Prefix]]:
        """The prompt's tokens by class, and what to write to the cache once its answer begins."""
        return looked_up(cache, chunks(request, owner), total, minimum)

    def limits(self, settings: SimulatorSettings) -> Limits:
        """The limits of one model."""
        return ChatLimits(settings)

    def compose(
        self, request: Request, text: str, usage: InputUsage, transport: str, fault: str | None
    ) -> dict[str, Any]:
        """The completion that is answered with."""
        created = int(time.time())
        return completion(
            request, text, usage, completion_id=new_id("chatcmpl"), created=created, fault=fault
        )

    def output_tokens(self, answer: dict[str, Any]) -> int:
        """The output tokens that an answer tells."""
        return int(answer["usage"]["completion_tokens"])

    def mistold(self, answer: dict[str, Any], name: str) -> dict[str, Any]:
        """An answer that tells a usage which can't be."""
        return mistold(answer, name)


MESSAGES = Messages()
CHAT = Chat()
