"""Markdown: the text of paragraphs, headings, list items, quotes, footnotes and table cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.plan import Unit
from domain.prose import Prose
from formats import lines, markdown_atoms, markdown_escape, markdown_structure, slots
from formats.encoding import decode
from formats.markdown_blocks import Stretch, stretches
from formats.markdown_links import spelled_out
from formats.prose import has_prose
from formats.slotted import Slotted

_MODULE = re.compile(r"(?:import|export)\b(?=[^\n]*[{}'\"=(])")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int
    unit: Unit
    separators: tuple[str, ...]
    below: str

    def put(self, translation: str) -> str | None:
        line_count = len(self.separators) + 1
        written = markdown_escape.paragraph(
            translation, self.unit.text, line_count, below=self.below
        )
        return lines.joined(written, self.separators) if written else None


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    unit: Unit

    def put(self, translation: str) -> str | None:
        return markdown_escape.heading(translation, self.unit.text)


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    unit: Unit
    first_on_line: bool

    def put(self, translation: str) -> str | None:
        return markdown_escape.cell(translation, self.unit.text, first_on_line=self.first_on_line)


@dataclass(frozen=True, slots=True)
class MarkdownFormat(Slotted):
    """CommonMark with GFM's tables, front matter and footnotes.

    Code blocks, HTML blocks, front matter, link reference definitions and all marks stay as
    they are. A line break that the text has for its width alone is `\\n` in a unit.

    Attributes:
        mdx: whether imports, exports, expressions and JSX that holds them are left alone.
    """

    name: str = "markdown"
    suffixes: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")
    media_type: str = "text/markdown"
    mdx: bool = False

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """A paragraph, heading, list item's paragraph or cell; two across a hard break."""
        return _slots(text, self.mdx)

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether blocks, code, links, tags and definitions are the same."""
        return markdown_structure.difference(decode(source).text, decode(translated).text)


def _slots(text: str, mdx: bool) -> list[slots.Slot]:
    found, labels = stretches(text)
    if mdx:
        found = [stretch for stretch in found if not _is_code_of_mdx(text, stretch)]
    return [slot for stretch in found if (slot := _slot(text, stretch, labels))]


def _is_code_of_mdx(text: str, stretch: Stretch) -> bool:
    """Whether a paragraph is JavaScript, or has an expression in it that no variable is."""
    content = text[stretch.spans[0][0] : stretch.spans[-1][1]]
    return _MODULE.match(content) is not None or "{" in Prose(content).text


def _slot(text: str, stretch: Stretch, labels: Collection[str]) -> slots.Slot | None:
    start, end = stretch.spans[0][0], stretch.spans[-1][1]
    content = "\n".join(text[span_start:span_end] for span_start, span_end in stretch.spans)
    if not has_prose(markdown_atoms.without(content)):
        return None
    if stretch.kind == "cell":
        content = content.replace(r"\|", "|")
    unit = Unit(spelled_out(content, labels), role=stretch.role)
    if stretch.kind == "cell":
        return _Cell(start, end, unit, stretch.first_on_line)
    if stretch.kind == "heading":
        return _Heading(start, end, unit)
    between = pairwise(stretch.spans)
    separators = tuple(text[left[1] : right[0]] for left, right in between)
    return _Paragraph(start, end, unit, separators, stretch.below)
