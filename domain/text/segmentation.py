"""Sentences: a text taken apart into what is translated and what stands between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import sentencex

from domain.placeholders.protection import UNPROTECTED, Protection
from domain.text.prose import Prose
from domain.text.sentence_rules import boundaries

LONGEST = 4000
"""Characters of a sentence at most; a longer one is cut at white space."""

_LETTER = re.compile(r"[^\W\d_]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_OTHER_SPACE = re.compile(r"[^\S\n ]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch to translate, without outer white space, and what follows it untranslated."""

    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text taken apart: `lead`, then each piece's `text` and `after`, is the text again."""

    lead: str
    pieces: tuple[Piece, ...]

    def join(self, texts: Sequence[str]) -> str:
        """The text with other texts in the pieces' places, one for each piece."""
        pairs = zip(texts, self.pieces, strict=True)
        return self.lead + "".join(text + piece.after for text, piece in pairs)


def split(
    text: str, lang: str, *, whole: bool = False, protection: Protection = UNPROTECTED
) -> Segmentation:
    """A text taken apart into sentences, paragraph by paragraph.

    Paragraphs end at blank lines. No sentence ends within markup or within the text of a Markdown
    link. A paragraph that holds no letter or digit outside of its markup is no piece.

    Args:
        text: any text; no character of it is lost or changed.
        lang: its language, BCP-47; one without rules of its own is split by general ones.
        whole: the text is one piece, however many sentences it has, unless it is blank.
        protection: what is a variable in it beside those that are in any text.
    """
    spans = [(0, len(text))] if whole else _spans(text, lang, protection)
    stripped = [_stripped(text, start, end) for start, end in spans]
    stripped = [(start, end) for start, end in stripped if start < end]
    following = [*(start for start, _ in stripped), len(text)]
    pieces = (
        Piece(text[start:end], text[end:after])
        for (start, end), after in zip(stripped, following[1:], strict=True)
    )
    return Segmentation(text[: following[0]], tuple(pieces))


def has_words(text: str, protection: Protection = UNPROTECTED) -> bool:
    """Whether a text holds a letter or digit outside of its markup and variables."""
    return _LETTER_OR_DIGIT.search(Prose(text, protection).text) is not None


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without outer white space."""
    part = text[start:end]
    return end - len(part.lstrip()), start + len(part.rstrip())


def _spans(text: str, lang: str, protection: Protection) -> Iterator[tuple[int, int]]:
    """Start and end in the text of each sentence that has something to translate."""
    prose = Prose(text, protection)
    cuts = [(0, 0)]
    for position in _sentence_starts(prose.text, lang):
        place = prose.cut(position)
        if place is not None:
            cuts.append((position, place))
    cuts.append((len(prose.text), len(text)))
    for (first, start), (last, end) in pairwise(cuts):
        if _LETTER_OR_DIGIT.search(prose.text, first, last):
            yield start, end


def _sentence_starts(prose: str, lang: str) -> Iterator[int]:
    """Where in the prose a sentence begins, but for the first."""
    for start, end in _paragraphs(prose):
        if start:
            yield start
        yield from _inner_starts(prose, start, end, lang)


def _paragraphs(prose: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of lines that aren't blank."""
    start: int | None = None
    position = 0
    for line in prose.splitlines(keepends=True):
        if not line.isspace():
            start = position if start is None else start
        elif start is not None:
            yield start, position
            start = None
        position += len(line)
    if start is not None:
        yield start, position


def _inner_starts(prose: str, start: int, end: int, lang: str) -> Iterator[int]:
    """Where a sentence begins within one paragraph, but for its first.

    What has no letter, such as the number of a list item, isn't cut off from what follows.
    """
    first = start
    has_letter = False
    for here in _candidates(prose, start, end, lang):
        has_letter = has_letter or bool(_LETTER.search(prose, start, here))
        start = here
        if has_letter or here - first >= LONGEST:
            yield here
            first, has_letter = here, False


def _candidates(prose: str, start: int, end: int, lang: str) -> Iterator[int]:
    """The same by the rules of the language alone, read through a window of `LONGEST` characters:
    the library takes quadratic time over some texts."""
    while True:
        window = prose[start : min(end, start + LONGEST)]
        inner = _starts(window, lang)
        if start + LONGEST >= end:
            yield from (start + offset for offset in inner)
            return
        inner = inner or [_last_space(window)]  # the last sentence may go on beyond the window
        yield from (start + offset for offset in inner)
        start += inner[-1]


def _last_space(window: str) -> int:
    """After the last white space, or the whole length where there is none."""
    return max(window.rfind(" "), window.rfind("\n")) + 1 or len(window)


def _starts(window: str, lang: str) -> list[int]:
    """Where a sentence begins in a stretch of a paragraph, but for the first.

    What sentencex can't read gets a stand-in of the same length: it panics at white space beyond
    ASCII and raises at lone surrogates.
    """
    readable = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _OTHER_SPACE.sub(" ", window))
    language = re.split("[-_]", lang)[0].lower()
    sentences: list[str] = sentencex.segment(language, readable)
    lengths = map(len, sentences) if "".join(sentences) == readable else ()
    return boundaries(readable, language, accumulate(lengths))
