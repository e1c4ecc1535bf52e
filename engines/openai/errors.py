"""What each of the vendor's errors means for us: one table, exhaustive by test."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import aiohttp
import openai

from domain.decisions import Decision, GiveUp, Halt, Outage
from domain.errors import EngineError
from engines.limits.headers import retry_after
from engines.online.meanings import (
    Meaning,
    Rule,
    give_up,
    halt,
    nearest,
    outage,
    readable,
    retry,
    slow_down,
    was_never_sent,
)

MEANINGS: Mapping[type[Exception], Meaning] = {
    # No answer came.
    TimeoutError: Meaning("timeout", outage),
    openai.APITimeoutError: Meaning("timeout", outage),
    openai.APIConnectionError: Meaning("connection", outage),
    # An answer came that is not the API's.
    openai.APIError: Meaning("api_error", outage),
    openai.APIResponseValidationError: Meaning("broken_response", outage),
    # The client was set up or used wrongly, or has what we ask for nothing of.
    openai.OpenAIError: Meaning("client_error", give_up),
    openai.LengthFinishReasonError: Meaning("client_error", give_up),
    openai.ContentFilterFinishReasonError: Meaning("client_error", give_up),
    openai.InvalidWebhookSignatureError: Meaning("client_error", give_up),
    openai.WebSocketConnectionClosedError: Meaning("connection", outage),
    openai.WebSocketQueueFullError: Meaning("client_error", give_up),
    # By HTTP status, which says more than the class; see `STATUSES`.
    openai.APIStatusError: Meaning("api_error", give_up),
    openai.BadRequestError: Meaning("invalid_request_error", give_up),
    openai.AuthenticationError: Meaning("authentication_error", halt),
    openai.OAuthError: Meaning("authentication_error", halt),
    openai.PermissionDeniedError: Meaning("permission_error", halt),
    openai.NotFoundError: Meaning("not_found_error", halt),
    openai.ConflictError: Meaning("conflict_error", retry),
    openai.UnprocessableEntityError: Meaning("invalid_request_error", give_up),
    openai.RateLimitError: Meaning("rate_limit_error", slow_down),
    openai.InternalServerError: Meaning("api_error", outage),
}
"""Every exception the SDK exports, each by itself; subclasses that it does not, by their parent."""

STATUSES: Mapping[int, Meaning] = {
    402: Meaning("billing_error", halt),
    408: Meaning("timeout_error", outage),
    413: Meaning("request_too_large", give_up),
    425: Meaning("api_error", outage),
    431: Meaning("request_too_large", give_up),
    499: Meaning("connection", outage),
    501: Meaning("not_implemented", give_up),
    504: Meaning("timeout_error", outage),
    529: Meaning("overloaded_error", outage),
}
"""Statuses that the SDK has no class of their own for."""

_CLASSES: Mapping[int, type[Exception]] = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
}

CODES: Mapping[str, Rule] = {
    "account_deactivated": halt,
    "billing_hard_limit_reached": halt,
    "billing_not_active": halt,
    "insufficient_quota": halt,
    "invalid_api_key": halt,
    "invalid_organization": halt,
    "model_not_found": halt,
}
"""Error codes and types that concern every request: they count whatever status they come with.

An account without credit is told by a 429, as if it were asked too fast."""


def meaning_of(status: int) -> Meaning:
    """What an HTTP status means."""
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return MEANINGS[openai.InternalServerError]
    return MEANINGS[_CLASSES.get(status, openai.APIStatusError)]


def kind_of(status: int) -> str:
    """What the ledger calls an HTTP status."""
    return meaning_of(status).kind


def decision_of(status: int, after: float | None) -> Decision:
    """What to do about an HTTP status; `after` is in seconds."""
    return meaning_of(status).rule(after)


def engine_error(
    error: Exception, *, secrets: Collection[str], now: datetime, latency_ms: int
) -> EngineError:
    """The vendor's error in our terms.

    Args:
        error: raised by the SDK, or a TimeoutError of our own.
        secrets: strings that must not show in the message.
        now: our time of day, to reckon a `retry-after` date.
        latency_ms: milliseconds from sending to failing.
    """
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, secrets, now, latency_ms)
    meaning = nearest(MEANINGS, error)
    message = str(error) or meaning.kind
    if _is_of_the_connection(error):
        meaning, message = MEANINGS[openai.APIConnectionError], "Connection error"
    if isinstance(error, openai.APIConnectionError) and error.__cause__ is not None:
        message = f"{message.rstrip('.')}: {error.__cause__}"
    return EngineError(
        meaning.kind,
        readable(message, secrets),
        meaning.rule(None),
        latency_ms=latency_ms,
        unsent=was_never_sent(error),
    )


def _is_of_the_connection(error: BaseException | None) -> bool:
    """Whether a connection was refused or broke, though the SDK speaks of a time-out.

    With aiohttp beneath it, it does so of either.
    """
    while error is not None:
        if isinstance(error, aiohttp.ClientError):
            return not isinstance(error, TimeoutError)
        error = error.__cause__
    return False


def _of_status(
    error: openai.APIStatusError, secrets: Collection[str], now: datetime, latency_ms: int
) -> EngineError:
    status = error.status_code
    told = _told(error.response.text)
    after = retry_after(error.response.headers, now)
    decision = decision_of(status, after)
    words = {str(told.get(field)) for field in ("code", "type")} if told else set()
    for word in sorted(words & CODES.keys()):
        decision = CODES[word](after)
    if told is None:  # a gateway's page, not the API's word
        if status == 404:
            decision = Outage(after)
        if status == 403:
            decision = GiveUp()  # a firewall may dislike one text; if it is all, that shows
    kind = kind_of(status)
    if isinstance(decision, Halt) and kind == "rate_limit_error":
        kind = "billing_error"
    message = error.message if told is None else str(told.get("message") or error.message)
    return EngineError(
        kind,
        readable(f"{status}: {message}", secrets),
        decision,
        status=status,
        request_id=error.response.headers.get("x-request-id"),
        latency_ms=latency_ms,
    )


def _told(body: str) -> Mapping[str, Any] | None:
    """The error that a body tells, in whichever of their shapes; None where it is no API's.

    Servers write `{"error": {"message": …}}`, `{"error": "…"}`, `{"message": …}`, `{"detail": …}`,
    or a list of the first.
    """
    try:
        data = json.loads(body)
    except ValueError:
        return None
    if isinstance(data, list) and data:
        data = data[0]
    if not isinstance(data, dict):
        return None
    error = data.get("error", data)
    if isinstance(error, str):
        return {"message": error}
    if not isinstance(error, dict):
        return None
    return error if "message" in error else {**error, "message": error.get("detail")}
