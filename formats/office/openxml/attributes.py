"""Texts that stand in attributes of office documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from domain.document.plan import Unit
from formats.office.openxml.pieces import unescaped


@dataclass(frozen=True, slots=True)
class AttributeText:
    """A text in an attribute.

    Attributes:
        parts: the name of the part that it stands in.
        nodes: the element, and those that repeat it.
        attribute: its name.
        written: a text as the attribute holds it.
    """

    unit: Unit
    parts: tuple[str, ...]
    nodes: tuple[etree._Element, ...]
    attribute: str
    written: Callable[[str], str] = str

    def put(self, translation: str, lang: str) -> bool:
        """Whether the translation stands there now: not if it is longer than the unit allows."""
        text = unescaped(translation)
        if self.unit.max_chars is not None and len(text) > self.unit.max_chars:
            return False
        for node in self.nodes:
            node.set(self.attribute, self.written(text))
        return True
