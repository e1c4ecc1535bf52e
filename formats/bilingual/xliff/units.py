"""The units of an XLIFF file: sources, targets and their states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from formats.bilingual.xliff.nodes import Node, Segmented, Xliff, segmented
from formats.bilingual.xliff.text import plain

_DONE = {
    "1": frozenset({"final", "signed-off", "translated"}),
    "2": frozenset({"translated", "reviewed", "final"}),
}
_HOLDS_NO_UNIT = frozenset({"header", "skeleton"})
_HOLDS_NO_WORDS = _HOLDS_NO_UNIT | {"alt-trans", "matches", "glossary", "notes"}
_LONGEST_NUMBER = 9
_TO_DO = frozenset({"new", "needs-translation", "initial"})


@dataclass(frozen=True, slots=True)
class XliffUnit:
    """A source that is to be translated, and where its target goes.

    Attributes:
        source: its element; the `mrk` where it is one segment of several.
        target: the target's, where there is one.
        target_place: where a new one goes: behind the source, and the `seg-source` of 1.2.
        stateful: the element that bears the state, where it is there: the target in 1.2, the
            segment in 2.x.
        path: the unit's name or id, in 2.x with its segment's.
        note: what its notes say.
        max_chars: its limit in characters.
        segmented: the element that the source is a segment of, where it is one of several.
        context: what its file has for telling it from the same text elsewhere: in 1.2 what stands
            in context groups whose purpose is `match`.
    """

    source: Node
    target: Node | None
    target_place: int
    stateful: Node | None
    path: str
    note: str
    max_chars: int | None
    segmented: Segmented | None = None
    context: str = ""


def units(text: str, xliff: Xliff) -> Iterator[XliffUnit]:
    """The sources that are to be translated, in order.

    Left alone is what is marked `translate="no"`, what is approved or has a state from
    `translated` on, and what has a target that is not its source, unless its state says that it
    is new.
    """
    for file in xliff.root.children:
        yield from _below(text, file, True, _counts_characters(file))


def held(text: str, xliff: Xliff) -> Iterator[str]:
    """The words of the sources that are marked `translate="no"`, in order, without tags."""
    for file in xliff.root.children:
        for source in _held(file, True):
            yield plain(source.content(text))


def _held(node: Node, translate: bool) -> Iterator[Node]:
    translate = _translated(node, translate)
    if not translate and node.name == "source":
        yield node
    elif node.name not in _HOLDS_NO_WORDS:
        for child in node.children:
            yield from _held(child, translate)


def _translated(node: Node, translate: bool) -> bool:
    """Whether what stands in a node is translated; where it doesn't say so, as around it."""
    return {"yes": True, "no": False}.get(node.attributes.get("translate", ""), translate)


def _below(text: str, node: Node, translate: bool, counts_characters: bool) -> Iterator[XliffUnit]:
    translate = _translated(node, translate)
    if node.name == "trans-unit":
        if translate and node.attributes.get("approved") != "yes":
            yield from _trans_unit(text, node)
    elif node.name == "unit":
        if translate:
            yield from _segments(text, node, counts_characters)
    elif node.name not in _HOLDS_NO_UNIT:
        for child in node.children:
            yield from _below(text, child, translate, counts_characters)


def _trans_unit(text: str, node: Node) -> Iterator[XliffUnit]:
    source, target = node.child("source"), node.child("target")
    if source is None:
        return
    in_characters = node.attributes.get("size-unit") == "char"
    limit = _number(node.attributes.get("maxwidth", "")) if in_characters else None
    path = node.attributes.get("resname") or node.attributes.get("id", "")
    note, context = _told(text, node.children), context_of(text, node.children)
    place = (node.child("seg-source") or source).element.end
    parts = segmented(node)
    if parts is None:
        if not _is_done(text, source, target, target, "1"):
            yield XliffUnit(source, target, place, target, path, note, limit, context=context)
        return
    only = limit if len(parts.marks) == 1 else None
    for mid, mark in parts.marks.items():
        mark_path = f"{path}.{mid}"
        other = parts.target_marks.get(mid)
        if not _is_done(text, mark, other, target, "1"):
            yield XliffUnit(mark, other, place, target, mark_path, note, only, parts, context)


def _segments(text: str, node: Node, counts_characters: bool) -> Iterator[XliffUnit]:
    notes = node.child("notes")
    note = _told(text, notes.children) if notes else ""
    name = node.attributes.get("name") or node.attributes.get("id", "")
    several = sum(child.name == "segment" for child in node.children) > 1
    limit = None if several or not counts_characters else _most_characters(node)
    for segment in node.children:
        source, target = segment.child("source"), segment.child("target")
        if segment.name != "segment" or source is None:
            continue
        if _is_done(text, source, target, segment, "2"):
            continue
        path = ".".join(filter(None, (name, segment.attributes.get("id"))))
        place = source.element.end
        yield XliffUnit(source, target, place, segment, path, note, limit)


def _counts_characters(file: Node) -> bool:
    """Whether a file's sizes are code points, by the size and length restriction module of 2.x."""
    return any(
        child.name == "profiles" and child.attributes.get("generalProfile") == "xliff:codepoints"
        for child in file.children
    )


def _most_characters(unit: Node) -> int | None:
    """The upper limit of a `sizeRestriction`: `max`, or `min,max`."""
    for name, value in unit.attributes.items():
        if name.rsplit(":", 1)[-1] == "sizeRestriction":
            return _number(value.rsplit(",", 1)[-1].strip())
    return None


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) <= _LONGEST_NUMBER else None


def _told(text: str, nodes: Iterable[Node]) -> str:
    """What notes say to translators: not where in a program the text stands."""
    notes = (node for node in nodes if node.name == "note")
    said = (plain(n.content(text)) for n in notes if n.attributes.get("category") != "location")
    return "; ".join(filter(None, said))


def context_of(text: str, nodes: Iterable[Node]) -> str:
    """What context groups of 1.2 hold for look-ups in a translation memory."""
    contexts = (
        plain(context.content(text))
        for group in nodes
        if group.name == "context-group" and "match" in group.attributes.get("purpose", "").split()
        for context in group.children
    )
    return "; ".join(filter(None, contexts))


def _is_done(
    text: str, source: Node, target: Node | None, stateful: Node | None, version: str
) -> bool:
    if target is None or not target.content(text).strip():
        return False
    state = stateful.attributes.get("state", "") if stateful else ""
    if state in _DONE[version]:
        return True
    return state not in _TO_DO and target.content(text).strip() != source.content(text).strip()
