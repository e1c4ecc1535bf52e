"""Pieces as the runs of a WordprocessingML paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from lxml import etree

from domain.languages import runs_right_to_left
from formats.office.docx.bookmarks import W
from formats.office.docx.runs import NO_BREAK_HYPHEN, WHITE_SPACE, is_property
from formats.office.openxml.direction import turn_paragraph, turn_run
from formats.office.openxml.language import speak
from formats.office.openxml.pieces import Atom, Mark, Piece, Style, Text, Void
from formats.office.openxml.xml import text_element


def write(paragraph: etree._Element, content: Sequence[Piece], lang: str) -> bool:
    """Puts pieces in the place of what stands in a paragraph; its properties stay.

    Args:
        lang: the pieces'; their runs say so. BCP-47.

    Returns:
        Whether it could be done: always.
    """
    _fill(paragraph, content, lang)
    turn_paragraph(paragraph, runs_right_to_left(lang))
    return True


def _fill(body: etree._Element, content: Sequence[Piece], lang: str) -> None:
    for node in list(body):
        if not is_property(node):
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
        parts = WHITE_SPACE.sub(" ", piece.text).split(NO_BREAK_HYPHEN)
        for number, part in enumerate(parts):
            if number:
                etree.SubElement(run, f"{W}noBreakHyphen")
            if part:
                text_element(run, f"{W}t", part)
        turn_run(run, piece.text, runs_right_to_left(self._lang))
        speak(run, self._lang)

    def _run_of(self, look: Style) -> etree._Element:
        if self._run is None or self._properties is not look.properties:
            self._run = etree.SubElement(self._body, f"{W}r")
            self._properties = look.properties
            if look.properties is not None:
                properties = deepcopy(look.properties)
                properties.tail = None
                self._run.append(properties)
        return self._run
