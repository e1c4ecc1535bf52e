"""Questions that a localization manager asks of the catalog, each with its SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.tables.database import statement

NAMES = (
    "cost_per_thousand_words",
    "cost_by_day_and_model",
    "cost_of_steps",
    "cost_of_corrections",
    "cost_of_unusable_answers",
    "cache_savings",
    "batches_against_messages",
    "memory_savings",
    "cost_against_estimate",
    "dearest_documents",
    "quality_by_model",
    "commonest_errors",
    "segments_for_people",
    "latency_by_model",
    "nights",
    "statuses_by_night",
)
"""In the order they are shown: cost, quality, time."""

_OF_NIGHTS = re.compile(r"\bNOT ((?:\w+\.)?)simulated\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the statement that answers it over the catalog's views.

    Attributes:
        name: of its file in `storage/sql/questions/`.
        title: the question itself, up to its question mark.
        remark: what its first comment says besides; often empty.
        sql: the statement without that comment.
    """

    name: str
    title: str
    remark: str
    sql: str

    @property
    def of_rehearsals(self) -> str:
        """The same asked of rehearsals, which no answer mixes with nights."""
        return _OF_NIGHTS.sub(r"\1simulated", self.sql)


def question(name: str) -> Question:
    """The question of that name, one of `NAMES`."""
    lines = statement(f"questions/{name}").splitlines()
    end = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    asked, mark, remark = " ".join(line[3:] for line in lines[:end]).partition("?")
    return Question(name, asked + mark, remark.strip(), "\n".join(lines[end:]))
