"""Runs of text and inline elements in HTML: the sentences between one block's tag and the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from formats.html.lexer import Kind, Token, tokens
from formats.html.tree import UNTRANSLATED, VOID, Tree, is_inline, translate_attribute

_EDGE_NAMES = VOID | {"svg"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A token of a run, or a whole inline element that is not translated.

    Attributes:
        translated: whether it is text to be translated.
        edge: whether it can be left out at a run's edge: it has no part in the sentence.
    """

    kind: Kind
    name: str
    start: int
    end: int
    translated: bool
    edge: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces that follow each other, and the role of the first text in them."""

    role: str
    pieces: tuple[Piece, ...]


def runs(text: str, cut: Sequence[Token]) -> Iterator[Run]:
    """The document's runs that hold text to be translated, cut free of what surrounds it all.

    Args:
        text: the document.
        cut: its tokens, `folded`.
    """
    tree = Tree()
    for inline, group in groupby(cut, is_inline):
        if not inline:
            for token in group:
                tree.take(token, text[token.start : token.end])
            continue
        role = None
        pieces = []
        for token in group:
            stretch = text[token.start : token.end]
            tree.take(token, stretch)
            piece = _piece(token, stretch, tree.translated)
            role = role or (tree.role if piece.translated else None)
            pieces.append(piece)
        if role:
            yield Run(role, tuple(_trimmed(pieces)))


def _piece(token: Token, stretch: str, translated: bool) -> Piece:
    blank = not stretch.strip()
    is_text = token.kind is Kind.TEXT and not blank and translated
    comment = token.kind is Kind.OTHER and not token.name
    edge = (token.kind is Kind.TEXT and not is_text) or comment or token.name in _EDGE_NAMES
    return Piece(token.kind, token.name, token.start, token.end, is_text, edge)


def folded(text: str) -> list[Token]:
    """The document's tokens, each inline element that is not translated made one of kind OTHER."""
    return list(_folded(text, list(tokens(text))))


def _folded(text: str, cut: Sequence[Token]) -> Iterator[Token]:
    ends = _ends(text, cut)
    number = 0
    while number < len(cut):
        token = cut[number]
        end = ends.get(number)
        if end is not None:
            yield Token(Kind.OTHER, token.name, token.start, cut[end].end)
            number = end
        else:
            yield token
        number += 1


def _ends(text: str, cut: Sequence[Token]) -> dict[int, int]:
    """The number of the end tag for each start tag of an inline element not translated."""
    open_tags: dict[str, list[int]] = defaultdict(list)
    ends = {}
    for number, token in enumerate(cut):
        if token.kind is Kind.START and text[token.end - 2] != "/" and token.name not in VOID:
            open_tags[token.name].append(number)
        elif token.kind is Kind.END and open_tags[token.name]:
            start = open_tags[token.name].pop()
            if is_verbatim(cut[start], text[cut[start].start : cut[start].end]):
                ends[start] = number
    return ends


def is_verbatim(token: Token, tag: str) -> bool:
    """Whether this start tag, which reads `tag`, begins an inline element not translated."""
    if token.kind is not Kind.START or not is_inline(token):
        return False
    return token.name in UNTRANSLATED or translate_attribute(tag) is False


def _trimmed(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces without what only surrounds the text: outer tags, images, line breaks."""
    partner = _partners(pieces)
    texts_before = [0]
    for piece in pieces:
        texts_before.append(texts_before[-1] + piece.translated)
    low, high = 0, len(pieces)
    moved = True
    while moved:
        moved = False
        while low < high and (skip := _skipped(pieces, partner, texts_before, low, 1)):
            low, moved = low + skip, True
        while low < high and (skip := _skipped(pieces, partner, texts_before, high - 1, -1)):
            high, moved = high - skip, True
        if low < high - 1 and partner.get(low) == high - 1:
            low, high, moved = low + 1, high - 1, True
    return pieces[low:high]


def _skipped(
    pieces: Sequence[Piece],
    partner: dict[int, int],
    texts_before: Sequence[int],
    at: int,
    step: int,
) -> int:
    """How many pieces at this edge have no part in the text."""
    piece = pieces[at]
    if piece.edge:
        return 1
    if piece.kind not in (Kind.START, Kind.END):
        return 0
    other = partner.get(at)
    if other is None:
        return 1
    first, last = min(at, other), max(at, other)
    if (other - at) * step < 0 or texts_before[first] != texts_before[last + 1]:
        return 0
    return last - first + 1 if all(map(_is_empty, pieces[first + 1 : last])) else 0


def _is_empty(piece: Piece) -> bool:
    return piece.edge or piece.kind in (Kind.START, Kind.END)


def _partners(pieces: Sequence[Piece]) -> dict[int, int]:
    """For each start tag of the run its end tag, and the other way round."""
    open_tags: dict[str, list[int]] = defaultdict(list)
    partner = {}
    for number, piece in enumerate(pieces):
        if piece.kind is Kind.START and piece.name not in VOID:
            open_tags[piece.name].append(number)
        elif piece.kind is Kind.END and open_tags[piece.name]:
            start = open_tags[piece.name].pop()
            partner[start], partner[number] = number, start
    return partner
