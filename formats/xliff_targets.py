"""Targets of an XLIFF file in their places, with their states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from formats.xliff_units import Segmented, Xliff, XliffUnit

_STATE = re.compile(r"""(?<!\s)\s++state\s*=\s*("[^"]*"|'[^']*')""")
_STATES = {"1": ("translated", "needs-review-translation"), "2": ("translated", "initial")}

Edit = tuple[int, int, str]


class Target(NamedTuple):
    """What a unit's target is to hold, with its codes, and whether people have to look at it."""

    unit: XliffUnit
    content: str
    is_undone: bool


def with_targets(text: str, xliff: Xliff, targets: Sequence[Target], target_lang: str) -> str:
    """A file with targets in, and the target language named where it was not."""
    if not targets:
        return text
    edits = list(_named(text, xliff, target_lang))
    rows: dict[int, list[Target]] = {}
    for one in targets:
        if one.unit.segmented is None:
            state = _STATES[xliff.version][one.is_undone]
            edits += _put(text, xliff, one.unit, one.content, state)
        else:
            rows.setdefault(one.unit.target_place, []).append(one)
    for row in rows.values():
        edits += _put_segments(text, xliff, row)
    return _edited(text, edits)


def _put_segments(text: str, xliff: Xliff, row: Sequence[Target]) -> Iterator[Edit]:
    """The target of a source in segments: what lies between them as in the source.

    A segment that has no translation is empty, and then the target is one to be looked at.
    """
    unit, segmented = row[0].unit, row[0].unit.segmented
    assert segmented is not None
    new = {one.unit.source.attributes.get("mid", ""): one for one in row}
    missing = any(
        mid not in new and not _kept(text, segmented, mid).strip() for mid in segmented.marks
    )
    inner = segmented.source.element
    edits = []
    for mid, mark in segmented.marks.items():
        element = mark.element
        content = new[mid].content if mid in new else _kept(text, segmented, mid)
        opening = text[element.start : element.content_start].removesuffix("/>").removesuffix(">")
        edits.append((element.start, element.end, f"{opening}>{content}</{element.tag}>"))
    content = _edited(text, edits, inner.content_start, inner.content_end)
    state = _STATES[xliff.version][missing or any(one.is_undone for one in row)]
    whole = replace(unit, source=segmented.whole, target=segmented.target)
    yield from _put(text, xliff, whole, content, state)


def _kept(text: str, segmented: Segmented, mid: str) -> str:
    """What the target has for a segment already."""
    mark = segmented.target_marks.get(mid)
    return mark.content(text) if mark else ""


def _put(text: str, xliff: Xliff, unit: XliffUnit, content: str, state: str) -> Iterator[Edit]:
    """A target in its place, and its state."""
    prefix, colon, _ = unit.source.element.tag.rpartition(":")
    tag = f"{prefix}{colon}target"
    own_state = f' state="{state}"' if xliff.version == "1" else ""
    if unit.target is None:
        at = unit.target_place
        line = text.rfind("\n", 0, unit.source.element.start) + 1
        indent = text[line : unit.source.element.start]
        between = "\n" + indent if line and not indent.strip() else ""
        yield at, at, f"{between}<{tag}{own_state}>{content}</{tag}>"
    else:
        element = unit.target.element
        opening = _STATE.sub("", text[element.start : element.content_start])
        opening = opening.removesuffix(">").removesuffix("/").rstrip()
        yield element.start, element.end, f"{opening}{own_state}>{content}</{element.tag}>"
    if xliff.version == "2" and unit.stateful is not None:
        element = unit.stateful.element
        opening = _STATE.sub("", text[element.start : element.content_start])
        yield element.start, element.content_start, f'{opening[:-1].rstrip()} state="{state}">'


def _named(text: str, xliff: Xliff, target_lang: str) -> Iterator[Edit]:
    """The target language, where it is not named."""
    for node in xliff.languages:
        if not node.attributes.get(xliff.language_attribute):
            at = node.element.content_start - 1
            yield at, at, f' {xliff.language_attribute}="{target_lang}"'


def _edited(text: str, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
    """A stretch of a text with edits in."""
    parts = []
    at = start
    for first, last, new in sorted(edits):
        parts += [text[at:first], new]
        at = last
    return "".join((*parts, text[at:end]))
