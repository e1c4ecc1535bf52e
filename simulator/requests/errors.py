"""Errors in the API's own shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

TYPES: dict[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""The error type that goes with each HTTP status."""


class ApiError(Exception):
    """A request that is answered with an error.

    Args:
        status: the HTTP status.
        message: what is wrong, for a person.
        headers: sent along, such as `retry-after`.
        scripted: it was ordered by a script or a fault rate, and is no fault of the request.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        scripted: bool = False,
    ) -> None:
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
        self.scripted = scripted
        super().__init__(message)

    @property
    def type(self) -> str:
        """The API's word for it."""
        return TYPES.get(
            self.status, "api_error" if self.status >= 500 else "invalid_request_error"
        )

    @property
    def is_violation(self) -> bool:
        """Whether the request itself broke a rule of the API."""
        return 400 <= self.status < 500 and self.status != 429 and not self.scripted

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON object the API answers with."""
        return {
            "type": "error",
            "error": {"type": self.type, "message": self.message},
            "request_id": request_id,
        }


def refuse(path: str, message: str) -> NoReturn:
    """Refuse a request for one of its fields.

    Raises:
        ApiError: always, with status 400.
    """
    raise ApiError(400, f"{path}: {message}")
