"""What of a Word document is offered to nobody: fields, what comes from data, choices, watermarks.

ECMA-376 part 1: fields 17.16, content controls 17.5.2; watermarks are VML's text on a path (part 4,
14.1.2.22). Hidden and deleted text is read by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lxml import etree

from domain.document.coverage import Left, LeftReason
from formats.common.prose import has_prose
from formats.office.docx.bookmarks import W
from formats.office.docx.runs import PARAGRAPH
from formats.office.openxml.pieces import Atom, Pair, Piece, Void

_DISPLAYED = f"{W}displayText"
_ON_A_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNREAD = (f"{W}del", f"{W}moveFrom", _FALLBACK)


def left(
    roots: Iterable[etree._Element],
    read: Callable[[etree._Element], Sequence[Piece]],
    is_bound: Callable[[etree._Element], bool],
) -> Iterator[Left]:
    """The texts of parts that are no units.

    Args:
        roots: of the parts that are translated.
        read: gives a paragraph's pieces.
        is_bound: whether a paragraph's text comes from a list or from data.
    """
    for root in roots:
        for paragraph in root.iter(PARAGRAPH):
            shown = _all(paragraph) if is_bound(paragraph) else "".join(_computed(read(paragraph)))
            if has_prose(shown):
                yield Left(LeftReason.COMPUTED, shown)
        choices = (node.get(_DISPLAYED) for node in root.iter(f"{W}listItem"))
        marks = (node.get("string") for node in root.iter(_ON_A_PATH) if _is_read(node))
        for text in (*choices, *marks):
            if text and has_prose(text):
                yield Left(LeftReason.NOT_UNDERSTOOD, text)


def _computed(pieces: Iterable[Piece]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Pair):
            yield from _computed(piece.pieces)
        elif isinstance(piece, Void):
            yield from map(_text, piece.atoms)


def _text(atom: Atom) -> str:
    """The characters of an element that stays, without those of paragraphs in it."""
    properties = atom.run.properties if atom.run else None
    if properties is not None and properties.find(f"{W}vanish") is not None:
        return ""
    return _all(atom.node) if isinstance(atom.node.tag, str) else ""


def _all(node: etree._Element) -> str:
    if node.tag == f"{W}t":
        return node.text or "" if _is_read(node) else ""
    inner = (child for child in node if isinstance(child.tag, str) and child.tag != PARAGRAPH)
    return "".join(map(_all, inner))


def _is_read(node: etree._Element) -> bool:
    return next(node.iterancestors(*_UNREAD), None) is None
