"""The paragraphs of DrawingML (ECMA-376 part 1, 21.1.2) as pieces, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml import etree

from domain.languages import runs_right_to_left
from formats.office.openxml.direction import turn_slide_paragraph
from formats.office.openxml.language import named
from formats.office.openxml.pieces import Atom, Mark, Pair, Piece, Side, Style, Text, Void
from formats.office.openxml.xml import signatures

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PARAGRAPH = f"{A}p"

DIRECTION = frozenset({(f"{A}pPr", "rtl"), (f"{A}pPr", "algn")})
"""The attributes that say which way a paragraph runs, by their element's tag."""

_ENDS = (f"{A}pPr", f"{A}endParaRPr")
_NOISE = frozenset(["lang", "altLang", "dirty", "err", "noProof", "smtClean", "smtId", "bmk"])
_LINE_BREAKS = re.compile(r"[\r\n]+")


def style(run: etree._Element) -> Style:
    """How a run's characters look and what they link to, whatever their language."""
    properties = run.find(f"{A}rPr")
    if properties is None:
        return Style()
    attributes = (repr(item).encode() for item in properties.items() if item[0] not in _NOISE)
    return Style((*sorted(attributes), *signatures(properties)), properties)


def pieces(paragraph: etree._Element) -> list[Piece]:
    """What stands in a paragraph, but for its properties."""
    return list(_pieces(paragraph))


def _pieces(paragraph: etree._Element) -> Iterator[Piece]:
    for node in paragraph:
        if node.tag == f"{A}r":
            text = node.findtext(f"{A}t")
            yield Text(text, style(node)) if text else Mark(Atom(node), Side.NOWHERE)
        elif not isinstance(node.tag, str):
            yield Mark(Atom(node), Side.START)
        elif node.tag not in _ENDS:
            yield Void((Atom(node),))


def has_bullet(paragraph: etree._Element) -> bool | None:
    """Whether a paragraph has a bullet or a number; None where its placeholder says so."""
    properties = paragraph.find(f"{A}pPr")
    if properties is None:
        return None
    if properties.find(f"{A}buNone") is not None:
        return False
    bullets = (properties.find(f"{A}{name}") for name in ("buChar", "buAutoNum", "buBlip"))
    return any(bullet is not None for bullet in bullets) or None


def write(paragraph: etree._Element, content: Sequence[Piece], lang: str) -> bool:
    """Puts pieces in the place of what stands in a paragraph; its properties stay.

    Args:
        lang: the pieces'; their runs say so. BCP-47.

    Returns:
        Whether it could be done: always.
    """
    for node in list(paragraph):
        if node.tag not in _ENDS:
            paragraph.remove(node)
    end = paragraph.find(f"{A}endParaRPr")
    for node in _nodes(paragraph, content, lang):
        node.tail = None
        if end is None:
            paragraph.append(node)
        else:
            end.addprevious(node)
    turn_slide_paragraph(paragraph, runs_right_to_left(lang))
    return True


def _nodes(
    paragraph: etree._Element, content: Sequence[Piece], lang: str
) -> Iterator[etree._Element]:
    for piece in content:
        if isinstance(piece, Text):
            yield _run(paragraph, piece, lang)
        elif isinstance(piece, Mark):
            yield piece.atom.node
        elif isinstance(piece, Void):
            yield from (atom.node for atom in piece.atoms)
        else:
            assert isinstance(piece, Pair)
            raise AssertionError("a paragraph of DrawingML has no pairs")


def _run(paragraph: etree._Element, piece: Text, lang: str) -> etree._Element:
    run = paragraph.makeelement(f"{A}r")
    properties = deepcopy(piece.style.properties)
    if properties is None:
        properties = run.makeelement(f"{A}rPr")
    properties.tail = None
    properties.set("lang", named(lang))
    run.append(properties)
    etree.SubElement(run, f"{A}t").text = _LINE_BREAKS.sub(" ", piece.text)
    return run
