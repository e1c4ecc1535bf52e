"""What an error of any vendor's may mean for us, and how it is told in a log."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

import aiohttp

from domain.decisions import Decision, GiveUp, Halt, Outage, Retry, SlowDown

LONGEST_MESSAGE = 500
"""Characters; a gateway's error may be a whole page of HTML."""

Rule = Callable[[float | None], Decision]
"""The decision about an error, by the seconds until its sender wants to be asked again."""


def retry(_after: float | None) -> Decision:
    """Ask again: a passing fault of this request's own."""
    return Retry()


def slow_down(after: float | None) -> Decision:
    """Everyone waits: the engine is at its limit."""
    return SlowDown(after)


def outage(after: float | None) -> Decision:
    """Everyone waits: the engine is away."""
    return Outage(after)


def give_up(_after: float | None) -> Decision:
    """Asking again changes nothing."""
    return GiveUp()


def halt(_after: float | None) -> Decision:
    """Nothing can be asked at all."""
    return Halt()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one class of error is called in the ledger, and what to do about it."""

    kind: str
    rule: Rule


Found = TypeVar("Found")


def nearest(meanings: Mapping[type[Exception], Found], error: Exception) -> Found:
    """What a table says of an error's class, or of its nearest parent's.

    Raises:
        LookupError: neither the class nor a parent stands in it.
    """
    for cls in type(error).__mro__:
        if cls in meanings:
            return meanings[cls]
    raise LookupError(type(error).__name__)


def was_never_sent(error: BaseException | None) -> bool:
    """Whether an error says that no connection was made, so that nothing was sent.

    httpx's own ConnectError does not: a server that took the request and hung up is one too.
    """
    while error is not None:
        if isinstance(error, aiohttp.ClientConnectorError):
            return True
        error = error.__cause__
    return False


def readable(message: str, secrets: Collection[str]) -> str:
    """A message fit for a log: without keys, on one line, not too long."""
    for secret in secrets:
        message = message.replace(secret, "[key]")
    message = re.sub(r"sk-[\w-]{8,}", "[key]", message)
    message = " ".join(message.split())
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"
