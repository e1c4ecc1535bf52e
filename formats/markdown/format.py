"""Markdown: the text of its blocks, and what else in it is prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from domain.document.coverage import Left
from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common.encoding import decode
from formats.common.prose import has_prose
from formats.markdown import atoms as markdown_atoms
from formats.markdown import containers, fence_titles, front_matter
from formats.markdown import left as markdown_left
from formats.markdown import structure as markdown_structure
from formats.markdown.anchors import anchored
from formats.markdown.blocks import Stretch, rows_of, stretches
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.inner import definition_title
from formats.markdown.links import spelled_out
from formats.markdown.mdx import rules as mdx_rules
from formats.markdown.parser import blocks, check_depth
from formats.markdown.regions import Html, Jsx, Place, Region, Sentences
from formats.markdown.slots import Cell, Heading, Paragraph, TextSlot, WithinMark
from formats.markdown.syntax.json_front_matter import MARKUP as JSON_MARKUP
from formats.markdown.syntax.toml_front_matter import MARKUP as TOML_MARKUP
from formats.markdown.toml_values import Toml

_BLOCKS_OF_TAGS: Mapping[str, Callable[[int, int, str], Html | Jsx]] = {
    "html_block": Html,
    mdx_rules.FLOW: Jsx,
}


_SHORT = 50_000
"""Characters of a document that is kept for a moment."""


@dataclass(frozen=True, slots=True)
class MarkdownFormat:
    """CommonMark with GFM's tables, front matter and footnotes.

    Code blocks, destinations of links and all marks stay as they are. A line break that the text
    has for its width alone is `\\n` in a unit.

    Attributes:
        dialect: what is read beyond CommonMark. In MDX imports, exports and expressions are left
            alone, and tags but for their attributes with prose.
    """

    name: str = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")
    media_type: str = "text/markdown"
    bilingual: bool = False
    dialect: Dialect = COMMONMARK

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a paragraph, heading, list item's paragraph or cell, two across a hard break.

        After it those of titles and attributes in it. Blocks of HTML have the units of HTML, and
        front matter one for each value that is prose.
        """
        units = tuple(
            unit for one in _regions(decode(data).text, self.dialect) for unit in one.units
        )
        if not units:
            raise DocumentError("there is no text to translate in this document; leave it out")
        return units

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The document with a text in the place of each unit, and all between them as it is.

        Headings that would have another id than their source get the old one beside it.
        """
        decoded = decode(data)
        text = decoded.text
        parts = []
        at = number = 0
        for region in _regions(text, self.dialect):
            count = len(region.units)
            given = texts[number : number + count]
            if len(given) < count:
                raise ValueError("there are fewer texts than units")
            written = region.written(given)
            source = text[region.start : region.end]
            parts += [text[at : region.start], source if written is None else written]
            at, number = region.end, number + count
        if number != len(texts):
            raise ValueError("there are more texts than units")
        written_anew = "".join((*parts, text[at:]))
        return decoded.encode(anchored(text, written_anew, self.dialect))

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """Its code, and text that could not be placed."""
        text = decode(data).text
        tokens, regions = _taken_apart(text, self.dialect)
        return tuple(markdown_left.left(text, tokens, regions, self.dialect))

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether blocks, code, links, tags and definitions are the same."""
        return markdown_structure.difference(
            decode(source).text, decode(translated).text, self.dialect
        )


def _regions(text: str, dialect: Dialect) -> list[Region]:
    """What holds texts, in order."""
    return _taken_apart(text, dialect)[1]


def _taken_apart(text: str, dialect: Dialect) -> tuple[list[Token], list[Region]]:
    """A document's blocks, and what holds texts in them, in order."""
    # Who takes a document apart asks next what was left of it: only a short one is kept till then.
    return _of_short(text, dialect) if len(text) <= _SHORT else _of_any(text, dialect)


@lru_cache(maxsize=8)
def _of_short(text: str, dialect: Dialect) -> tuple[list[Token], list[Region]]:
    return _of_any(text, dialect)


