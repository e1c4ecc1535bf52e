"""A question as a Messages request, and a Messages response as a reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import anthropic
from anthropic.types import (
    MessageParam,
    OutputConfigParam,
    TextBlockParam,
)
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.decisions import Outage, Retry
from domain.errors import EngineError
from domain.requests.endings import Ending
from domain.usage import TokenUsage, fault_in
from engines.claude.abilities import thought
from engines.claude.caching import Ttl, breakpoints
from engines.online.said_schema import said
from engines.online.servers import SIMULATOR_HEADER
from engines.port import Question, Reply

BLANK_LINE = "\n\n"
"""Ends every block of the system prompt, the last one too: some servers join them with nothing
between, and a block is to have the same bytes whether another follows or not."""


def request_of(
    question: Question, *, ttl: Ttl | None = "5m", structured: bool = True
) -> MessageCreateParamsNonStreaming:
    """The body of a Messages request; an item of a batch has the same.

    Args:
        question: what is asked.
        ttl: how long what it shares with others stays cached; None asks for no caching.
        structured: whether the server holds the answer to the schema; else the prompt says it.
    """
    texts = question.system if structured else (*question.system, said(question.schema))
    system: list[TextBlockParam] = [{"type": "text", "text": text + BLANK_LINE} for text in texts]
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


MOST_TOKENS = 10**12
"""No number beyond is one of tokens, whatever is asked of whom."""

_Tokens = Annotated[int, Field(ge=0, le=MOST_TOKENS)]


class _CacheCreation(BaseModel):
    ephemeral_5m_input_tokens: _Tokens = 0
    ephemeral_1h_input_tokens: _Tokens = 0


class _Usage(BaseModel):
    input_tokens: _Tokens
    output_tokens: _Tokens
    cache_read_input_tokens: _Tokens | None = None
    cache_creation_input_tokens: _Tokens | None = None
    cache_creation: _CacheCreation | None = None

    def tokens(self) -> TokenUsage:
        written = self.cache_creation or _CacheCreation()
        told = written.ephemeral_5m_input_tokens + written.ephemeral_1h_input_tokens
        # A server that doesn't break its cache writes down has only the default TTL, 5 minutes.
        rest = max(0, (self.cache_creation_input_tokens or 0) - told)
        return TokenUsage(
            uncached_input_tokens=self.input_tokens,
            cache_read_tokens=self.cache_read_input_tokens or 0,
            cache_write_5m_tokens=written.ephemeral_5m_input_tokens + rest,
            cache_write_1h_tokens=written.ephemeral_1h_input_tokens,
            output_tokens=self.output_tokens,
        )


def _usage_of(told: object) -> TokenUsage | str:
    """The tokens of a message's usage; why there are none, where it can't be read."""
    if told is None:
        return "the answer came without a count of its tokens"
    try:
        return _Usage.model_validate(told).tokens()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"the answer's count of tokens can't be read; {place}: {first['msg']}"


_ENDINGS: Mapping[str, Ending] = {
    "end_turn": Ending.COMPLETE,
    "max_tokens": Ending.TRUNCATED,
    "refusal": Ending.REFUSED,
}


class _StopDetails(_Lenient):
    category: str | None = None
    explanation: str | None = None


class Message(_Lenient):
    """A message of the API, as far as it counts here; an item of a batch is answered by one."""

    content: list[_Block]
    usage: Any = None
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
        text = "".join(block.text for block in self.content if block.type == "text")
        ending = _ENDINGS.get(self.stop_reason or "", Ending.OTHER)
        told = _usage_of(self.usage)
        usage = TokenUsage() if isinstance(told, str) else told
        fault = told if isinstance(told, str) else _fault(told, question, text)
        return Reply(
            text=text,
            stop_reason=self.stop_reason or "none",
            ending=ending,
            usage=usage,
            usage_fault=fault,
            model=self.model or question.model,
            request_id=request_id,
            started_at=started_at,
            latency_ms=latency_ms,
            simulated=simulated,
            stop_details=(details.explanation or details.category) if details else None,
            # A refusal before any output.
            is_unbilled=ending is Ending.REFUSED and not text,
        )


def _fault(usage: TokenUsage, question: Question, text: str) -> str | None:
    return fault_in(
        usage,
        sent=question.bytes_sent,
        said=len(text.encode("utf-8", "surrogatepass")),
        room=question.max_tokens,
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
        EngineError: it is no message (a gateway's page, a body cut off): worth asking again.
    """
    request_id = response.headers.get("request-id")
    try:
        message = Message.model_validate_json(response.http_response.content)
    except ValidationError as error:
        usage = _taken(response.http_response.content)
        raise unreadable(error, response.status_code, request_id, latency_ms, usage=usage) from None
    return message.reply(
        question,
        request_id=request_id,
        started_at=started_at,
        latency_ms=latency_ms,
        simulated=SIMULATOR_HEADER in response.headers,
    )


class _Billed(BaseModel):
    usage: Any


def _taken(content: bytes) -> TokenUsage | None:
    """What a response that is no message took, where it says so."""
    try:
        return usage_in(_Billed.model_validate_json(content).usage)
    except ValidationError:
        return None


def usage_in(told: object) -> TokenUsage | None:
    """The tokens that a usage tells; None where it can't be read."""
    usage = _usage_of(told)
    return None if isinstance(usage, str) else usage


def unreadable(
    error: ValidationError,
    status: int,
    request_id: str | None,
    latency_ms: int,
    *,
    usage: TokenUsage | None = None,
) -> EngineError:
    """What it means that a response can't be read as a message."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    what = f"{place}: {first['msg']}" if place else str(first["msg"])
    return EngineError(
        "broken_response",
        f"{status}: the response can't be read as a message; {what}",
        Outage() if usage is None else Retry(),  # who counts tokens is there
        status=status,
        request_id=request_id,
        latency_ms=latency_ms,
        usage=usage,
    )
