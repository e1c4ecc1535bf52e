"""What the paragraphs of office documents are made of: texts, pairs around them, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from lxml import etree

from formats.office_xml import storable

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
        """All of it, as it stands."""
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
    what a bookmark or a comment is about stays within it.
    """
    first: list[Piece] = []
    middle: list[Piece] = []
    last: list[Piece] = []
    begun: list[Mark] = []  # they stand before the next piece
    for piece in pieces:
        if isinstance(piece, Mark):
            before = middle[-1] if middle else None
            if piece.side is Side.START:
                begun.append(piece)
            elif piece.side is Side.END and isinstance(before, Void) and not begun:
                middle[-1] = Void((*before.atoms, piece.atom), ordered=True)
            elif piece.side is Side.END:
                last.append(piece)
            continue
        if isinstance(piece, Void) and begun:
            middle.append(Void((*(mark.atom for mark in begun), *piece.atoms), ordered=True))
        else:
            first += begun
            middle.append(_inside(piece, settled))
        begun = []
    return [*first, *begun, *middle, *last]


def evened(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with blank text in the style of the text before it, and equal texts joined."""
    done: list[Piece] = []
    for piece in pieces:
        before = done[-1] if done else None
        if not isinstance(piece, Text) or not isinstance(before, Text):
            done.append(_inside(piece, evened))
        elif piece.is_blank or piece.style.key == before.style.key:
            done[-1] = Text(before.text + piece.text, before.style)
        elif before.is_blank:
            done[-1] = Text(before.text + piece.text, piece.style)
        else:
            done.append(piece)
    return done


def _inside(piece: Piece, change: Callable[[Sequence[Piece]], list[Piece]]) -> Piece:
    """The piece with what is in it changed."""
    return piece.holding(change(piece.pieces)) if isinstance(piece, Pair) else piece


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
