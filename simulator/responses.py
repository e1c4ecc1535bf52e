"""Answers and errors as HTTP responses, each API's with its own headers."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from simulator.chat.errors import body_of
from simulator.ids import new_id
from simulator.requests.errors import ApiError

MARK = "x-nightdesk-simulator"
REQUEST_ID = "request-id"
CHAT_REQUEST_ID = "x-request-id"


def common_headers() -> dict[str, str]:
    """What every response of Anthropic's API bears."""
    return {MARK: "1", REQUEST_ID: new_id("req")}


def as_json(data: Any, headers: dict[str, str] | None = None) -> Response:
    """An answer of Anthropic's API."""
    return _response(data, {**common_headers(), **(headers or {})})


def as_error(error: ApiError) -> Response:
    """An error of Anthropic's API."""
    headers = {**error.headers, **common_headers()}
    return _response(error.body(headers[REQUEST_ID]), headers, error.status)


def as_chat_json(data: Any, headers: dict[str, str] | None = None) -> Response:
    """An answer of OpenAI's API."""
    return _response(data, {**_chat_headers(), **(headers or {})})


def as_chat_error(error: ApiError) -> Response:
    """An error of OpenAI's API."""
    return _response(body_of(error), {**error.headers, **_chat_headers()}, error.status)


def _chat_headers() -> dict[str, str]:
    return {MARK: "1", CHAT_REQUEST_ID: new_id("req"), "openai-version": "2020-10-01"}


def _response(data: Any, headers: dict[str, str], status: int = 200) -> Response:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, headers, "application/json")
