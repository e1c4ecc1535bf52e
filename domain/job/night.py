"""A night: a run that takes up jobs, when it began and ended, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.job.job import JobStatus


class NightEnd(StrEnum):
    """How a night ended; one that is under way has not."""

    DONE = "done"
    OVER_BUDGET = "over_budget"
    TOLD_TO_END = "told_to_end"
    HALTED = "halted"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Left:
    """A job that a night worked on and did not bring to its end, as it left it."""

    job_id: str
    status: JobStatus


@dataclass(frozen=True, slots=True)
class Night:
    """A night, or a run on demand.

    What it asked and what that cost is no part of it: it is the sum of the calls that name it.

    Attributes:
        batch_id: its name, which sorts by its beginning.
        began_at: when it was begun.
        engine: who answered, such as `claude`.
        transport: how requests travelled.
        simulated: whether it was a rehearsal: the simulator answered.
        ended_at: when it had ended; None while it is under way, and where it was interrupted.
        ended_as: how; None while it is under way, or as long as nobody noticed that it is not.
        reason: why it ended before its time, in words.
        left: the jobs that it did not bring to their end; every other one that it took up ended.
    """

    batch_id: str
    began_at: datetime
    engine: str
    transport: str
    simulated: bool
    ended_at: datetime | None = None
    ended_as: NightEnd | None = None
    reason: str | None = None
    left: tuple[Left, ...] = ()
