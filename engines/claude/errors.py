"""What each of the vendor's errors means for us: one table, exhaustive by test."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime

import anthropic

from domain.decisions import GiveUp, Halt, Outage
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
    anthropic.APITimeoutError: Meaning("timeout", outage),
    anthropic.APIConnectionError: Meaning("connection", outage),
    anthropic.RetryableError: Meaning("connection", outage),
    # An answer came that is not the API's.
    anthropic.APIError: Meaning("api_error", outage),
    anthropic.APIResponseValidationError: Meaning("broken_response", outage),
    anthropic.APIWebhookValidationError: Meaning("broken_response", give_up),
    # The client was set up or used wrongly.
    anthropic.AnthropicError: Meaning("client_error", give_up),
    anthropic.CredentialsError: Meaning("authentication_error", halt),
    anthropic.IdentityTokenFileError: Meaning("authentication_error", halt),
    anthropic.WorkloadIdentityError: Meaning("authentication_error", halt),
    # By HTTP status.
    anthropic.APIStatusError: Meaning("api_error", give_up),
    anthropic.BadRequestError: Meaning("invalid_request_error", give_up),
    anthropic.AuthenticationError: Meaning("authentication_error", halt),
    anthropic.PaymentRequiredError: Meaning("billing_error", halt),
    anthropic.PermissionDeniedError: Meaning("permission_error", halt),
    anthropic.NotFoundError: Meaning("not_found_error", halt),
    anthropic.RequestTimeoutError: Meaning("timeout_error", outage),
    anthropic.ConflictError: Meaning("conflict_error", retry),
    anthropic.PreconditionFailedError: Meaning("precondition_failed", give_up),
    anthropic.ContentTooLargeError: Meaning("request_too_large", give_up),
    anthropic.UnprocessableEntityError: Meaning("invalid_request_error", give_up),
    anthropic.RateLimitError: Meaning("rate_limit_error", slow_down),
    anthropic.RequestHeaderFieldsTooLargeError: Meaning("request_too_large", give_up),
    anthropic.ClientClosedRequestError: Meaning("connection", outage),
    anthropic.InternalServerError: Meaning("api_error", outage),
    anthropic.HTTPNotImplementedError: Meaning("not_implemented", give_up),
    anthropic.ServiceUnavailableError: Meaning("service_unavailable", outage),
    anthropic.GatewayTimeoutError: Meaning("timeout_error", outage),
    anthropic.OverloadedError: Meaning("overloaded_error", outage),
    # By the error's own code: what the account has to set right first.
    anthropic.EnforcedSpendLimitReachedError: Meaning("spend_limit_reached", halt),
    anthropic.ContractSpendLimitReachedError: Meaning("spend_limit_reached", halt),
    anthropic.LinkedOrganizationSpendLimitReachedError: Meaning("spend_limit_reached", halt),
    anthropic.LinkedOrganizationBillingUnavailableError: Meaning("billing_error", halt),
    anthropic.OrganizationOnHoldError: Meaning("permission_error", halt),
    anthropic.OrganizationTypeNotSupportedError: Meaning("permission_error", halt),
    anthropic.ParentOrganizationRequiredError: Meaning("permission_error", halt),
    anthropic.SandboxEgressRestrictedError: Meaning("permission_error", halt),
    anthropic.CMEKKeyDisabledError: Meaning("permission_error", halt),
    anthropic.CMEKKeyNetworkBlockedError: Meaning("permission_error", halt),
    anthropic.WorkspaceHumanReviewDisabledError: Meaning("permission_error", halt),
    anthropic.ClaudeCodeKeyCreatorNotMemberError: Meaning("authentication_error", halt),
    anthropic.ClaudeCodeVersionTooOldError: Meaning("permission_error", halt),
    # By the error's own code: what passes, and what does not.
    anthropic.RampLimitExceededError: Meaning("rate_limit_error", slow_down),
    anthropic.CMEKKeyUnreachableError: Meaning("service_unavailable", outage),
    anthropic.CMEKContextUnavailableError: Meaning("service_unavailable", outage),
    anthropic.RequestBodyEncodingInvalidError: Meaning("invalid_request_error", give_up),
    anthropic.RequestBodyEncodingUnsupportedError: Meaning("invalid_request_error", give_up),
    anthropic.RequestBodyTooLargeAfterDecodingError: Meaning("request_too_large", give_up),
}
"""Every exception the SDK exports, each by itself; subclasses that it does not, by their parent."""

TYPES: Mapping[str, Rule] = {
    "authentication_error": halt,
    "billing_error": halt,
    "overloaded_error": outage,
    "rate_limit_error": slow_down,
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
    meaning = nearest(MEANINGS, error)
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


def _kind(meaning: Meaning, vendor_type: str | None) -> str:
    # The vendor's type is the better-known word, but hides what makes these few special.
    if vendor_type is None or meaning.kind == "spend_limit_reached":
        return meaning.kind
    return vendor_type
