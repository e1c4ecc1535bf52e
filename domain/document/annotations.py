"""What a briefing says of single texts: notes to translators and limits, by path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.briefing import Briefing, MaxChars
from domain.document.plan import Unit, wanted


def annotated(units: Sequence[Unit], briefing: Briefing) -> tuple[Unit, ...]:
    """A document's units with what a briefing says of them beside what the document does.

    Notes follow the document's own, in the briefing's order; of limits the tightest counts; where
    a text is the same by its key alone, that is a context too. Units without a path, such as
    paragraphs, are as they were.
    """
    limits = [c for c in briefing.constraints if isinstance(c, MaxChars) and c.path is not None]
    if not limits and not briefing.notes and not briefing.by_key:
        return tuple(units)
    return tuple(_annotated(unit, briefing, limits) if unit.path else unit for unit in units)


def _annotated(unit: Unit, briefing: Briefing, limits: Sequence[MaxChars]) -> Unit:
    notes = [note for pattern, note in briefing.notes.items() if wanted(unit.path, [pattern])]
    values = [limit.value for limit in limits if wanted(unit.path, [limit.path or ""])]
    if unit.max_chars is not None:
        values.append(unit.max_chars)
    of_key = unit.path if any(wanted(unit.path, [pattern]) for pattern in briefing.by_key) else ""
    return replace(
        unit,
        context="; ".join(dict.fromkeys(filter(None, (unit.context, of_key)))),
        note="; ".join(filter(None, (unit.note, *notes))),
        max_chars=min(values, default=None),
    )
