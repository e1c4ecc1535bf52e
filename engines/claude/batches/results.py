"""A line of a batch's results: a message, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anthropic
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.decisions import Decision, GiveUp, Halt, Retry
from domain.errors import EngineError
from engines.claude.errors import concerns_account
from engines.claude.messages import Message, unreadable, usage_in
from engines.online.meanings import readable

DECISIONS: Mapping[str, Decision] = {
    "invalid_request_error": GiveUp(),
    "not_found_error": Halt(),
    "request_too_large": GiveUp(),
    "authentication_error": Halt(),
    "billing_error": Halt(),
    "permission_error": Halt(),
}
"""What to do about a request that errored, by the error's type; any other is asked again."""


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Error(_Lenient):
    type: str
    message: str = ""


class _Envelope(_Lenient):
    error: _Error
    request_id: str | None = None


class _Result(_Lenient):
    type: str
    message: dict[str, Any] | None = None
    error: _Envelope | None = None


class _Line(_Lenient):
    custom_id: str
    result: _Result


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one request of a batch.

    Attributes:
        answer: a message, or what to do about it that there is none; nothing was billed then.
        simulated: whether the simulator answered.
    """

    custom_id: str
    answer: Message | EngineError
    simulated: bool


def item_result(line: object, *, simulated: bool) -> ItemResult:
    """One line of results, as the SDK gives it: it has checked nothing.

    Raises:
        ValueError: it is no line of results.
    """
    data = line.to_dict(mode="json") if isinstance(line, anthropic.BaseModel) else line
    read = _Line.model_validate(data)
    return ItemResult(read.custom_id, _answer(read.result), simulated)


def _answer(result: _Result) -> Message | EngineError:
    if result.type == "succeeded":
        try:
            return Message.model_validate(result.message)
        except ValidationError as error:
            usage = usage_in((result.message or {}).get("usage"))
            failure = unreadable(error, 200, None, 0, usage=usage)
            failure.decision = Retry()  # the API is there, and this item's answer is its own
            return failure
    if result.error is not None:
        found = result.error.error
        return EngineError(
            found.type,
            readable(f"in a batch: {found.message}", ()),
            _decision(found),
            request_id=result.error.request_id,
        )
    return EngineError(result.type, f"the request was {result.type} in its batch", Retry())


def _decision(error: _Error) -> Decision:
    if error.type == "invalid_request_error" and concerns_account(error.message):
        return Halt()
    return DECISIONS.get(error.type, Retry())
