"""What is known of one job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from domain.cost.call import Call
from domain.job.job import Job
from domain.job.notes import LoggedError, Note
from domain.job.segment import Segment
from storage.tables.tables import TABLES

Columns: TypeAlias = Sequence[str] | None
"""Columns of a table; None for all of them."""

EVERYTHING: Mapping[str, Columns] = dict.fromkeys(TABLES)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job as last committed.

    Attributes:
        job: its row; tokens, cost and `simulated` are sums over `calls`.
        segments: by id.
        calls: oldest first.
        notes: oldest first, without those taken back.
        errors: oldest first.
    """

    job: Job
    segments: tuple[Segment, ...] = ()
    calls: tuple[Call, ...] = ()
    notes: tuple[Note, ...] = ()
    errors: tuple[LoggedError, ...] = ()
