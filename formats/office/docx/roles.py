"""What the paragraphs of a Word document are, by their styles and by where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from formats.office.docx.bookmarks import W
from formats.office.openxml.package import Package

_HEADING_LEVELS = "012345678"
"""Outline levels but for 9, which is no heading's (ECMA-376 part 1, 17.3.1.20)."""

_NO_LIST = "0"
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class _ParagraphStyle:
    name: str
    parent: str | None
    properties: etree._Element | None


class Roles:
    """The roles of a document's paragraphs."""

    def __init__(self, package: Package, main: str) -> None:
        self._styles: dict[str, _ParagraphStyle] = {}
        self._default: str | None = None
        self._known: dict[str | None, str] = {}
        for related in package.related(main, "styles"):
            for node in package.xml(related.target).iter(f"{W}style"):
                if node.get(f"{W}type") == "paragraph":
                    self._add(node)

    def _add(self, node: etree._Element) -> None:
        key = node.get(f"{W}styleId", "")
        name = _value(node.find(f"{W}name")) or ""
        parent = _value(node.find(f"{W}basedOn"))
        self._styles[key] = _ParagraphStyle(name.lower(), parent, node.find(f"{W}pPr"))
        if node.get(f"{W}default") in ("1", "true", "on"):
            self._default = key

    def of(self, paragraph: etree._Element) -> str:
        """A paragraph's role; what stands in a table is a cell unless it is a heading."""
        properties = paragraph.find(f"{W}pPr")
        key = None if properties is None else _value(properties.find(f"{W}pStyle"))
        role = self._direct(properties) or self._by_style(key or self._default)
        if role in ("heading", "title", "caption"):
            return role
        return "cell" if next(paragraph.iterancestors(f"{W}tc"), None) is not None else role

    def _by_style(self, key: str | None) -> str:
        if key not in self._known:
            self._known[key] = self._walked(key)
        return self._known[key]

    def _walked(self, key: str | None) -> str:
        for _ in range(_DEEPEST):
            style = self._styles.get(key or "")
            if style is None:
                break
            role = _named(style.name) or self._direct(style.properties)
            if role:
                return role
            key = style.parent
        return "paragraph"

    def _direct(self, properties: etree._Element | None) -> str | None:
        """The role that a paragraph's or a style's own properties give it."""
        if properties is None:
            return None
        level = _value(properties.find(f"{W}outlineLvl"))
        if level and level in _HEADING_LEVELS:
            return "heading"
        number = properties.find(f"{W}numPr/{W}numId")
        return "list_item" if number is not None and _value(number) != _NO_LIST else None


def _named(name: str) -> str | None:
    """The role of a style that Word names so, in every language of its menus."""
    if name.startswith("heading ") or name in ("subtitle", "toc heading"):
        return "heading"
    if name.startswith("list ") and not name.startswith("list continue"):
        return "list_item"
    return name if name in ("title", "caption") else None


def _value(node: etree._Element | None) -> str | None:
    return None if node is None else node.get(f"{W}val")
