"""Asking the batch endpoints again: nothing is billed by them, so they are asked until they say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from domain.decisions import Retry, SlowDown
from domain.errors import EngineError
from engines.backoff import delay
from engines.clock import Clock

T = TypeVar("T")


async def patiently(
    ask: Callable[[], Awaitable[T]],
    *,
    clock: Clock,
    uniform: Callable[[], float],
    passing: tuple[type[Retry | SlowDown], ...] = (Retry, SlowDown),
    tries: int | None = None,
) -> T:
    """What `ask` gives, asked again while it fails for a passing reason.

    Args:
        clock: the time.
        uniform: a random number from 0 to 1, for delays.
        passing: the decisions after which it is asked again.
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
            if not isinstance(decision, passing) or faults == tries:
                raise
        told = decision.after if isinstance(decision, SlowDown) else None
        await clock.sleep(delay(faults, uniform) if told is None else told)
