"""The table of the vendor's errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx2
import openai
import pytest

from domain.decisions import Decision, GiveUp, Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from engines.openai.errors import MEANINGS, engine_error

NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
KEY = "sk-proj-AbCdEf-0123456789"
PAGE = "<html>Not here</html>"


def exported() -> set[type[Exception]]:
    """Every exception the SDK exports; it loads some only when they are asked for."""
    things = [getattr(openai, name) for name in openai.__all__]
    return {t for t in things if isinstance(t, type) and issubclass(t, Exception)}


def raised(status: int, body: object, headers: dict[str, str] | None = None) -> Exception:
    """The exception the SDK itself makes of a response."""
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    content = body if isinstance(body, str) else json.dumps(body)
    response = httpx2.Response(status, headers=headers, content=content, request=request)
    sdk = openai.AsyncOpenAI(api_key=KEY, base_url="http://127.0.0.1")
    return sdk._make_status_error_from_response(response)


def translated(error: Exception) -> EngineError:
    return engine_error(error, secrets=[KEY], now=NOW, latency_ms=12)


def told(message: str = "No.", **more: object) -> dict[str, object]:
    """An error's body as the API writes it."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, **more}}


def test_every_exported_exception_has_a_meaning() -> None:
    """Each exception the SDK exports stands in the table by itself, not through a parent."""
    assert exported() - MEANINGS.keys() == set()


def test_no_meaning_without_an_exception() -> None:
    """Nothing stands in the table that the SDK no longer exports, but the time-out of our own."""
    assert MEANINGS.keys() - exported() == {TimeoutError}


@pytest.mark.parametrize(
    ("status", "kind", "decision"),
    [
        (400, "invalid_request_error", GiveUp()),
        (401, "authentication_error", Halt()),
        (402, "billing_error", Halt()),
        (403, "permission_error", Halt()),
        (404, "not_found_error", Halt()),
        (408, "timeout_error", Outage()),
        (409, "conflict_error", Retry()),
        (413, "request_too_large", GiveUp()),
        (418, "api_error", GiveUp()),
        (422, "invalid_request_error", GiveUp()),
        (425, "api_error", Outage()),
        (429, "rate_limit_error", SlowDown(None)),
        (500, "api_error", Outage()),
        (501, "not_implemented", GiveUp()),
        (502, "api_error", Outage()),
        (503, "api_error", Outage()),
        (504, "timeout_error", Outage()),
        (529, "overloaded_error", Outage()),
    ],
)
def test_statuses(status: int, kind: str, decision: Decision) -> None:
    """Each status has one meaning, also those that the SDK knows no class for."""
    error = translated(raised(status, told(), {"x-request-id": "req_7"}))
    assert (error.kind, error.decision, error.status) == (kind, decision, status)
    assert (str(error), error.request_id, error.latency_ms) == (f"{status}: No.", "req_7", 12)


@pytest.mark.parametrize(("status", "decision"), [(404, Outage()), (403, GiveUp())])
def test_a_gateways_page(status: int, decision: Decision) -> None:
    """A page of HTML is not the API's word on model or key."""
    assert translated(raised(status, PAGE)).decision == decision


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "insufficient_quota", "billing_error"),
        (429, "billing_hard_limit_reached", "billing_error"),
        (400, "model_not_found", "invalid_request_error"),
        (400, "invalid_api_key", "invalid_request_error"),
    ],
)
def test_what_concerns_every_request(status: int, code: str, kind: str) -> None:
    """No credit left comes as a 429, and is no limit that passes."""
    error = translated(raised(status, told(code=code)))
    assert (error.kind, error.decision) == (kind, Halt())


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Too long."}},
        {"error": "Too long."},
        {"message": "Too long.", "code": 1214},
        {"detail": "Too long."},
        [{"error": {"code": 400, "message": "Too long.", "status": "INVALID_ARGUMENT"}}],
    ],
)
def test_shapes_of_errors(body: object) -> None:
    """Compatible servers have shapes of their own; their words are told all the same."""
    assert str(translated(raised(400, body))) == "400: Too long."


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "0"}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], after: float | None) -> None:
    """Milliseconds go before seconds, and 0 says nothing."""
    assert translated(raised(429, told(), headers)).decision == SlowDown(after)


def test_no_key_in_a_message() -> None:
    """Whatever a server repeats of the key, no log has it."""
    error = translated(raised(401, told(f"Incorrect API key provided: {KEY} or sk-other-12345678")))
    assert str(error) == "401: Incorrect API key provided: [key] or [key]"
