"""A trial: what a model that assesses made of planted errors, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.judge.verdict import Tally


@dataclass(frozen=True, slots=True)
class Trial:
    """One request in which errors were planted, and what came of it.

    Attributes:
        trial_id: a UUIDv7.
        judge: what a verdict is on, a SHA-256 in hex: a model with what it is told, for one owner.
        batch_id: the night that asked.
        job_id: the job whose texts were shown, and that paid.
        engine: who answered.
        model: the model that assesses.
        source_lang: BCP-47.
        target_lang: BCP-47.
        simulated: whether the simulator answered.
        ended_at: when it was answered.
        tally: what came of it.
    """

    trial_id: str
    judge: str
    batch_id: str
    job_id: str
    engine: str
    model: str
    source_lang: str
    target_lang: str
    simulated: bool
    ended_at: datetime
    tally: Tally
