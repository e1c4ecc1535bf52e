"""Targets of an XLIFF file in their places, with their states."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from formats.bilingual.xliff.nodes import Node, Segmented, Xliff
from formats.bilingual.xliff.units import XliffUnit
from formats.common.spliced import Edit, spliced

_ATTRIBUTE = re.compile(r"""(?<!\s)\s++(?P<name>[^\s=<>"'/]++)\s*+=\s*+(?:"[^"]*+"|'[^']*+')""")
_OF_STATE = frozenset({"state", "state-qualifier", "subState"})
_STATES = {"1": ("translated", "needs-review-translation"), "2": ("translated", "initial")}


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
            edits += _put(text, xliff, one.unit, one.content, state, one.unit.source)
        else:
            rows.setdefault(one.unit.target_place, []).append(one)
    for row in rows.values():
        edits += _put_segments(text, xliff, row)
    return spliced(text, edits)


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
    content = spliced(text, edits, inner.content_start, inner.content_end)
    state = _STATES[xliff.version][missing or any(one.is_undone for one in row)]
    whole = replace(unit, source=segmented.whole, target=segmented.target)
    yield from _put(text, xliff, whole, content, state, segmented.source)


def _kept(text: str, segmented: Segmented, mid: str) -> str:
    """What the target has for a segment already."""
    mark = segmented.target_marks.get(mid)
    return mark.content(text) if mark else ""


def _put(
    text: str, xliff: Xliff, unit: XliffUnit, content: str, state: str, origin: Node
) -> Iterator[Edit]:
    """A target in its place, and its state; what was said of another translation goes.

    Args:
        origin: the element whose content the target's is made of.
    """
    prefix, colon, _ = unit.source.element.tag.rpartition(":")
    tag = f"{prefix}{colon}target"
    own_state = f' state="{state}"' if xliff.version == "1" else ""
    if unit.target is None:
        at = unit.target_place
        line = text.rfind("\n", 0, unit.source.element.start) + 1
        indent = text[line : unit.source.element.start]
        line_end = "\r\n" if text.endswith("\r\n", 0, line) else "\n"
        between = line_end + indent if line and not indent.strip() else ""
        declared = _declared(origin, None)
        yield at, at, f"{between}<{tag}{own_state}{declared}>{content}</{tag}>"
    else:
        element = unit.target.element
        opening = _without(text[element.start : element.content_start], _OF_STATE)
        opening = opening.removesuffix(">").removesuffix("/").rstrip()
        declared = _declared(origin, unit.target)
        tag = element.tag
        yield element.start, element.end, f"{opening}{own_state}{declared}>{content}</{tag}>"
    if xliff.version == "2" and unit.stateful is not None:
        yield _told(text, unit.stateful, "state", state, _OF_STATE)


def _declared(source: Node, target: Node | None) -> str:
    """What a source says and its target does not: namespaces, for the codes in both, and whether
    white space counts."""
    there = target.attributes if target else {}
    return "".join(
        f" {name}={quoteattr(value)}"
        for name, value in source.attributes.items()
        if (name in ("xmlns", "xml:space") or name.startswith("xmlns:")) and name not in there
    )


def _named(text: str, xliff: Xliff, target_lang: str) -> Iterator[Edit]:
    """The target language, where it is not named."""
    name = xliff.language_attribute
    for node in xliff.languages:
        if not node.attributes.get(name):
            yield _told(text, node, name, target_lang, (name,))


def _told(text: str, node: Node, name: str, value: str, instead_of: Collection[str]) -> Edit:
    """A start tag with an attribute instead of others."""
    element = node.element
    opening = _without(text[element.start : element.content_start], instead_of)
    end = "/>" if opening.endswith("/>") else ">"
    opening = f'{opening.removesuffix(end).rstrip()} {name}="{value}"{end}'
    return element.start, element.content_start, opening


def _without(opening: str, names: Collection[str]) -> str:
    """A start tag without some attributes."""
    return _ATTRIBUTE.sub(lambda match: "" if match["name"] in names else match[0], opening)
