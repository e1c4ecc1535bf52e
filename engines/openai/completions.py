"""A question as a request for a chat completion, and a completion as a reply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from openai._legacy_response import LegacyAPIResponse
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.decisions import Decision, Outage, Retry
from domain.errors import EngineError
from domain.requests.endings import Ending
from domain.usage import TokenUsage, fault_in
from engines.online.meanings import readable
from engines.online.said_schema import said
from engines.online.servers import SIMULATOR_HEADER
from engines.openai.abilities import reasoning, room_field
from engines.openai.errors import decision_of, kind_of
from engines.port import Question, Reply
from engines.rough_tokens import rough_tokens

CACHE_MINIMUM = 1_024
"""Tokens a prompt needs for its beginning to be cached."""

REQUEST_ID = "x-request-id"


def request_of(
    question: Question, *, structured: bool = True
) -> CompletionCreateParamsNonStreaming:
    """The body of a request for a completion.

    Args:
        question: what is asked.
        structured: whether the server holds the answer to the schema; else the prompt says it.
    """
    texts = question.system if structured else (*question.system, said(question.schema))
    request: CompletionCreateParamsNonStreaming = {
        "model": question.model,
        "messages": [
            {"role": "system", "content": "\n\n".join(texts)},
            {"role": "user", "content": question.user},
        ],
    }
    request[room_field(question.model)] = question.max_tokens
    if structured:
        request["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": question.task,
                "strict": True,
                "schema": dict(question.schema),
            },
        }
    effort = reasoning(question.model, question.effort)
    if effort is not None:
        request["reasoning_effort"] = effort
    return request


def prefixes(request: CompletionCreateParamsNonStreaming) -> tuple[bytes, ...]:
    """A hash of what requests with the same system prompt share, where it is long enough."""
    held = json.dumps(request.get("response_format"), sort_keys=True)
    (system, _) = request["messages"]
    text = str(system.get("content"))
    if rough_tokens(held) + rough_tokens(text) < CACHE_MINIMUM:
        return ()
    whole = "\0".join((str(request["model"]), held, text))
    return (hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest(),)


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Part(_Lenient):
    type: str
    text: str = ""


class _Message(_Lenient):
    content: str | list[_Part] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):  # of which one may be what was thought
            return "".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class _Choice(_Lenient):
    message: _Message
    finish_reason: str | None = None


MOST_TOKENS = 10**12
"""No number beyond is one of tokens, whatever is asked of whom."""

_Tokens = Annotated[int, Field(ge=0, le=MOST_TOKENS)]


class _PromptDetails(_Lenient):
    cached_tokens: _Tokens | None = None
    cache_write_tokens: _Tokens | None = None


class Usage(_Lenient):
    """What a completion says of its tokens."""

    prompt_tokens: _Tokens
    completion_tokens: _Tokens
    total_tokens: _Tokens | None = None
    prompt_tokens_details: _PromptDetails | None = None
    prompt_cache_hit_tokens: _Tokens | None = None

    @property
    def counts_cached(self) -> bool:
        """Whether cached tokens are told at all."""
        details = self.prompt_tokens_details
        has_details = details is not None and details.cached_tokens is not None
        return has_details or self.prompt_cache_hit_tokens is not None

    def tokens(self) -> TokenUsage:
        """By class.

        `prompt_tokens` includes what the cache had and took. What some servers leave out of
        `completion_tokens`, what was reasoned, is in their `total_tokens`.
        """
        details = self.prompt_tokens_details or _PromptDetails()
        read = details.cached_tokens or self.prompt_cache_hit_tokens or 0
        read = min(read, self.prompt_tokens)
        written = min(details.cache_write_tokens or 0, self.prompt_tokens - read)
        beyond = (self.total_tokens or 0) - self.prompt_tokens
        return TokenUsage(
            uncached_input_tokens=self.prompt_tokens - read - written,
            cache_read_tokens=read,
            cache_write_5m_tokens=written,
            output_tokens=max(self.completion_tokens, beyond),
        )


def _usage_of(told: object) -> TokenUsage | str:
    """The tokens of a completion's usage; why there are none, where it can't be read."""
    if told is None:
        return "the answer came without a count of its tokens"
    try:
        return Usage.model_validate(told).tokens()
    except ValidationError as error:
        return f"the answer's count of tokens can't be read; {_first(error)}"


_ENDINGS: Mapping[str, Ending] = {
    "stop": Ending.COMPLETE,
    "eos": Ending.COMPLETE,
    "length": Ending.TRUNCATED,
    "content_filter": Ending.REFUSED,
}

_FILTERED = "a content filter stopped the answer"


class Completion(_Lenient):
    """A completion, as far as it counts here."""

    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: Any = None
    model: str | None = None

    @property
    def text(self) -> str:
        """What was said."""
        return self.choices[0].message.text

    def reply(
        self,
        question: Question,
        *,
        request_id: str | None,
        started_at: datetime,
        latency_ms: int,
        simulated: bool,
    ) -> Reply:
        """The completion as a reply to a question."""
        choice = self.choices[0]
        word, refusal = choice.finish_reason or "none", choice.message.refusal
        ending = Ending.REFUSED if refusal else _ENDINGS.get(word, Ending.OTHER)
        text = choice.message.text
        told = _usage_of(self.usage)
        usage = TokenUsage() if isinstance(told, str) else told
        fault = told if isinstance(told, str) else _fault(told, question, text)
        return Reply(
            text=text,
            stop_reason="refusal" if refusal else word,
            ending=ending,
            usage=usage,
            usage_fault=fault,
            model=self.model or question.model,
            request_id=request_id,
            started_at=started_at,
            latency_ms=latency_ms,
            simulated=simulated,
            stop_details=refusal or (_FILTERED if word == "content_filter" else None),
        )


def _fault(usage: TokenUsage, question: Question, text: str) -> str | None:
    return fault_in(
        usage,
        sent=question.bytes_sent,
        said=len(text.encode("utf-8", "surrogatepass")),
        room=question.max_tokens,
    )


class _Error(_Lenient):
    message: str = ""
    code: Any = None


class _Failed(_Lenient):
    """What servers in front of others answer with 200 where these failed."""

    error: _Error


class _Billed(_Lenient):
    usage: Any


def reply_of(
    response: LegacyAPIResponse[Any],
    question: Question,
    *,
    started_at: datetime,
    latency_ms: int,
) -> Reply:
    """A reply, read from the response's bytes.

    The SDK's own parsing is passed by: it validates nothing, gives a string for what is not
    declared as JSON and a JSONDecodeError for what is broken.

    Raises:
        EngineError: it is no completion (a gateway's page, a body cut off, an error in it).
    """
    request_id = response.headers.get(REQUEST_ID)
    try:
        completion = Completion.model_validate_json(response.content)
    except ValidationError as error:
        raise _unreadable(error, response, request_id, latency_ms) from None
    return completion.reply(
        question,
        request_id=request_id,
        started_at=started_at,
        latency_ms=latency_ms,
        simulated=SIMULATOR_HEADER in response.headers,
    )


def _unreadable(
    error: ValidationError,
    response: LegacyAPIResponse[Any],
    request_id: str | None,
    latency_ms: int,
) -> EngineError:
    """What it means that a response can't be read as a completion."""
    failed, usage = _failed(response.content), _taken(response.content)
    message = f"the response can't be read as a completion; {_first(error)}"
    kind = "broken_response"
    # Who counts tokens is there.
    decision: Decision = Outage() if usage is None else Retry()
    if failed is not None:
        message = readable(failed.message, ())
        if isinstance(failed.code, int) and 400 <= failed.code <= 599:
            kind, decision = kind_of(failed.code), decision_of(failed.code, None)
    return EngineError(
        kind,
        f"{response.status_code}: {message}",
        decision,
        status=response.status_code,
        request_id=request_id,
        latency_ms=latency_ms,
        usage=usage,
    )


def _failed(content: bytes) -> _Error | None:
    try:
        return _Failed.model_validate_json(content).error
    except ValidationError:
        return None


def _taken(content: bytes) -> TokenUsage | None:
    """What a response that is no completion took, where it says so."""
    try:
        usage = _usage_of(_Billed.model_validate_json(content).usage)
    except ValidationError:
        return None
    return None if isinstance(usage, str) else usage


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])
