"""What a briefing says of single texts: notes to translators and limits, by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.briefing import Briefing, MaxChars
from domain.document.plan import Unit, wanted


def annotated(units: Sequence[Unit], briefing: Briefing) -> tuple[Unit, ...]:
    """A document's units with what a briefing says of them beside what the document does.

    Notes follow the document's own, in the briefing's order; of limits the tightest counts. Units
    without a path, such as paragraphs, are as they were.
    """
    limits = [c for c in briefing.constraints if isinstance(c, MaxChars) and c.path is not None]
    if not limits and not briefing.notes:
        return tuple(units)
    return tuple(_annotated(unit, briefing, limits) if unit.path else unit for unit in units)


def _annotated(unit: Unit, briefing: Briefing, limits: Sequence[MaxChars]) -> Unit:
    notes = [note for pattern, note in briefing.notes.items() if wanted(unit.path, [pattern])]
    values = [limit.value for limit in limits if wanted(unit.path, [limit.path or ""])]
    if unit.max_chars is not None:
        values.append(unit.max_chars)
    return replace(
        unit,
        note="; ".join(filter(None, (unit.note, *notes))),
        max_chars=min(values, default=None),
    )
