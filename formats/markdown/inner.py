"""Prose within the marks of a Markdown text: titles of links and images, attributes of tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.document.plan import Unit
from formats.common.prose import has_prose
from formats.common.slots import Slot, written
from formats.html import attributes as html_attributes
from formats.html.lexer import Kind, markup_at
from formats.markdown.atoms import spans
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.mdx import attributes as mdx_attributes

_DESTINATION = r"(?:<[^<>\n]*+>|[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+)"
_TITLE = r"""(?P<title>"[^"\\&\n]++"|'[^'\\&\n]++')"""
_TITLED = re.compile(rf"\]\(\s*+{_DESTINATION}\s++{_TITLE}\s*+\)")
_DEFINITION = re.compile(rf"[ ]{{0,3}}\[[^\[\]]++\]:[ \t]*+{_DESTINATION}[ \t]++{_TITLE}[ \t]*+$")


@dataclass(frozen=True, slots=True)
class TitleSlot:
    """A place for the title of a link or an image, with its quotes."""

    start: int
    end: int
    unit: Unit
    quote: str

    def put(self, translation: str) -> str | None:
        """The title in its quotes, on one line."""
        table = str.maketrans(
            {"\\": "\\\\", self.quote: f"\\{self.quote}", "&": "&amp;", "\n": " ", "\r": " "}
        )
        return self.quote + translation.translate(table) + self.quote


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark of a text, and the places in it; all counted from where the text starts."""

    start: int
    end: int
    places: tuple[Slot, ...]


def definition_title(text: str, start: int, end: int) -> TitleSlot | None:
    """The title of the link reference definition on this line, where it has one."""
    match = _DEFINITION.match(text[start:end])
    return _title(match, start) if match and has_prose(match["title"]) else None


def marks(text: str, dialect: Dialect = COMMONMARK) -> list[Marked]:
    """The marks of a text that hold prose, in order."""
    found = []
    at = 0
    for start, end in [*spans(text, dialect), (len(text), len(text))]:
        found += [
            Marked(match.start(), match.end(), (_title(match, 0),))
            for match in _TITLED.finditer(text, at, start)
            if has_prose(match["title"])
        ]
        at = end
        if text.startswith("<", start):
            places = tuple(_in_tag(text, start, end, dialect))
            found += [Marked(start, end, places)] if places else []
    return found


def _in_tag(text: str, start: int, end: int, dialect: Dialect) -> Sequence[Slot]:
    if dialect.mdx:
        return [
            replace(place, start=place.start + start, end=place.end + start)
            for place in mdx_attributes.places(text[start:end])
        ]
    tag = markup_at(text, start)
    is_start = tag.kind is Kind.START and tag.end == end
    return html_attributes.of_tag(tag, text[start:end]) if is_start else ()


def with_marks(sentence: str, source: str, found: Sequence[Marked], texts: Sequence[str]) -> str:
    """A translation whose marks hold translated prose.

    Args:
        sentence: with the marks of its source.
        source: the text that `found` is of.
        found: its marks.
        texts: one a place, in order.
    """
    given = iter(texts)
    for mark in found:
        old = source[mark.start : mark.end]
        new = []
        at = mark.start
        for place in mark.places:
            text = next(given)
            put = written(place, text) if text != place.unit.text else None
            new += [source[at : place.start], put or source[place.start : place.end]]
            at = place.end
        sentence = sentence.replace(old, "".join((*new, source[at : mark.end])), 1)
    return sentence


def _title(match: re.Match[str], offset: int) -> TitleSlot:
    start, end = match.span("title")
    title = match["title"]
    unit = Unit(title[1:-1], "label", path="a.title")
    return TitleSlot(start + offset, end + offset, unit, title[0])
