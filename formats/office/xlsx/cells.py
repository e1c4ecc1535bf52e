"""The texts of SpreadsheetML (ECMA-376 part 1, 18.4) as pieces, and back; and names of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml import etree

from formats.office.openxml.pieces import Piece, Style, Text
from formats.office.openxml.xml import signatures, text_element
from formats.office.xlsx import xstrings

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHARED = f"{S}si"
INLINE = f"{S}is"

LONGEST_CELL = 32_767
"""Characters of a cell at most, as Excel sets it."""

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_TEXTS = frozenset(f"{S}{name}" for name in ("t", "r", "rPh", "phoneticPr"))

Cell = tuple[int, int]
"""Row and column, from 1."""


def style(run: etree._Element, font: tuple[bytes, ...]) -> Style:
    """How a run's characters look; in the cell's own font they need no properties."""
    properties = run.find(f"{S}rPr")
    key = () if properties is None else signatures(properties)
    return Style() if not key or key == font else Style(key, properties)


def pieces(item: etree._Element, font: tuple[bytes, ...] = ()) -> list[Piece]:
    """A text's runs; how it is read out (`rPh`) is left out.

    Args:
        font: what `fonts` gives for its cell.
    """
    found = list[Piece]()
    for node in item:
        text = plain(node) if node.tag in (f"{S}t", f"{S}r") else ""
        if text:
            found.append(Text(text, style(node, font)))
    return found


def fonts(styles: etree._Element | None) -> list[tuple[bytes, ...]]:
    """By the number of a cell's format, what runs would say that are in the cell's font."""
    if styles is None:
        return []
    known = []
    for node in styles.iterfind(f"{S}fonts/{S}font"):
        for name in node.iter(f"{S}name"):
            name.tag = f"{S}rFont"
        known.append(signatures(node))
    formats = (number(node.get("fontId")) for node in styles.iterfind(f"{S}cellXfs/{S}xf"))
    return [() if n is None or n >= len(known) else known[n] for n in formats]


def plain(node: etree._Element) -> str:
    """The characters of a text, or of a run of one."""
    if node.tag == f"{S}t":
        return xstrings.read(node.text or "")
    return "".join(map(plain, node.iterchildren(f"{S}t", f"{S}r")))


def write(item: etree._Element, content: Sequence[Piece], lang: str) -> bool:
    """Puts pieces in the place of a text; how the old one was read out goes with it.

    Returns:
        Whether it could be done: not where the text is longer than a cell may be.
    """
    texts = [piece for piece in content if isinstance(piece, Text)]
    if sum(len(piece.text) for piece in texts) > LONGEST_CELL:
        return False
    for node in list(item):
        if node.tag in _TEXTS:
            item.remove(node)
    for number, node in enumerate(_nodes(item, texts)):
        item.insert(number, node)
    return True


def _nodes(item: etree._Element, texts: Sequence[Text]) -> Iterator[etree._Element]:
    holder = item.makeelement(item.tag)
    if all(piece.style.properties is None for piece in texts):
        yield text_element(holder, f"{S}t", xstrings.write("".join(piece.text for piece in texts)))
        return
    for piece in texts:
        run = etree.SubElement(holder, f"{S}r")
        if piece.style.properties is not None:
            properties = deepcopy(piece.style.properties)
            properties.tail = None
            run.append(properties)
        text_element(run, f"{S}t", xstrings.write(piece.text))
        yield run


def number(text: str | None) -> int | None:
    """A number from 0 to 99,999,999; None where the text is none."""
    text = (text or "").strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 9 else None


def cell(reference: str) -> Cell | None:
    """The cell of a reference such as `$B$2`; None where it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def area(reference: str) -> tuple[Cell, Cell] | None:
    """First and last cell of a reference such as `A1:C9` or `A1`; None where it is none."""
    first, _, last = reference.partition(":")
    start, end = cell(first), cell(last or first)
    return (start, end) if start and end else None


def name(place: Cell) -> str:
    """How a cell is called: `B2`."""
    row, column = place
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def located(root: etree._Element) -> Iterator[tuple[Cell, etree._Element]]:
    """Each cell of a sheet, with its place: behind the one before where it doesn't say so."""
    row = 0
    for line in root.iter(f"{S}row"):
        row = number(line.get("r")) or row + 1
        column = 0
        for node in line.iter(f"{S}c"):
            row, column = cell(node.get("r", "")) or (row, column + 1)
            yield (row, column), node


def text_cells(root: etree._Element) -> Iterator[tuple[Cell, etree._Element]]:
    """Each cell of text without a formula, with its inline text or the number of a shared one."""
    for place, node in located(root):
        kind = node.get("t")
        wanted = {"s": f"{S}v", "inlineStr": INLINE}.get(kind or "")
        text = node.find(wanted) if wanted else None
        if text is None or node.find(f"{S}f") is not None:
            continue
        # Some programs write a cell without text as one that shares the text of no number.
        if text.tag == INLINE or (text.text or "").strip():
            yield place, text
