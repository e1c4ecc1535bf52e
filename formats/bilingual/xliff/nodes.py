"""The elements of an XLIFF file, of version 1.2 or 2.x."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.errors import DocumentError
from formats.common.xml_elements import Element, elements

_DEEPEST = 200
"""Levels of groups that are read; what goes deeper is refused, since it would be left out."""

_BELOW_UNITS = 8
"""Levels of elements that are read in a unit."""

_HOLDERS = frozenset({"file", "body", "group", "unit", "trans-unit"})
_NAMESPACES = {
    "urn:oasis:names:tc:xliff:document:1.1": "1",
    "urn:oasis:names:tc:xliff:document:1.2": "1",
    "urn:oasis:names:tc:xliff:document:2.0": "2",
    "urn:oasis:names:tc:xliff:document:2.2": "2",
}


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
        DocumentError: it is no XLIFF of a known version, or its groups are nested too deep; with
            the line.
    """
    found = elements(text, _DEEPEST + _BELOW_UNITS)
    _see_that_all_is_read(text, found)
    root = _tree(found)
    version = _version(root)
    if root.name != "xliff" or version not in ("1", "2"):
        raise DocumentError("this is no XLIFF of version 1.x or 2.x", line=1)
    files = tuple(child for child in root.children if child.name == "file")
    return Xliff(version, root, files if version == "1" else (root,))


def _see_that_all_is_read(text: str, found: Sequence[Element]) -> None:
    for element in found:
        if element.level > _DEEPEST and element.tag.rsplit(":", 1)[-1] in _HOLDERS:
            raise DocumentError(
                f"its groups are nested deeper than {_DEEPEST} levels; take some of them out",
                line=text.count("\n", 0, element.start) + 1,
            )


def _version(root: Node) -> str:
    """The first digit of the version that the root names, or else its namespace."""
    said = root.attributes.get("version")
    if said is not None:
        return said[:1]
    prefix, _, _ = root.element.tag.rpartition(":")
    namespace = root.attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
    return _NAMESPACES.get(namespace, "")


def _tree(found: Sequence[Element]) -> Node:
    open_nodes: list[Node] = []
    for element in found:
        node = Node(element, element.tag.rsplit(":", 1)[-1])
        del open_nodes[element.level - 1 :]
        if open_nodes:
            open_nodes[-1].children.append(node)
        open_nodes.append(node)
    return open_nodes[0]


@dataclass(frozen=True, slots=True)
class Segmented:
    """A source of 1.2 that is split into segments, each a `mrk` with its `mid`.

    Attributes:
        whole: the `source`.
        source: the `seg-source`.
        target: the `target`, where there is one.
        marks: the segments of the source by `mid`, in order.
        target_marks: the same of the target.
    """

    whole: Node
    source: Node
    target: Node | None
    marks: Mapping[str, Node]
    target_marks: Mapping[str, Node]


def segmented(unit: Node) -> Segmented | None:
    """The segments of a `trans-unit`.

    None where it has none, or where they can't be told apart: a `mid` is missing or there twice.
    """
    whole, source, target = (unit.child(name) for name in ("source", "seg-source", "target"))
    if whole is None or source is None:
        return None
    marks, target_marks = _marks(source), _marks(target) if target else {}
    if not marks or target_marks is None:
        return None
    return Segmented(whole, source, target, marks, target_marks)


def _marks(node: Node) -> dict[str, Node] | None:
    """By `mid` in order; None where they can't be told apart."""
    found: dict[str, Node] = {}
    below = list(reversed(node.children))
    while below:
        child = below.pop()
        if child.name == "mrk" and child.attributes.get("mtype") == "seg":
            mid = child.attributes.get("mid", "")
            if not mid or mid in found:
                return None
            found[mid] = child
        else:
            below += reversed(child.children)
    return found
