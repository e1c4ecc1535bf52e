"""What two documents must share when all of one but some stretches is copied from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A value in a document's text: `text[start:end]`.

    Attributes:
        name: its key or place, as people are told of it.
        translated: whether a translation may stand there; any other stays as it is.
        markup: tags and codes in it that a translation keeps, sorted.
        lines_left_out: lines of the document before it that are not in the text.
    """

    start: int
    end: int
    name: str
    translated: bool = True
    markup: tuple[str, ...] = ()
    lines_left_out: int = 0


def difference(
    source: str,
    stretches: Sequence[Stretch],
    translated: str,
    new_stretches: Sequence[Stretch],
) -> str | None:
    """The first difference in what stands between the values, in their number and their markup.

    In words; None where there is none.
    """
    at = new_at = 0
    for stretch, new in zip(stretches, new_stretches, strict=False):
        gap, new_gap = source[at : stretch.start], translated[new_at : new.start]
        text, new_text = source[stretch.start : stretch.end], translated[new.start : new.end]
        found = None
        if gap != new_gap:
            found = f"{_parted(gap, new_gap)} before the text of {stretch.name}"
        elif not stretch.translated and text != new_text:
            found = f"{stretch.name} is not to be translated, and changed"
        elif stretch.markup != new.markup:
            found = f"the markup of {stretch.name} changed"
        if found:
            line = source.count("\n", 0, stretch.start) + stretch.lines_left_out + 1
            return f"line {line}: {found}"
        at, new_at = stretch.end, new.end
    if len(stretches) != len(new_stretches):
        return f"{len(stretches)} texts became {len(new_stretches)}"
    gap, new_gap = source[at:], translated[new_at:]
    return None if gap == new_gap else f"{_parted(gap, new_gap)} after the last text"


def _parted(old: str, new: str) -> str:
    """Where two different texts part, each shown from there on."""
    at = next(
        (n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(new)),
    )
    return f"{old[at : at + 40]!r} became {new[at : at + 40]!r}"
