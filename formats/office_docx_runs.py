"""The paragraphs of WordprocessingML (ECMA-376 part 1, chapter 17) as pieces, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml import etree

from formats.office_direction import runs_right_to_left, turn_paragraph, turn_run
from formats.office_docx_fields import Item, folded
from formats.office_pieces import Atom, Mark, Pair, Piece, Side, Style, Text, Void
from formats.office_xml import signatures, text_element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH = f"{W}p"

NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"
DEEPEST = 16
"""Pairs around pairs at most; what is deeper stays as it is."""

_SPACE = re.compile(r"[\t\n\r]+")

_PAIRS = frozenset(
    f"{W}{name}" for name in ("hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo")
)
_BOUND = frozenset(f"{W}{name}" for name in ("dataBinding", "dropDownList", "comboBox", "date"))

NOISE = frozenset(f"{W}{name}" for name in ("proofErr", "lastRenderedPageBreak", "softHyphen"))
_STYLE_NOISE = frozenset(
    f"{W}{name}" for name in ("lang", "noProof", "rPrChange", "bCs", "iCs", "szCs", "webHidden")
)
_HINT = f"{W}hint"


def style(run: etree._Element) -> Style:
    """How a run's characters look, whatever their language, and however other scripts would."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        return Style()
    nodes = (node for node in properties if node.tag not in _STYLE_NOISE)
    return Style(signatures(n for n in nodes if n.keys() != [_HINT]), properties)


def is_bound(control: etree._Element) -> bool:
    """Whether a content control's text comes from elsewhere: from a list, or from data."""
    properties = control.find(f"{W}sdtPr")
    return properties is not None and any(node.tag in _BOUND for node in properties)


def pieces(paragraph: etree._Element) -> list[Piece]:
    """What stands in a paragraph, but for its properties."""
    return folded(list(_items(paragraph, 0)))


def _items(parent: etree._Element, depth: int) -> Iterator[Item]:
    for node in parent:
        if node.tag == f"{W}r":
            yield from _run_items(node)
        elif node.tag != f"{W}pPr" and not _is_property(node):
            atom = Atom(node)
            yield Item(_piece(node, atom, depth), (atom,))


def _is_property(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and node.tag.startswith(W) and node.tag.endswith("Pr")


def _piece(node: etree._Element, atom: Atom, depth: int) -> Piece:
    tag = node.tag
    if not isinstance(tag, str):
        return Mark(atom, Side.START)
    if tag in NOISE:
        return Mark(atom, Side.NOWHERE)
    if tag.endswith(("RangeEnd", "}bookmarkEnd", "}permEnd")):
        return Mark(atom, Side.END)
    if tag.endswith(("RangeStart", "}bookmarkStart", "}permStart")):
        return Mark(atom, Side.START)
    if depth < DEEPEST:
        if tag in _PAIRS:
            return Pair(folded(list(_items(node, depth + 1))), node, node)
        body = node.find(f"{W}sdtContent") if tag == f"{W}sdt" and not is_bound(node) else None
        if body is not None:
            return Pair(folded(list(_items(body, depth + 1))), node, body)
    return Void((atom,))


def _run_items(run: etree._Element) -> Iterator[Item]:
    look = style(run)
    hidden = look.properties is not None and look.properties.find(f"{W}vanish") is not None
    for node in run:
        if node.tag == f"{W}rPr":
            continue
        atom = Atom(node, look)
        yield Item(Void((atom,)) if hidden else _run_piece(node, atom, look), (atom,))


def _run_piece(node: etree._Element, atom: Atom, look: Style) -> Piece:
    if node.tag == f"{W}t":
        text = _SPACE.sub(" ", node.text or "")
        kept = node.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        text = text if kept else text.strip(" ")
        return Text(text, look) if text else Mark(atom, Side.NOWHERE)
    if node.tag == f"{W}noBreakHyphen":
        return Text(NO_BREAK_HYPHEN, look)
    if node.tag in NOISE or not isinstance(node.tag, str):
        return Mark(atom, Side.NOWHERE)
    if node.tag in (f"{W}commentReference", f"{W}annotationRef"):
        return Mark(atom, Side.END)
    return Void((atom,))


def write(paragraph: etree._Element, content: Sequence[Piece], lang: str) -> bool:
    """Puts pieces in the place of what stands in a paragraph; its properties stay.

    Args:
        lang: the pieces'; runs that say what theirs is say this. BCP-47.

    Returns:
        Whether it could be done: always.
    """
    _fill(paragraph, content, lang)
    turn_paragraph(paragraph, runs_right_to_left(lang))
    return True


def _fill(body: etree._Element, content: Sequence[Piece], lang: str) -> None:
    for node in list(body):
        if not _is_property(node):
            body.remove(node)
    writer = _Writer(body, lang)
    for piece in content:
        writer.add(piece)


class _Writer:
    """Appends pieces to an element; neighbours of one style share a run."""

    def __init__(self, body: etree._Element, lang: str) -> None:
        self._body = body
        self._lang = lang
        self._run: etree._Element | None = None
        self._properties: etree._Element | None = None

    def add(self, piece: Piece) -> None:
        if isinstance(piece, Text):
            self._text(piece)
        elif isinstance(piece, Mark):
            self._atoms((piece.atom,))
        elif isinstance(piece, Void):
            self._atoms(piece.atoms)
        elif piece.shell is not None and piece.body is not None:
            _fill(piece.body, piece.pieces, self._lang)
            self._append(piece.shell)
        else:
            self._atoms(piece.before)
            for inner in piece.pieces:
                self.add(inner)
            self._atoms(piece.after)

    def _atoms(self, atoms: Sequence[Atom]) -> None:
        for atom in atoms:
            if atom.run is None:
                self._append(atom.node)
            else:
                run = self._run_of(atom.run)
                run.append(atom.node)
                atom.node.tail = None

    def _append(self, node: etree._Element) -> None:
        self._body.append(node)
        node.tail = None
        self._run = None

    def _text(self, piece: Text) -> None:
        run = self._run_of(piece.style)
        parts = _SPACE.sub(" ", piece.text).split(NO_BREAK_HYPHEN)
        for number, part in enumerate(parts):
            if number:
                etree.SubElement(run, f"{W}noBreakHyphen")
            if part:
                text_element(run, f"{W}t", part)
        turn_run(run, piece.text, runs_right_to_left(self._lang))

    def _run_of(self, look: Style) -> etree._Element:
        if self._run is None or self._properties is not look.properties:
            self._run = etree.SubElement(self._body, f"{W}r")
            self._properties = look.properties
            if look.properties is not None:
                self._run.append(_in_language(look.properties, self._lang))
        return self._run


def _in_language(properties: etree._Element, lang: str) -> etree._Element:
    copy = deepcopy(properties)
    copy.tail = None
    for node in copy.findall(f"{W}lang"):
        if node.get(f"{W}val"):
            node.set(f"{W}val", lang)
    return copy
