"""Errors in the shape of OpenAI's API."""

from __future__ import annotations

from typing import Any, NoReturn

from simulator.requests.errors import ApiError

TYPES: dict[int, str] = {429: "requests", 500: "server_error", 503: "service_unavailable_error"}
"""The error type that goes with each HTTP status; any other is `invalid_request_error`."""

CODES: dict[int, str] = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
"""The error code that goes with each HTTP status, where it has one."""


class ChatError(ApiError):
    """A request that is answered with an error, with the field and the code that tell it apart."""

    def __init__(
        self, status: int, message: str, *, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(status, message)
        self.param = param
        self.code = code


def refused(param: str | None, message: str, code: str | None = None) -> NoReturn:
    """Refuse a request for one of its fields.

    Raises:
        ChatError: always, with status 400.
    """
    raise ChatError(400, message, param=param, code=code)


def body_of(error: ApiError) -> dict[str, Any]:
    """The JSON object that OpenAI's API answers with."""
    param, code = None, CODES.get(error.status)
    if isinstance(error, ChatError):
        param, code = error.param, error.code
    kind = TYPES.get(error.status, "server_error" if error.status >= 500 else None)
    return {
        "error": {
            "message": error.message,
            "type": kind or "invalid_request_error",
            "param": param,
            "code": code,
        }
    }
