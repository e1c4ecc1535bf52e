"""Asking again: briefly before a night, patiently what is not billed, until it is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from domain.decisions import Halt, Outage, Retry, SlowDown
from domain.errors import EngineError
from engines.clock import Clock
from engines.limits.backoff import delay
from engines.limits.limiter import Limiter

BATCHES = "batches"
"""The lane of the batch endpoints at the gate."""

LONGEST_LOOK = 5.0
"""Seconds between two tries before a night, whatever is asked for; the night itself can wait."""

T = TypeVar("T")


def is_passing(error: EngineError) -> bool:
    """Whether a fault passes by itself."""
    return isinstance(error.decision, Retry | SlowDown | Outage)


def was_not_taken(error: EngineError) -> bool:
    """Whether a fault passes, and what was sent was surely not taken: it may be sent again."""
    return is_passing(error) and not may_be_taken(error)


def may_be_taken(error: EngineError) -> bool:
    """Whether what was sent may have been taken for all that an error came back."""
    if error.unsent or isinstance(error.decision, SlowDown):
        return False
    return error.status is None or error.status in (408, 409) or 499 <= error.status != 529


async def briefly(
    ask: Callable[[], Awaitable[T]],
    *,
    clock: Clock,
    uniform: Callable[[], float],
    tries: int,
) -> T:
    """What `ask` gives, asked again a few times while it fails for a passing reason.

    Args:
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        tries: so often at most.

    Raises:
        EngineError: it failed for another reason, or too often.
    """
    faults = 0
    while True:
        try:
            return await ask()
        except EngineError as error:
            faults += 1
            decision = error.decision
            if not is_passing(error) or faults == tries:
                raise
        told = decision.after if isinstance(decision, SlowDown | Outage) else None
        await clock.sleep(min(LONGEST_LOOK, told or delay(faults, uniform)))


async def patiently(
    ask: Callable[[], Awaitable[T]],
    key: Hashable,
    *,
    limiter: Limiter,
    clock: Clock,
    uniform: Callable[[], float],
    passing: Callable[[EngineError], bool] = is_passing,
    tries: int | None = None,
) -> T:
    """What `ask` gives, asked again while it fails for a passing reason.

    Args:
        key: what is asked, for the gate to tell whether a fault is its own.
        limiter: holds all of them while the API is away, which counts as no try.
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        passing: says of a fault whether it is asked again.
        tries: so often at most; None is without end.

    Raises:
        EngineError: it failed for another reason, too often, or the API was away for too long.
    """
    faults = 0
    while True:
        async with limiter.passage(BATCHES, 0, key) as passage:
            try:
                found = await ask()
            except EngineError as error:
                failure = passage.failed(error, {})
            else:
                passage.answered({})
                return found
        if isinstance(failure.decision, Halt):
            limiter.shut(str(failure))
        if not passing(failure):
            raise failure
        if not isinstance(failure.decision, Outage):
            faults += 1
            if faults == tries:
                raise failure
        if isinstance(failure.decision, Retry):
            await clock.sleep(delay(faults, uniform))
