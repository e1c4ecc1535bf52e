"""Short texts of a job that were left in the source language, told by how many were."""

from __future__ import annotations

from collections.abc import Iterator

from domain.checks.around.rows import Rows
from domain.checks.language.short_left import Kind, Sent, as_it_was, kind_of, left_by_habit
from domain.checks.pair import finding
from domain.checks.quality import Finding, Severity

LEFT = "accuracy/untranslated/several"
"""How these findings name themselves."""


def left(rows: Rows, *, source_lang: str, target_lang: str) -> Iterator[tuple[int, Finding]]:
    """The short texts that came back as they were, where people leave far fewer of a job's.

    What may be a name, a loan word or code is not among them; longer labels are evidence, and told
    by themselves.
    """
    same = [row for row in rows if as_it_was(row.before, row.after)]
    accused = {
        row.number for row in same if kind_of(row.before, source_lang, target_lang) is not None
    }
    if not accused:
        return
    kinds = ((row, kind_of(row.before, source_lang, target_lang)) for row in rows)
    sent = [Sent(kind, row.number in accused) for row, kind in kinds if kind is not None]
    if not left_by_habit(sent):
        return
    for row in same:
        if kind_of(row.before, source_lang, target_lang) in (Kind.WORD, Kind.TITLE):
            explanation = "The text is left in the source language, as many others here are."
            span = row.after.strip()
            yield row.number, finding(Severity.MAJOR, LEFT, span, explanation)
