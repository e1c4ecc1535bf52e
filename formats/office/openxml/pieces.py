"""What the paragraphs of office documents are made of: texts, pairs around them, and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from lxml import etree

from formats.office.openxml.xml import storable

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a run's characters look.

    Attributes:
        key: equal for runs that look the same, whatever noise their properties hold.
        properties: the element that says so, or None where there is none.
    """

    key: tuple[bytes, ...] = ()
    properties: etree._Element | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of one style, never none."""

    text: str
    style: Style = Style()

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Atom:
    """An element that stays as it is.

    Attributes:
        run: the style of the run that it stands in; None where it stands beside runs.
    """

    node: etree._Element
    run: Style | None = None


@dataclass(frozen=True, slots=True)
class Void:
    """Elements that stay together, at a place in the text: a tab, a drawing, a field.

    Attributes:
        ordered: whether they must not change places with others that are ordered, as the two
            ends of a field must not.
    """

    atoms: tuple[Atom, ...]
    ordered: bool = False


class Side(Enum):
    """Where a mark goes when the text around it is another."""

    START = "start"
    END = "end"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Mark:
    """An element that the sentence is read without: a bookmark, or a spelling checker's."""

    atom: Atom
    side: Side


@dataclass(frozen=True, slots=True)
class Pair:
    """An element around pieces, such as a hyperlink, or two stretches of elements around them.

    Attributes:
        shell: the element around; None where `before` and `after` stand around.
        body: the element in it (or itself) whose children are written anew.
    """

    pieces: Sequence[Piece]
    shell: etree._Element | None = None
    body: etree._Element | None = None
    before: tuple[Atom, ...] = ()
    after: tuple[Atom, ...] = ()

    def holding(self, pieces: Sequence[Piece]) -> Pair:
        """The same around other pieces."""
        return Pair(pieces, self.shell, self.body, self.before, self.after)

    def atoms(self) -> tuple[Atom, ...]:
        """The element around, as it stands."""
        return () if self.shell is None else (Atom(self.shell),)


Piece = Text | Void | Mark | Pair


def has_text(piece: Piece) -> bool:
    """Whether a piece holds characters other than white space."""
    if isinstance(piece, Pair):
        return any(map(has_text, piece.pieces))
    return isinstance(piece, Text) and not piece.is_blank


def settled(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with each mark where it may stay: beside a void, or at one of the ends.

    A mark that begins something goes before the text, one that ends something behind it, so that
    what a bookmark or a comment is about stays within it. A pair without text becomes a void.
    """
    first: list[Piece] = []
    middle: list[Piece] = []
    last: list[Piece] = []
    begun: list[Mark] = []  # they stand before the next piece
    ended: list[Mark] = []  # they stand behind the last piece, a void
    for piece in pieces:
        if isinstance(piece, Mark):
            if piece.side is Side.START:
                begun.append(piece)
            elif piece.side is Side.END:
                beside = not begun and middle and isinstance(middle[-1], Void)
                (ended if beside else last).append(piece)
            continue
        _join(middle, ended)
        if isinstance(piece, Pair) and has_text(piece):
            inner = settled(piece.pieces)
            first += [*begun, *(p for p in inner if isinstance(p, Mark) and p.side is Side.START)]
            last += (p for p in inner if isinstance(p, Mark) and p.side is Side.END)
            middle.append(piece.holding([p for p in inner if not isinstance(p, Mark)]))
        elif isinstance(piece, Text):
            first += begun
            middle.append(piece)
        else:
            atoms = piece.atoms if isinstance(piece, Void) else piece.atoms()
            ordered = bool(begun) or (isinstance(piece, Void) and piece.ordered)
            middle.append(Void((*(mark.atom for mark in begun), *atoms), ordered))
        begun, ended = [], []
    _join(middle, ended)
    return [*first, *begun, *middle, *last]


def _join(pieces: list[Piece], marks: Sequence[Mark]) -> None:
    """Makes marks a part of the void that stands last."""
    void = pieces[-1] if marks else None
    if isinstance(void, Void):
        pieces[-1] = Void((*void.atoms, *(mark.atom for mark in marks)), ordered=True)


def evened(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with blank text in the style of the text before it, and equal texts joined."""
    done: list[Piece] = []
    for piece in pieces:
        before = done[-1] if done else None
        if not isinstance(piece, Text) or not isinstance(before, Text):
            done.append(piece.holding(evened(piece.pieces)) if isinstance(piece, Pair) else piece)
        elif piece.is_blank or piece.style.key == before.style.key:
            done[-1] = Text(before.text + piece.text, before.style)
        elif before.is_blank:
            done[-1] = Text(before.text + piece.text, piece.style)
        else:
            done.append(piece)
    return done


def base_style(pieces: Iterable[Piece]) -> Style:
    """The style that needs no tag: the plainest, so that no translation makes it another."""
    styles = [p.style for p in pieces if isinstance(p, Text) and not p.is_blank]
    return min(styles, key=lambda style: len(style.key), default=Style())


def escaped(text: str) -> str:
    """A text as it is written between tags."""
    return text.translate(_MARKUP)


def unescaped(text: str) -> str:
    """What a translation's text means; characters that XML lacks become U+FFFD."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return storable(plain)
