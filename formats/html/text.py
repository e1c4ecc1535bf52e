"""A run of HTML as a unit's text, and a translation as HTML again."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from unicodedata import category

from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.html.lexer import MARKUP, Kind, markup_at, tokens
from formats.html.runs import Run, is_verbatim

_REFERENCE = r"&(?:\#[0-9]+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?"
_REFERENCES = re.compile(f"({_REFERENCE})")
_TO_READ = re.compile(rf"(?P<reference>{_REFERENCE})|[\t\n\f\r ]+")
_SPACE = "\t\n\f\r "
_LINE_BREAKS = str.maketrans("\r\n", "  ")


@dataclass(frozen=True, slots=True)
class HtmlSlot:
    """A place for a run's translation.

    Attributes:
        markup: tags and elements of the run that are not translated, in order.
        written: what is written for each of them.
        references: how characters are written that the source has as references.
    """

    start: int
    end: int
    unit: Unit
    markup: tuple[str, ...]
    written: tuple[str, ...]
    references: Mapping[str, str]

    def put(self, translation: str) -> str | None:
        """The translation with the run's own markup as it is, and all other `<` and `&` escaped."""
        left: dict[str, deque[str]] = defaultdict(deque)
        for shown, written in zip(self.markup, self.written, strict=True):
            left[shown].append(written)
        parts = []
        at = 0
        while (opening := translation.find("<", at)) >= 0:
            parts.append(self._escaped(translation[at:opening]))
            at = _markup_end(translation, opening)
            stretch = translation[opening:at]
            if left[stretch]:
                stretch = left[stretch].popleft()
            else:
                stretch, at = "&lt;", opening + 1
            parts.append(stretch)
        return "".join((*parts, self._escaped(translation[at:])))

    def _escaped(self, text: str) -> str:
        table = str.maketrans({"&": "&amp;", **self.references})
        pieces = _REFERENCES.split(text.translate(_LINE_BREAKS))
        for number, piece in enumerate(pieces):
            if number % 2 == 0 or unescape(piece) == piece:
                pieces[number] = piece.translate(table)
        return "".join(pieces)


def slot(text: str, run: Run) -> HtmlSlot | None:
    """The place for a run's translation; None where there is nothing to translate in it.

    In the unit's text white space is one space, and references are the characters they mean, but
    for `<`, `>` and `&`, which would look like markup.
    """
    references: dict[str, str] = {}
    parts = []
    for piece in run.pieces:
        stretch = text[piece.start : piece.end]
        parts.append(_read(stretch, references) if piece.kind is Kind.TEXT else stretch)
    prose = (part for part, piece in zip(parts, run.pieces, strict=True) if piece.translated)
    if not has_prose(" ".join(prose)):
        return None
    start, end = run.pieces[0].start, run.pieces[-1].end
    whole = text[start:end]
    start += len(whole) - len(whole.lstrip(_SPACE))
    end -= len(whole) - len(whole.rstrip(_SPACE))
    markup = tuple(text[p.start : p.end] for p in run.pieces if p.kind is not Kind.TEXT)
    unit = Unit("".join(parts).strip(" "), run.role)
    return HtmlSlot(start, end, unit, markup, markup, references)


def _read(stretch: str, references: dict[str, str]) -> str:
    def read(match: re.Match[str]) -> str:
        written = match["reference"]
        if not written:
            return " "
        meant = unescape(written)
        if len(meant) != 1 or meant in "<>&\ufffd " or category(meant) in ("Cc", "Cs"):
            return written
        if not meant.isascii() or meant in "\"'":
            references[meant] = written
        return meant

    return _TO_READ.sub(read, stretch)


def _markup_end(text: str, at: int) -> int:
    """Where the tag, comment or untranslated element ends that this `<` begins."""
    if not MARKUP.match(text, at):
        return at + 1
    first = markup_at(text, at)
    if not is_verbatim(first, text[at : first.end]):
        return first.end
    depth = 0
    for token in tokens(text, at):
        if token.name == first.name and token.kind in (Kind.START, Kind.END):
            depth += 1 if token.kind is Kind.START else -1
        if not depth:
            return token.end
    return first.end
