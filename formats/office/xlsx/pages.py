"""Headers and footers of a sheet's pages (ECMA-376 part 1, 18.3.1.39): texts with codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.office.openxml.inline import Inline, inline
from formats.office.openxml.pieces import Atom, Piece, Text, Void
from formats.office.xlsx import xstrings
from formats.office.xlsx.cells import S

LONGEST = 255
"""Characters of a header with its codes at most, as Excel sets it."""

HEADERS = tuple(f"{S}{which}{what}" for which in ("odd", "even", "first")
                for what in ("Header", "Footer"))  # fmt: skip
"""The tags of headers and footers."""

_SECTIONS = re.compile(r"(&[LCR])")
_CODES = re.compile(r'(&(?:"[^"]*"|\d{1,3}|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|[A-Za-z]))')
_SIZE = re.compile(r"&\d{1,3}$")
_AND = "\0"
"""Stands for an escaped ampersand, since it can't stand in XML."""

_FREE = frozenset(f"&{letter}" for letter in "PNDTFAZG")
"""Codes that stand for something to be read, so that they may change places."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What stands at the left, in the middle or at the right of a header.

    Attributes:
        parts: the name of the part that it stands in.
        stretches: of the header; those at odd places say where the next stands.
        place: of this one.
    """

    unit: Unit
    parts: tuple[str, ...]
    node: etree._Element
    stretches: list[str]
    place: int
    content: Inline

    def put(self, translation: str, lang: str) -> bool:
        """Whether the translation stands there now: not if the header would be too long."""
        pieces = self.content.put(translation)
        if pieces is None:
            return False
        new = [*self.stretches]
        new[self.place] = _coded(pieces)
        if sum(map(len, new)) > LONGEST:
            return False
        self.stretches[:] = new
        self.node.text = xstrings.write("".join(new))
        return True


def texts(root: etree._Element, part: str, path: str) -> Iterator[PageText]:
    """What the headers and footers of a sheet say; their paths are the sheet and the header.

    Args:
        root: of the sheet's part.
        part: its name.
        path: what paths begin with.

    Raises:
        DocumentError: one is longer than Excel takes.
    """
    for node in root.iter(*HEADERS):
        text = xstrings.read(node.text or "")
        if len(text) > LONGEST:
            message = f"a header or footer has more than {LONGEST} characters; shorten it"
            raise DocumentError(message, field=path)
        found = _SECTIONS.split(text.replace("&&", _AND))
        stretches = [stretch.replace(_AND, "&&") for stretch in found]
        for place in range(0, len(stretches), 2):
            content = inline(list(_pieces(node, stretches[place])))
            if content.text:
                name = etree.QName(node).localname
                unit = Unit(content.text, "caption", path=f"{path}/{name}")
                yield PageText(unit, (part,), node, stretches, place, content)


def _pieces(holder: etree._Element, text: str) -> Iterator[Piece]:
    for number, stretch in enumerate(_CODES.split(text.replace("&&", _AND))):
        plain = stretch.replace(_AND, "&&" if number % 2 else "&")
        if number % 2:
            code = holder.makeelement("code")
            code.text = plain
            yield Void((Atom(code),), ordered=plain not in _FREE)
        elif plain:
            yield Text(plain)


def _coded(pieces: Sequence[Piece]) -> str:
    done = ""
    for piece in pieces:
        if isinstance(piece, Text):
            if _SIZE.search(done) and piece.text[:1].isdigit():
                done += " "
            done += piece.text.replace("&", "&&")
        elif isinstance(piece, Void):
            done += "".join(atom.node.text or "" for atom in piece.atoms)
    return done
