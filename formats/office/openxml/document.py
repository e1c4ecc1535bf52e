"""What the office formats share: paragraphs as places of units, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lxml import etree

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common.slots import framed
from formats.office.openxml import xml as office_xml
from formats.office.openxml.inline import Inline, inline
from formats.office.openxml.package import Package
from formats.office.openxml.pieces import Piece

Write = Callable[[etree._Element, Sequence[Piece], str], bool]
"""Puts pieces into a paragraph, if it can; the last argument is their language, BCP-47."""


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph whose text is a unit.

    Attributes:
        parts: the names of the parts that change when it is written.
        paragraphs: it, and those that repeat it for older programs.
    """

    unit: Unit
    parts: tuple[str, ...]
    paragraphs: tuple[tuple[etree._Element, Inline], ...]
    write: Write

    def put(self, translation: str, lang: str) -> bool:
        """Whether the translation stands in the paragraph now."""
        done = False
        for paragraph, found in self.paragraphs:
            pieces = found.put(translation)
            done = (pieces is not None and self.write(paragraph, pieces, lang)) or done
        return done


def paragraphs(
    root: etree._Element, tag: str, read: Callable[[etree._Element], Sequence[Piece]]
) -> Iterator[tuple[tuple[etree._Element, Inline], ...]]:
    """Each paragraph that has something to translate, with those that repeat it.

    Args:
        root: of a part.
        tag: a paragraph's.
        read: gives a paragraph's pieces.
    """
    firsts = office_xml.twins(root, tag)
    found: dict[etree._Element, list[tuple[etree._Element, Inline]]] = {}
    for paragraph in root.iter(tag):
        content = inline(read(paragraph))
        if not content.text:
            continue
        first = paragraph
        while first in firsts:
            first = firsts[first]
        group = found.get(first)
        if group and group[0][1].text == content.text:
            group.append((paragraph, content))
        else:
            found.setdefault(paragraph, []).append((paragraph, content))
    return (tuple(group) for group in found.values())


class Fillable(Protocol):
    """A place for a translation, as `Place` is one."""

    @property
    def unit(self) -> Unit: ...

    @property
    def parts(self) -> tuple[str, ...]: ...

    def put(self, translation: str, lang: str) -> bool: ...


def units(package: Package, places: Sequence[Fillable]) -> tuple[Unit, ...]:
    """The units of these places.

    Raises:
        DocumentError: there are none, or a part of the document is damaged.
    """
    package.see_that_it_is_sound()
    if not places:
        raise DocumentError("there is no text to translate in this document; leave it out")
    return tuple(place.unit for place in places)


def filled(
    package: Package,
    roots: Mapping[str, etree._Element],
    places: Sequence[Fillable],
    texts: Sequence[str],
    lang: str,
) -> bytes:
    """The document with each place's text in it; parts without a new text keep their bytes.

    Args:
        roots: of the parts that places stand in, by name.
        lang: the texts', BCP-47.

    Raises:
        ValueError: there are more or fewer texts than places.
    """
    changed: set[str] = set()
    for place, text in zip(places, texts, strict=True):
        if place.unit.kept:
            continue
        bare = text.strip()
        if bare and text != place.unit.text and place.put(framed(bare, place.unit.text), lang):
            changed.update(place.parts)
    return package.with_parts({name: office_xml.written(roots[name]) for name in changed})
