"""A text with other stretches in the place of some of its own."""

from __future__ import annotations

from collections.abc import Iterable

Edit = tuple[int, int, str]
"""Start and end in characters, and what stands there instead."""


def spliced(text: str, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` with edits in, which do not overlap; those of one place in their order."""
    parts = []
    at = start
    for first, last, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[at:first], new]
        at = last
    return "".join((*parts, text[at:end]))
