"""What each of the vendor's errors means for us: one table, exhaustive by test."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import anthropic

from domain.decisions import Decision, GiveUp, Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from engines.limits.headers import retry_after

LONGEST_MESSAGE = 500
"""Characters; a gateway's error may be a whole page of HTML."""

Rule = Callable[[float | None], Decision]


def _retry(_after: float | None) -> Decision:
    return Retry()


def _slow_down(after: float | None) -> Decision:
    return SlowDown(after)


def _outage(after: float | None) -> Decision:
    return Outage(after)


def _give_up(_after: float | None) -> Decision:
    return GiveUp()


def _halt(_after: float | None) -> Decision:
    return Halt()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one class of error is called in the ledger, and what to do about it."""

    kind: str
    rule: Rule


MEANINGS: Mapping[type[Exception], Meaning] = {
    # No answer came.
    TimeoutError: Meaning("timeout", _outage),
    anthropic.APITimeoutError: Meaning("timeout", _outage),
    anthropic.APIConnectionError: Meaning("connection", _outage),
    anthropic.RetryableError: Meaning("connection", _outage),
    # An answer came that is not the API's.
    anthropic.APIError: Meaning("api_error", _outage),
    anthropic.APIResponseValidationError: Meaning("broken_response", _outage),
    anthropic.APIWebhookValidationError: Meaning("broken_response", _give_up),
    # The client was set up or used wrongly.
    anthropic.AnthropicError: Meaning("client_error", _give_up),
    anthropic.CredentialsError: Meaning("authentication_error", _halt),
    anthropic.IdentityTokenFileError: Meaning("authentication_error", _halt),
    anthropic.WorkloadIdentityError: Meaning("authentication_error", _halt),
    # By HTTP status.
    anthropic.APIStatusError: Meaning("api_error", _give_up),
    anthropic.BadRequestError: Meaning("invalid_request_error", _give_up),
    anthropic.AuthenticationError: Meaning("authentication_error", _halt),
    anthropic.PaymentRequiredError: Meaning("billing_error", _halt),
    anthropic.PermissionDeniedError: Meaning("permission_error", _halt),
    anthropic.NotFoundError: Meaning("not_found_error", _halt),
    anthropic.RequestTimeoutError: Meaning("timeout_error", _outage),
    anthropic.ConflictError: Meaning("conflict_error", _retry),
    anthropic.PreconditionFailedError: Meaning("precondition_failed", _give_up),
    anthropic.ContentTooLargeError: Meaning("request_too_large", _give_up),
    anthropic.UnprocessableEntityError: Meaning("invalid_request_error", _give_up),
    anthropic.RateLimitError: Meaning("rate_limit_error", _slow_down),
    anthropic.RequestHeaderFieldsTooLargeError: Meaning("request_too_large", _give_up),
    anthropic.ClientClosedRequestError: Meaning("connection", _outage),
    anthropic.InternalServerError: Meaning("api_error", _outage),
    anthropic.HTTPNotImplementedError: Meaning("not_implemented", _give_up),
    anthropic.ServiceUnavailableError: Meaning("service_unavailable", _outage),
    anthropic.GatewayTimeoutError: Meaning("timeout_error", _outage),
    anthropic.OverloadedError: Meaning("overloaded_error", _outage),
    # By the error's own code: what the account has to set right first.
    anthropic.EnforcedSpendLimitReachedError: Meaning("spend_limit_reached", _halt),
    anthropic.ContractSpendLimitReachedError: Meaning("spend_limit_reached", _halt),
    anthropic.LinkedOrganizationSpendLimitReachedError: Meaning("spend_limit_reached", _halt),
    anthropic.LinkedOrganizationBillingUnavailableError: Meaning("billing_error", _halt),
    anthropic.OrganizationOnHoldError: Meaning("permission_error", _halt),
    anthropic.OrganizationTypeNotSupportedError: Meaning("permission_error", _halt),
    anthropic.ParentOrganizationRequiredError: Meaning("permission_error", _halt),
    anthropic.SandboxEgressRestrictedError: Meaning("permission_error", _halt),
    anthropic.CMEKKeyDisabledError: Meaning("permission_error", _halt),
    anthropic.CMEKKeyNetworkBlockedError: Meaning("permission_error", _halt),
    anthropic.WorkspaceHumanReviewDisabledError: Meaning("permission_error", _halt),
    anthropic.ClaudeCodeKeyCreatorNotMemberError: Meaning("authentication_error", _halt),
    anthropic.ClaudeCodeVersionTooOldError: Meaning("permission_error", _halt),
    # By the error's own code: what passes, and what does not.
    anthropic.RampLimitExceededError: Meaning("rate_limit_error", _slow_down),
    anthropic.CMEKKeyUnreachableError: Meaning("service_unavailable", _outage),
    anthropic.CMEKContextUnavailableError: Meaning("service_unavailable", _outage),
    anthropic.RequestBodyEncodingInvalidError: Meaning("invalid_request_error", _give_up),
    anthropic.RequestBodyEncodingUnsupportedError: Meaning("invalid_request_error", _give_up),
    anthropic.RequestBodyTooLargeAfterDecodingError: Meaning("request_too_large", _give_up),
}
"""Every exception the SDK exports, each by itself; subclasses that it does not, by their parent."""

TYPES: Mapping[str, Rule] = {
    "authentication_error": _halt,
    "billing_error": _halt,
    "overloaded_error": _outage,
    "rate_limit_error": _slow_down,
}
"""Error types that concern every request: they count whatever status they come with.