def _of_any(text: str, dialect: Dialect) -> tuple[list[Token], list[Region]]:
    tokens, definitions = blocks(text, dialect)
    check_depth(tokens)
    rows = rows_of(text)
    found: list[Region] = [
        *_verbatim(text, rows, tokens),
        *_containers(text, rows, tokens, dialect),
        *_titles(text, rows, definitions),
        *map(Place, fence_titles.places(text, rows, tokens)),
    ]
    for stretch in stretches(text, tokens, dialect):
        slot = _slot(text, stretch, definitions, dialect)
        found += [Sentences(slot)] if slot else []
    return tokens, sorted(found, key=lambda region: region.start)


def _verbatim(
    text: str, rows: Sequence[tuple[int, int]], tokens: Sequence[Token]
) -> Iterator[Region]:
    """Front matter, and blocks of HTML or JSX that no mark of a list or quote stands in."""
    for token in tokens:
        if token.map is None or token.type not in ("front_matter", *_BLOCKS_OF_TAGS):
            continue
        first, last = token.map
        if token.type == "front_matter":
            start, end = rows[first + 1][0], rows[last - 1][0]
            if token.markup == TOML_MARKUP:
                yield Toml(start, end, text[start:end])
            elif token.markup == JSON_MARKUP:
                whole = rows[first][0], rows[last - 1][1]
                yield from map(Place, front_matter.json_places(text, *whole))
            else:
                yield from map(Place, front_matter.places(text, start, end))
        else:
            region = _BLOCKS_OF_TAGS[token.type](*_place(text, rows[first:last], token.content))
            if region.units:
                yield region


def _place(text: str, rows: Sequence[tuple[int, int]], content: str) -> tuple[int, int, str]:
    """Where a block's text stands, and that; empty where marks of a list or quote are in it.

    In front of it there may be some, on its first line.
    """
    (start, first_end), end = rows[0], rows[-1][1]
    lines = [line.strip() for line in content.rstrip("\n").split("\n")]
    head = text[start:first_end].rstrip()
    others = [text[slice(*row)].strip() for row in rows[1:]]
    if not head.endswith(lines[0]) or others != lines[1:]:
        return start, start, ""
    start += len(head) - len(lines[0])
    return start, end, text[start:end]


def _containers(
    text: str, rows: Sequence[tuple[int, int]], tokens: Sequence[Token], dialect: Dialect
) -> Iterator[Region]:
    """The titles of containers."""
    for token in tokens:
        if token.type == containers.MARK and token.map:
            _, end = rows[token.map[0]]
            start = end - len(token.content)
            if text[start:end] == token.content:
                yield from map(Place, containers.titles(token.content, start, dialect))


def _titles(
    text: str, rows: Sequence[tuple[int, int]], definitions: Mapping[str, Any]
) -> Iterator[Region]:
    """The titles of link reference definitions."""
    for definition in definitions.values():
        slot = definition_title(text, *rows[definition["map"][0]])
        if slot:
            yield Place(slot)


def _slot(
    text: str, stretch: Stretch, labels: Collection[str], dialect: Dialect
) -> TextSlot | None:
    start, end = stretch.spans[0][0], stretch.spans[-1][1]
    content = "\n".join(text[span_start:span_end] for span_start, span_end in stretch.spans)
    if not has_prose(markdown_atoms.without(content, dialect)):
        return None
    if stretch.kind == "cell":
        content = content.replace(r"\|", "|")
    unit = Unit(spelled_out(content, labels, dialect), role=stretch.role)
    if stretch.kind == "cell":
        return Cell(start, end, unit, stretch.first_on_line, dialect)
    if stretch.kind == "mark":
        before, behind = _rest_of_line(text, start, end)
        return WithinMark(start, end, unit, before, text[start:end], behind, dialect)
    if stretch.kind == "heading":
        return Heading(start, end, unit, dialect)
    between = pairwise(stretch.spans)
    separators = tuple(text[left[1] : right[0]] for left, right in between)
    opens_document = not text[:start].strip()
    return Paragraph(start, end, unit, separators, stretch.below, opens_document, dialect)


def _rest_of_line(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before a text on its line, without indentation and quote marks, and behind."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line_end = re.search(r"[\r\n]|\Z", text[end:])
    behind = text[end : end + line_end.start()] if line_end else ""
    return re.sub(r"^[\s>]+", "", text[first:start]), behind
