"""What a run tells while it is under way, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from domain.cost.spent import Spent
from domain.job.job import Job
from engines.availability import Wait


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a night stands.

    Attributes:
        jobs_total: jobs the night took up.
        jobs_done: those of them that have ended, in whatever way.
        segments_total: segments known so far; it grows as documents are taken apart.
        segments_done: those of them that have ended.
        input_tokens: every input token used so far, cache included.
        output_tokens: every output token used so far.
        cost_eur: what it has cost so far, in EUR.
        elapsed_s: seconds since the night began.
        missing: what the engine lacks and the night does without, a sentence each.
        waiting: what the night waits for at present, a sentence each.
    """

    jobs_total: int
    jobs_done: int
    segments_total: int
    segments_done: int
    input_tokens: int
    output_tokens: int
    cost_eur: Decimal
    elapsed_s: float
    missing: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NightReport:
    """How a night ended.

    Attributes:
        night: the night's name, its folder in the outbox.
        jobs: all jobs it took up, as they stand now.
        outbox: the folder its results lie in.
        simulated: whether any answer came from the simulator.
        prefect_url: where its flow run can be looked at; None where no server kept it.
        halted: why it stopped before its end; None where it did not.
        seconds: from its first job to its last.
        is_over_budget: whether that was because its budget was reached.
        is_told_to_end: whether that was because someone wanted it to end.
        rejected: what lay in the inbox and was not taken in, each with its reason.
        refused: how many of those were refused: something there is to be mended.
        lost: ids of jobs that another run took from it while it was silent.
        spent: by job id, what it spent on each.
        reasons: why jobs failed, or could not be delivered, in words by their ids.
        waits: the stretches in which it waited for the engine.
    """

    night: str
    jobs: tuple[Job, ...]
    outbox: Path
    simulated: bool
    prefect_url: str | None
    halted: str | None
    rejected: tuple[str, ...] = ()
    refused: int = 0
    lost: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    is_over_budget: bool = False
    is_told_to_end: bool = False
    spent: Mapping[str, Spent] = field(default_factory=dict)
    waits: tuple[Wait, ...] = ()

    @property
    def own(self) -> Spent:
        """What it spent in all."""
        return sum(self.spent.values(), Spent())


ENOUGH_DONE = 20
"""Segments from which on the pace says something; a twentieth of them all where that is fewer."""


def time_left(progress: Progress) -> float | None:
    """Seconds left at the pace so far; None while too little is done to tell."""
    done, total = progress.segments_done, progress.segments_total
    if not done or not progress.elapsed_s or done < min(ENOUGH_DONE, total / 20):
        return None
    return max(total - done, 0) * progress.elapsed_s / done


def waiting(waits: Iterable[Wait]) -> tuple[str, ...]:
    """What is waited for at present, a sentence each, in local time."""
    return tuple(
        f"waiting for the API since {clock(wait.since)}, asking again at {clock(wait.again)}: "
        f"{wait.model}: {wait.why}"
        for wait in waits
        if wait.until is None
    )


def waited(waits: Iterable[Wait]) -> tuple[str, ...]:
    """What was waited for, a sentence each, in local time."""
    return tuple(
        f"from {clock(wait.since)} to {clock(wait.until)}: {wait.model}: {wait.why}"
        if wait.until is not None
        else f"from {clock(wait.since)} on: {wait.model}: {wait.why}"
        for wait in waits
    )


def clock(moment: datetime) -> str:
    """A moment as a clock on this machine's wall shows it, to the minute."""
    return f"{moment.astimezone():%H:%M}"
