"""Segments as they stand in a request and its answer: one string each, with its number first.

`"4|Press ⟦1⟧Save⟦/1⟧."` says what `{"id": 4, "text": "Press ⟦1⟧Save⟦/1⟧."}` says in a third of the
tokens, and keeps each number beside its text, so that nothing depends on an order. In a request a
place and a limit may follow the number: `"5 button max 20|Save"`; a text without a number, `"|So
far."`, stands around the others and is not asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

_BAR = "|"
_HEAD = re.compile(
    r"\s*(?P<id>[0-9]{1,9})(?: (?P<place>[a-z_]+))?(?: max (?P<max_chars>[0-9]{1,9}))?\s*",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered text.

    Attributes:
        id: of its segment.
        text: the source, or the translation.
        place: where the segment stands, such as `heading`; None: in running text.
        max_chars: the most characters that its translation may have; None: no limit.
    """

    id: int
    text: str
    place: str | None = None
    max_chars: int | None = None

    def __str__(self) -> str:
        place = f" {self.place}" if self.place else ""
        limit = f" max {self.max_chars}" if self.max_chars is not None else ""
        return f"{self.id}{place}{limit}{_BAR}{self.text}"


def read_numbered(entry: Any) -> Numbered | None:
    """What an entry of `segments` says; None where it is no numbered text.

    Args:
        entry: a string; or an object with an integer `id` and a string `text`, which models fall
            back on that are not held to a schema.
    """
    if isinstance(entry, dict):
        number, text = entry.get("id"), entry.get("text")
        if type(number) is int and isinstance(text, str):
            return Numbered(number, text)
        return None
    if not isinstance(entry, str):
        return None
    head, bar, text = entry.partition(_BAR)
    found = _HEAD.fullmatch(head)
    if not bar or found is None:
        return None
    limit = found["max_chars"]
    return Numbered(int(found["id"]), text, found["place"], int(limit) if limit else None)


def unnumbered(text: str) -> str:
    """A text that stands around numbered ones."""
    return _BAR + text


def renumbered(entry: Any, number: int) -> Any:
    """The same entry of a list under another number.

    Args:
        entry: a numbered text, an object with an `id`, or a bare number; what has no number stays.
        number: the new one.
    """
    if isinstance(entry, str):
        found = read_numbered(entry)
        return str(replace(found, id=number)) if found else entry
    return {**entry, "id": number} if isinstance(entry, dict) else number


def number_of(entry: Any) -> int | None:
    """The number of an entry of a list: a numbered text, an object with an `id`, a bare number."""
    if isinstance(entry, str):
        found = read_numbered(entry)
        return found.id if found else None
    number = entry.get("id") if isinstance(entry, dict) else entry
    return number if type(number) is int else None
