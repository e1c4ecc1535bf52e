"""A question as a Messages request, and a Messages response as a reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import anthropic
from anthropic.types import (
    MessageParam,
    OutputConfigParam,
    TextBlockParam,
)
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from domain.decisions import GiveUp, Retry
from domain.errors import EngineError
from domain.usage import TokenUsage
from engines.claude.abilities import thought
from engines.claude.caching import Ttl, breakpoints
from engines.claude.said_schema import said
from engines.port import Question, Reply

SIMULATOR_HEADER = "x-nightdesk-simulator"


def request_of(
    question: Question, *, ttl: Ttl | None = "5m", structured: bool = True
) -> MessageCreateParamsNonStreaming:
    """The body of a Messages request; an item of a batch has the same.

    Args:
        question: what is asked.
        ttl: how long what it shares with others stays cached; None asks for no caching.
        structured: whether the server holds the answer to the schema; else the prompt says it.
    """
    system: list[TextBlockParam] = [{"type": "text", "text": text} for text in question.system]
    if ttl is not None:
        for end in breakpoints(question):
            system[end]["cache_control"] = {"type": "ephemeral", "ttl": ttl}
    user: MessageParam = {
        "role": "user",
        "content": [{"type": "text", "text": question.user}],
    }
    output: OutputConfigParam = {}
    if structured:
        output["format"] = {"type": "json_schema", "schema": dict(question.schema)}
    else:
        system.append({"type": "text", "text": said(question.schema)})
    told = thought(question.model, question.effort, question.max_tokens)
    if told.effort is not None:
        output["effort"] = told.effort
    request: MessageCreateParamsNonStreaming = {
        "model": question.model,
        "max_tokens": question.max_tokens,
        "system": system,
        "messages": [user],
    }
    if output:
        request["output_config"] = output
    if told.thinking is not None:
        request["thinking"] = told.thinking
    return request


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Block(_Lenient):
    type: str
    text: str = ""


class _CacheCreation(_Lenient):
    ephemeral_5m_input_tokens: NonNegativeInt = 0
    ephemeral_1h_input_tokens: NonNegativeInt = 0


class _Usage(_Lenient):
    input_tokens: NonNegativeInt
    output_tokens: NonNegativeInt
    cache_read_input_tokens: NonNegativeInt | None = None
    cache_creation_input_tokens: NonNegativeInt | None = None
    cache_creation: _CacheCreation | None = None

    def tokens(self) -> TokenUsage:
        # A server that doesn't break its cache writes down has only the default TTL, 5 minutes.
        written = self.cache_creation or _CacheCreation(
            ephemeral_5m_input_tokens=self.cache_creation_input_tokens or 0
        )
        return TokenUsage(
            uncached_input_tokens=self.input_tokens,
            cache_read_tokens=self.cache_read_input_tokens or 0,
            cache_write_5m_tokens=written.ephemeral_5m_input_tokens,
            cache_write_1h_tokens=written.ephemeral_1h_input_tokens,
            output_tokens=self.output_tokens,
        )


class _StopDetails(_Lenient):
    category: str | None = None
    explanation: str | None = None


class Message(_Lenient):
    """A message of the API, as far as it counts here; an item of a batch is answered by one."""

    content: list[_Block]
    usage: _Usage
    model: str | None = None
    stop_reason: str | None = None
    stop_details: _StopDetails | None = None

    def reply(
        self,
        question: Question,
        *,
        request_id: str | None,
        started_at: datetime,
        latency_ms: int,
        simulated: bool,
    ) -> Reply:
        """The message as a reply to a question."""
        details = self.stop_details
        return Reply(
            text="".join(block.text for block in self.content if block.type == "text"),
            stop_reason=self.stop_reason or "none",
            usage=self.usage.tokens(),
            model=self.model or question.model,
            request_id=request_id,
            started_at=started_at,
            latency_ms=latency_ms,
            simulated=simulated,
            stop_details=(details.explanation or details.category) if details else None,
        )


def reply_of(
    response: anthropic.AsyncAPIResponse[Any],
    question: Question,
    *,
    started_at: datetime,
    latency_ms: int,
) -> Reply:
    """A reply, read from the response's bytes.

    The SDK's own parsing is passed by: it validates nothing, gives a string for what is not
    declared as JSON and a JSONDecodeError for what is broken.

    Raises:
        EngineError: it is no message (a gateway's page, a body cut off): worth asking again; or
            a message without a count of tokens: its cost can't be told, so it is not asked again.
    """
    request_id = response.headers.get("request-id")
    try:
        message = Message.model_validate_json(response.http_response.content)
    except ValidationError as error:
        raise unreadable(error, response.status_code, request_id, latency_ms) from None
    return message.reply(
        question,
        request_id=request_id,
        started_at=started_at,
        latency_ms=latency_ms,
        simulated=SIMULATOR_HEADER in response.headers,
    )


def unreadable(
    error: ValidationError, status: int, request_id: str | None, latency_ms: int
) -> EngineError:
    """What it means that a response can't be read as a message."""
    faults = error.errors(include_url=False, include_input=False)
    first = faults[0]
    place = ".".join(str(part) for part in first["loc"])
    what = f"{place}: {first['msg']}" if place else str(first["msg"])
    uncounted = all(fault["loc"][:1] == ("usage",) for fault in faults)
    return EngineError(
        "no_usage" if uncounted else "broken_response",
        f"{status}: the response can't be read as a message; {what}",
        GiveUp() if uncounted else Retry(),
        status=status,
        request_id=request_id,
        latency_ms=latency_ms,
    )
