"""The table of the vendor's errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import anthropic
import httpx2
import pytest

from domain.decisions import Decision, GiveUp, Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from engines.claude.batches.api import BatchApi
from engines.claude.errors import MEANINGS, engine_error
from engines.clock import SystemClock
from engines.online.meanings import nearest

NOW = datetime(2026, 3, 6, 22, 0, tzinfo=UTC)
KEY = "sk-ant-api03-AbCdEf-0123456789"


def exported() -> set[type[Exception]]:
    """Every exception the SDK exports."""
    return {
        thing
        for thing in vars(anthropic).values()
        if isinstance(thing, type) and issubclass(thing, Exception)
    }


def raised(status: int, body: object, headers: dict[str, str] | None = None) -> Exception:
    """The exception the SDK itself makes of a response."""
    request = httpx2.Request("POST", "http://127.0.0.1/v1/messages")
    content = body if isinstance(body, str) else json.dumps(body)
    response = httpx2.Response(status, headers=headers, content=content, request=request)
    sdk = anthropic.AsyncAnthropic(api_key=KEY, base_url="http://127.0.0.1")
    return sdk._make_status_error_from_response(response)


def api_body(kind: str, message: str = "No.", code: str | None = None) -> dict[str, Any]:
    """An error's body as the API writes it."""
    details = {"error_code": code} if code else None
    return {"type": "error", "error": {"type": kind, "message": message, "details": details}}


def translated(error: Exception) -> EngineError:
    return engine_error(error, secrets=[KEY], now=NOW, latency_ms=12)


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
        (403, "permission_error", GiveUp()),
        (404, "not_found_error", Outage()),
        (408, "timeout_error", Outage()),
        (409, "conflict_error", Retry()),
        (412, "precondition_failed", GiveUp()),
        (413, "request_too_large", GiveUp()),
        (418, "api_error", GiveUp()),
        (422, "invalid_request_error", GiveUp()),
        (429, "rate_limit_error", SlowDown(None)),
        (431, "request_too_large", GiveUp()),
        (499, "connection", Outage()),
        (500, "api_error", Outage()),
        (501, "not_implemented", GiveUp()),
        (502, "api_error", Outage()),
        (503, "service_unavailable", Outage()),
        (504, "timeout_error", Outage()),
        (529, "overloaded_error", Outage()),
    ],
)
def test_by_status(status: int, kind: str, decision: Decision) -> None:
    """A bare status, as a gateway sends it, has its kind and decision."""
    error = translated(raised(status, "<html>down</html>"))
    assert (error.status, error.kind, error.decision) == (status, kind, decision)


@pytest.mark.parametrize(
    ("status", "decision"), [(429, SlowDown(7.0)), (503, Outage(7.0)), (529, Outage(7.0))]
)
def test_retry_after_is_handed_on(status: int, decision: Decision) -> None:
    """How long an engine wants to be left alone is carried on."""
    assert translated(raised(status, "", {"retry-after": "7"})).decision == decision


@pytest.mark.parametrize(
    ("status", "vendor_type", "decision"),
    [
        (500, "overloaded_error", Outage()),
        (403, "permission_error", Halt()),
        (404, "not_found_error", Halt()),
        (400, "billing_error", Halt()),
        (400, "rate_limit_error", SlowDown(None)),
        (403, "rate_limit_error", Halt()),
        (500, "invalid_request_error", Outage()),
    ],
)
def test_by_error_type(status: int, vendor_type: str, decision: Decision) -> None:
    """A type that concerns every request counts whatever its status, but softens no halt."""
    error = translated(raised(status, api_body(vendor_type)))
    assert (error.kind, error.decision) == (vendor_type, decision)


