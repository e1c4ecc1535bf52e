"""The units of an XLIFF file, of version 1.2 or 2.x: sources, targets and their states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.errors import DocumentError
from formats.xliff_text import plain
from formats.xml_elements import Element, elements

_DEEPEST = 40
_DONE = {
    "1": frozenset({"final", "signed-off", "translated"}),
    "2": frozenset({"translated", "reviewed", "final"}),
}
_LONGEST_NUMBER = 9
_TO_DO = frozenset({"new", "needs-translation", "initial"})


@dataclass(slots=True)
class Node:
    """An element with those in it."""

    element: Element
    name: str
    children: list[Node] = field(default_factory=list)

    @property
    def attributes(self) -> Mapping[str, str]:
        return self.element.attributes

    def child(self, name: str) -> Node | None:
        """The first element of a name directly in it."""
        return next((child for child in self.children if child.name == name), None)

    def content(self, text: str) -> str:
        """What stands between its tags."""
        return text[self.element.content_start : self.element.content_end]


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
    """

    source: Node
    target: Node | None
    target_place: int
    stateful: Node | None
    path: str
    note: str
    max_chars: int | None
    segmented: Segmented | None = None


@dataclass(frozen=True, slots=True)
class Segmented:
    """A source of 1.2 that is split into segments, each a `mrk` with its `mid`.

    Attributes:
        whole: the `source`.
        source: the `seg-source`.
        target: the `target`, where there is one.
    """

    whole: Node
    source: Node
    target: Node | None

    @property
    def marks(self) -> dict[str, Node]:
        """The segments of the source by `mid`, in order."""
        return _marks(self.source)

    @property
    def target_marks(self) -> dict[str, Node]:
        """The same of the target."""
        return _marks(self.target) if self.target else {}


def _marks(node: Node) -> dict[str, Node]:
    found = {}
    below = list(reversed(node.children))
    while below:
        child = below.pop()
        if child.name == "mrk" and child.attributes.get("mtype") == "seg":
            found[child.attributes.get("mid", "")] = child
        else:
            below += reversed(child.children)
    return found


@dataclass(frozen=True, slots=True)
class Xliff:
    """A file.

    Attributes:
        version: `1` or `2`.
        languages: the elements that name the target language: each file in 1.2, the root in 2.x.
    """

    version: str
    root: Node
    languages: tuple[Node, ...]

    @property
    def language_attribute(self) -> str:
        return "target-language" if self.version == "1" else "trgLang"


def read_xliff(text: str) -> Xliff:
    """A file's elements.

    Raises:
        DocumentError: it is no XLIFF of a known version; with the line.
    """
    root = _tree(elements(text, _DEEPEST))
    version = root.attributes.get("version", "")[:1]
    if root.name != "xliff" or version not in ("1", "2"):
        raise DocumentError("this is no XLIFF of version 1.x or 2.x", line=1)
    files = tuple(child for child in root.children if child.name == "file")
    return Xliff(version, root, files if version == "1" else (root,))


def _tree(found: Sequence[Element]) -> Node:
    open_nodes: list[Node] = []
    for element in found:
        node = Node(element, element.tag.rsplit(":", 1)[-1])
        del open_nodes[element.level - 1 :]
        if open_nodes:
            open_nodes[-1].children.append(node)
        open_nodes.append(node)
    return open_nodes[0]


def units(text: str, xliff: Xliff) -> Iterator[XliffUnit]:
    """The sources that are to be translated, in order.

    Left alone is what is marked `translate="no"`, what is approved or has a state from
    `translated` on, and what has a target that is not its source, unless its state says that it
    is new.
    """
    for file in xliff.root.children:
        yield from _below(text, file, True, _counts_characters(file))


def _below(text: str, node: Node, translate: bool, counts_characters: bool) -> Iterator[XliffUnit]:
    translate = {"yes": True, "no": False}.get(node.attributes.get("translate", ""), translate)
    if node.name == "trans-unit":
        if translate and node.attributes.get("approved") != "yes":
            yield from _trans_unit(text, node)
    elif node.name == "unit":
        if translate:
            yield from _segments(text, node, counts_characters)
    else:
        for child in node.children:
            yield from _below(text, child, translate, counts_characters)


def _trans_unit(text: str, node: Node) -> Iterator[XliffUnit]:
    source, target = node.child("source"), node.child("target")
    if source is None:
        return
    width = node.attributes.get("maxwidth", "")
    in_characters = node.attributes.get("size-unit") == "char" and width.isdecimal()
    notes = (plain(child.content(text)) for child in node.children if child.name == "note")
    path = node.attributes.get("resname") or node.attributes.get("id", "")
    limit = int(width) if in_characters else None
    note = "; ".join(filter(None, notes))
    seg_source = node.child("seg-source")
    place = (seg_source or source).element.end
    segmented = Segmented(source, seg_source, target) if seg_source else None
    if segmented is None or not segmented.marks:
        if not _is_done(text, source, target, target, "1"):
            yield XliffUnit(source, target, place, target, path, note, limit)
        return
    only = limit if len(segmented.marks) == 1 else None
    for mid, mark in segmented.marks.items():
        mark_path = f"{path}.{mid}"
        other = segmented.target_marks.get(mid)
        if not _is_done(text, mark, other, target, "1"):
            yield XliffUnit(mark, other, place, target, mark_path, note, only, segmented)


def _segments(text: str, node: Node, counts_characters: bool) -> Iterator[XliffUnit]:
    notes = node.child("notes")
    told = [plain(note.content(text)) for note in notes.children] if notes else []
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
        note = "; ".join(filter(None, told))
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
            most = value.rsplit(",", 1)[-1].strip()
            return int(most) if most.isdecimal() and len(most) <= _LONGEST_NUMBER else None
    return None


def _is_done(
    text: str, source: Node, target: Node | None, stateful: Node | None, version: str
) -> bool:
    if target is None or not target.content(text).strip():
        return False
    state = stateful.attributes.get("state", "") if stateful else ""
    if state in _DONE[version]:
        return True
    return state not in _TO_DO and target.content(text).strip() != source.content(text).strip()
