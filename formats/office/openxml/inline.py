"""A paragraph of an office document as a unit's text with tags, and a translation as pieces again.

`<g id="1">…</g>` stands for a style that differs from the text's around it or for a pair such as a
hyperlink, `<x id="2"/>` for what is not text. What is before a paragraph's first character and
behind its last has no part in the unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from formats.common.prose import has_prose
from formats.office.openxml.pieces import (
    Pair,
    Piece,
    Style,
    Text,
    Void,
    base_style,
    escaped,
    evened,
    has_text,
    settled,
    unescaped,
)

_TAG = re.compile(r'<g id="(?P<open>[0-9]{1,6})">|(?P<close></g>)|<x id="(?P<void>[0-9]{1,6})"/>')
_OUTER = 0


@dataclass(slots=True)
class _Content:
    """What a pair of tags stands for: a style alone, or a pair with a style for the text in it."""

    style: Style
    parent: int
    pair: Pair | None = None


@dataclass(slots=True)
class Inline:
    """A paragraph's text between its first and its last character.

    Attributes:
        text: with tags; empty where there is nothing to translate.
    """

    text: str = ""
    _frames: list[tuple[Sequence[Piece], Pair | None, Sequence[Piece]]] = field(
        default_factory=list
    )
    _contents: dict[int, _Content] = field(default_factory=dict)
    _voids: dict[int, Void] = field(default_factory=dict)
    _prose: list[str] = field(default_factory=list)

    def put(self, translation: str) -> list[Piece] | None:
        """The paragraph's pieces with a translation in the place of the text.

        None where the translation's tags are not those of the text, each once, pairs closed and
        each in the same pair. A text without tags may be translated by anything: what looks like
        a tag is text then.
        """
        pieces = self._read(translation)
        if pieces is None:
            return None
        for lead, pair, tail in reversed(self._frames):
            around = pieces if pair is None else [pair.holding(pieces)]
            pieces = [*lead, *around, *tail]
        return pieces

    def _read(self, translation: str) -> list[Piece] | None:
        if not self._voids and len(self._contents) == 1:
            return [Text(unescaped(translation), self._contents[_OUTER].style)]
        left = {*self._voids, *self._contents} - {_OUTER}
        ordered = (void for void in self._voids.values() if void.ordered)
        opened: list[tuple[int, list[Piece]]] = [(_OUTER, [])]
        at = 0
        for match in _TAG.finditer(translation):
            inside, pieces = opened[-1]
            self._write(pieces, translation[at : match.start()], inside)
            at = match.end()
            if match["close"]:
                if inside == _OUTER:
                    return None
                opened.pop()
                self._close(opened[-1][1], inside, pieces)
                continue
            number = int(match["open"] or match["void"])
            known = self._contents if match["open"] else self._voids
            if number not in left or number not in known:
                return None
            left.discard(number)
            if match["void"]:
                void = self._voids[number]
                pieces.append(next(ordered) if void.ordered else void)
            elif self._contents[number].parent != inside:
                return None
            else:
                opened.append((number, []))
        if left or len(opened) > 1:
            return None
        self._write(opened[0][1], translation[at:], _OUTER)
        return opened[0][1]

    def _write(self, pieces: list[Piece], text: str, inside: int) -> None:
        if text:
            pieces.append(Text(unescaped(text), self._contents[inside].style))

    def _close(self, outer: list[Piece], number: int, pieces: list[Piece]) -> None:
        pair = self._contents[number].pair
        outer += pieces if pair is None else [pair.holding(pieces)]


def inline(pieces: Sequence[Piece]) -> Inline:
    """A paragraph's text, or one without text where no letter stands in it outside of URLs."""
    found = Inline()
    pieces = evened(settled(pieces))
    while True:
        lead, pieces, tail = _trimmed(pieces)
        if len(pieces) != 1 or not isinstance(pieces[0], Pair):
            break
        found._frames.append((lead, pieces[0], tail))
        pieces = pieces[0].pieces
    found._frames.append((lead, None, tail))
    found._contents[_OUTER] = _Content(base_style(pieces), _OUTER)
    text = "".join(_tagged(found, pieces, _OUTER))
    if has_prose(" ".join(found._prose)):
        found.text = text
    return found


def _trimmed(pieces: Sequence[Piece]) -> tuple[Sequence[Piece], Sequence[Piece], Sequence[Piece]]:
    """What is before the first text, all to the last, and what is behind it."""
    places = [place for place, piece in enumerate(pieces) if has_text(piece)]
    if not places:
        return pieces, (), ()
    first, last = places[0], places[-1] + 1
    return pieces[:first], pieces[first:last], pieces[last:]


def _tagged(found: Inline, pieces: Sequence[Piece], inside: int) -> Iterator[str]:
    base = found._contents[inside].style
    for style, group in _grouped(pieces, base):
        if style.key == base.key:
            yield from _written(found, group, inside)
            continue
        number = _numbered(found, _Content(style, inside))
        yield f'<g id="{number}">'
        yield from _written(found, group, number)
        yield "</g>"


def _written(found: Inline, pieces: Sequence[Piece], inside: int) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Text):
            found._prose.append(piece.text)
            yield escaped(piece.text)
        elif isinstance(piece, Pair):
            number = _numbered(found, _Content(base_style(piece.pieces), inside, piece))
            yield f'<g id="{number}">'
            yield from _tagged(found, piece.pieces, number)
            yield "</g>"
        else:
            assert isinstance(piece, Void)
            number = len(found._voids) + len(found._contents)
            found._voids[number] = piece
            yield f'<x id="{number}"/>'


def _numbered(found: Inline, content: _Content) -> int:
    number = len(found._voids) + len(found._contents)
    found._contents[number] = content
    return number


def _grouped(pieces: Sequence[Piece], base: Style) -> Iterator[tuple[Style, Sequence[Piece]]]:
    """Pieces that share a style; what stands between two texts of a style goes with them."""
    style, group = base, list[Piece]()
    waiting: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Void) or (isinstance(piece, Text) and piece.is_blank):
            waiting.append(piece)
            continue
        now = piece.style if isinstance(piece, Text) else base
        if now.key == style.key:
            group += [*waiting, piece]
        else:
            yield from _bared(style, group, base)
            yield base, waiting
            style, group = now, [piece]
        waiting = []
    yield from _bared(style, group, base)
    yield base, waiting


def _bared(
    style: Style, group: Sequence[Piece], base: Style
) -> Iterator[tuple[Style, Sequence[Piece]]]:
    """The group, the white space around its text in the style of what is around it."""
    if style.key == base.key:
        yield base, group
        return
    first = group[0]
    assert isinstance(first, Text)
    bare = first.text.lstrip()
    if len(bare) < len(first.text):
        yield base, [Text(first.text[: -len(bare)], base)]
        group = [Text(bare, style), *group[1:]]
    last = group[-1]
    assert isinstance(last, Text)
    bare = last.text.rstrip()
    yield style, [*group[:-1], Text(bare, style)]
    if len(bare) < len(last.text):
        yield base, [Text(last.text[len(bare) :], base)]
