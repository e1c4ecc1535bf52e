"""What jobs were estimated to cost, against what they did cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.job.job import Job


@dataclass(frozen=True, slots=True)
class Comparison:
    """What some jobs were estimated to cost and what they cost, in EUR.

    Attributes:
        jobs: how many of them there are.
        predicted_eur: as estimated.
        actual_eur: as the ledger has it, over all nights that worked on them.
    """

    jobs: int
    predicted_eur: Decimal
    actual_eur: Decimal

    def __str__(self) -> str:
        jobs = f"{self.jobs:,} job" + ("s" if self.jobs != 1 else "")
        said = (
            f"estimated for {jobs}: {self.predicted_eur:,.4f} EUR; "
            f"actual cost: {self.actual_eur:,.4f} EUR"
        )
        if not self.actual_eur:
            return said
        return f"{said}; the estimate was off by {self.predicted_eur / self.actual_eur - 1:+.1%}"


def prediction_key(content_key: str, *, rehearsal: bool) -> str:
    """Under what an estimate of some content is kept; that of a rehearsal stands apart."""
    return f"rehearsal {content_key}" if rehearsal else content_key


def compared(jobs: Iterable[Job], predictions: Mapping[str, Decimal]) -> Comparison | None:
    """Those of some jobs that have ended and were estimated; None where there is none.

    Args:
        jobs: as they ended.
        predictions: EUR by `prediction_key`.
    """
    ended = [job for job in jobs if job.status.is_terminal and _key(job) in predictions]
    if not ended:
        return None
    return Comparison(
        len(ended),
        sum((predictions[_key(job)] for job in ended), Decimal(0)),
        sum((job.cost_eur for job in ended), Decimal(0)),
    )


def _key(job: Job) -> str:
    return prediction_key(job.content_key, rehearsal=job.simulated)