@pytest.mark.parametrize("code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
def test_spend_limits_are_fatal(code: str) -> None:
    """A spend limit comes as a 429 but passes only next month: the night stops."""
    error = translated(raised(429, api_body("rate_limit_error", code=code), {"retry-after": "5"}))
    assert (error.kind, error.decision) == ("spend_limit_reached", Halt())


@pytest.mark.parametrize(
    "code",
    ["organization_on_hold", "cmek_key_disabled", "workspace_human_review_disabled"],
)
def test_what_an_account_must_set_right(code: str) -> None:
    """A 400 by whose code the account or workspace is at fault stops the night."""
    error = translated(raised(400, api_body("invalid_request_error", code=code)))
    assert error.decision == Halt()


@pytest.mark.parametrize(
    "message",
    [
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing "
        "to upgrade or purchase credits.",
        "You have reached your specified workspace API usage limits. You will regain access on "
        "2026-12-01 at 00:00 UTC.",
        "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
        "This organization has been disabled.",
        "Your workspace does not have access to this model.",
    ],
)
def test_accounts_are_fatal(message: str) -> None:
    """What concerns the account comes as a 400 without any code of its own: the night stops."""
    error = translated(raised(400, api_body("invalid_request_error", message)))
    assert (error.kind, error.decision) == ("invalid_request_error", Halt())


@pytest.mark.parametrize(
    "message",
    [
        "messages.0.content.0.text: the organization of your workspace",
        "Output blocked by content filtering policy",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "No.",
    ],
)
def test_a_400_is_about_its_request(message: str) -> None:
    """Any other 400 concerns the request that got it, whatever its fields hold."""
    error = translated(raised(400, api_body("invalid_request_error", message)))
    assert error.decision == GiveUp()


def test_a_400_that_repeats_its_text() -> None:
    """What a server repeats of a text says nothing of the account; what it says besides does."""
    message = "Content not allowed: “Log in to your account”."
    error = raised(400, api_body("invalid_request_error", message))
    kept: dict[str, Any] = {"secrets": [KEY], "now": NOW, "latency_ms": 12}

    asked = '{"segments": ["0|Log in to your account"]}'
    assert engine_error(error, asked=asked, **kept).decision == GiveUp()
    assert engine_error(error, asked="Log in.", **kept).decision == Halt()
    disabled = raised(400, api_body("invalid_request_error", "This organization is disabled."))
    assert engine_error(disabled, asked=asked, **kept).decision == Halt()


def test_a_batch_is_no_text() -> None:
    """Where a gateway forbids a call of the batch endpoints, it is no text that it dislikes."""
    api = BatchApi(anthropic.AsyncAnthropic(api_key=KEY), (KEY,), SystemClock())
    assert api._failure(raised(403, "<html>forbidden</html>"), 0.0).decision == Halt()


def test_unlisted_subclass_takes_after_its_parent() -> None:
    """An error class that the SDK keeps to itself means what its parent means."""
    error = raised(529, api_body("overloaded_error", code="compaction_unavailable"))
    assert type(error) not in MEANINGS
    assert nearest(MEANINGS, error) == MEANINGS[anthropic.OverloadedError]


def test_no_answer_at_all() -> None:
    """A lost connection and a time-out say nothing of the request, the SDK's and our own."""
    request = httpx2.Request("POST", "http://127.0.0.1/v1/messages")
    errors = [
        anthropic.APIConnectionError(request=request),
        anthropic.APITimeoutError(request=request),
        TimeoutError(),
    ]
    told = [(e.kind, e.decision, e.status) for e in map(translated, errors)]
    assert told == [
        ("connection", Outage(), None),
        ("timeout", Outage(), None),
        ("timeout", Outage(), None),
    ]


def test_stranger_is_not_swallowed() -> None:
    """An exception that is not the vendor's is a fault of ours and has no meaning here."""
    with pytest.raises(LookupError, match="ZeroDivisionError"):
        nearest(MEANINGS, ZeroDivisionError())


def test_message() -> None:
    """The message has status and the vendor's own words, and the request's id goes along."""
    error = translated(
        raised(400, api_body("invalid_request_error", "max_tokens: no"), {"request-id": "req_7"})
    )
    assert (str(error), error.request_id, error.latency_ms) == ("400: max_tokens: no", "req_7", 12)


@pytest.mark.parametrize("echoed", [KEY, "sk-proj-another_0123456789"])
def test_no_key_in_a_message(echoed: str) -> None:
    """A gateway that echoes a key in its refusal does not get it into our logs."""
    error = translated(raised(401, api_body("authentication_error", f"bad key {echoed}, sorry")))
    assert str(error) == "401: bad key [key], sorry"


def test_long_message() -> None:
    """A page of HTML becomes one line of at most 500 characters."""
    message = str(translated(raised(502, "<html>\n" + "<p>down</p>\n" * 500)))
    assert (len(message), "\n" in message, message[-1]) == (500, False, "…")