Gateways in front of the API have statuses of their own (an `overloaded_error` may be a 500, a
`billing_error` a 400). A Halt by class is never softened by them.
"""


ACCOUNT = re.compile(
    r"credit balance|plans & billing|(api|workspace) usage limits|spend(ing)? limit|regain access"
    r"|\b(your|this|the) (\w+ ){0,2}(organi[sz]ation|workspace|account)\b",
    re.IGNORECASE,
)
"""What a 400 says that concerns the account and no request in particular.

The API has no type and no code for these: "Your credit balance is too low to access the Anthropic
API", "You have reached your specified workspace API usage limits", "This organization has been
disabled" all come as `invalid_request_error`. What is wrong with a request's own fields names them
first (`messages.0.content: …`), so a message of that form never counts.
"""

_FIELD = re.compile(r"[a-z_]+(\.[a-z0-9_]+)*: ")


def concerns_account(message: str, asked: str = "") -> bool:
    """Whether the message of an `invalid_request_error` is about the account as a whole.

    Args:
        message: what the API or a server like it said.
        asked: the question it is about: some servers repeat of it what they dislike.
    """
    said = (match[0] for match in ACCOUNT.finditer(message))
    return any(words not in asked for words in said) and _FIELD.match(message) is None


def engine_error(
    error: Exception, *, secrets: Collection[str], now: datetime, latency_ms: int, asked: str = ""
) -> EngineError:
    """The vendor's error in our terms.

    Args:
        error: raised by the SDK, or a TimeoutError of our own.
        secrets: strings that must not show in the message.
        now: our time of day, to reckon a `retry-after` date.
        latency_ms: milliseconds from sending to failing.
        asked: the text of the question.
    """
    meaning = meaning_of(error)
    if not isinstance(error, anthropic.APIStatusError):
        message = str(error) or meaning.kind
        if isinstance(error, anthropic.APIConnectionError) and error.__cause__ is not None:
            message = f"{message.rstrip('.')}: {error.__cause__}"
        decision = meaning.rule(None)
        return EngineError(
            meaning.kind,
            readable(message, secrets),
            decision,
            latency_ms=latency_ms,
            unsent=was_never_sent(error),
        )
    vendor_type: str | None = error.type if isinstance(error.type, str) else None
    after = retry_after(error.response.headers, now)
    decision = meaning.rule(after)
    if not isinstance(decision, Halt):
        decision = TYPES.get(vendor_type or "", meaning.rule)(after)
    message = error.api_message if isinstance(error.api_message, str) else error.message
    if isinstance(error, anthropic.BadRequestError) and concerns_account(message, asked):
        decision = Halt()
    if vendor_type is None:  # a gateway's page, not the API's word
        if isinstance(error, anthropic.NotFoundError):
            decision = Outage(after)
        if isinstance(error, anthropic.PermissionDeniedError):
            decision = GiveUp()  # a firewall may dislike one text; if it is all, that shows
    return EngineError(
        _kind(meaning, vendor_type),
        readable(f"{error.status_code}: {message}", secrets),
        decision,
        status=error.status_code,
        request_id=error.request_id,
        latency_ms=latency_ms,
    )


def was_never_sent(error: BaseException | None) -> bool:
    """Whether an error says that no connection was made, so that nothing was sent.

    httpx's own ConnectError does not: a server that took the request and hung up is one too.
    """
    while error is not None:
        if isinstance(error, aiohttp.ClientConnectorError):
            return True
        error = error.__cause__
    return False


def meaning_of(error: Exception) -> Meaning:
    """The meaning of an error's class, or of its nearest parent's.

    Raises:
        LookupError: neither the class nor a parent is the vendor's.
    """
    for cls in type(error).__mro__:
        if cls in MEANINGS:
            return MEANINGS[cls]
    raise LookupError(type(error).__name__)


def readable(message: str, secrets: Collection[str]) -> str:
    """A message fit for a log: without keys, on one line, not too long."""
    for secret in secrets:
        message = message.replace(secret, "[key]")
    message = re.sub(r"sk-[\w-]{8,}", "[key]", message)
    message = " ".join(message.split())
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


def _kind(meaning: Meaning, vendor_type: str | None) -> str:
    # The vendor's type is the better-known word, but hides what makes these few special.
    if vendor_type is None or meaning.kind == "spend_limit_reached":
        return meaning.kind
    return vendor_type
