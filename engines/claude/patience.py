"""Asking the batch endpoints again: nothing is billed by them, so they are asked until they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.decisions import Retry, SlowDown
from domain.errors import EngineError
from engines.backoff import delay
from engines.clock import Clock

T = TypeVar("T")


def is_passing(error: EngineError) -> bool:
    """Whether a fault passes by itself."""
    return isinstance(error.decision, Retry | SlowDown)


def was_not_taken(error: EngineError) -> bool:
    """Whether a fault passes, and what was sent was surely not taken: it may be sent again."""
    return error.unsent or isinstance(error.decision, SlowDown)


async def patiently(
    ask: Callable[[], Awaitable[T]],
    *,
    clock: Clock,
    uniform: Callable[[], float],
    passing: Callable[[EngineError], bool] = is_passing,
    tries: int | None = None,
) -> T:
    """What `ask` gives, asked again while it fails for a passing reason.

    Args:
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        passing: says of a fault whether it is asked again.
        tries: so often at most; None is without end.

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
            if not passing(error) or faults == tries:
                raise
        told = decision.after if isinstance(decision, SlowDown) else None
        await clock.sleep(delay(faults, uniform) if told is None else told)
