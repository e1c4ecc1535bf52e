"""Places of Markdown's text, and how a translation is written there."""

from __future__ import annotations

from dataclasses import dataclass

from domain.document.plan import Unit
from formats.common import lines
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.writing import escape as markdown_escape


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a part of one; `below` and `opens_document` are those of its escapes."""

    start: int
    end: int
    unit: Unit
    separators: tuple[str, ...]
    below: str
    opens_document: bool = False
    dialect: Dialect = COMMONMARK

    def put(self, translation: str) -> str | None:
        line_count = len(self.separators) + 1
        written = markdown_escape.paragraph(
            translation,
            self.unit.text,
            line_count,
            below=self.below,
            opens_document=self.opens_document,
            dialect=self.dialect,
        )
        return lines.joined(written, self.separators) if written else None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading behind `#`."""

    start: int
    end: int
    unit: Unit
    dialect: Dialect = COMMONMARK

    def put(self, translation: str) -> str | None:
        return markdown_escape.heading(translation, self.unit.text, self.dialect)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    start: int
    end: int
    unit: Unit
    first_on_line: bool
    dialect: Dialect = COMMONMARK

    def put(self, translation: str) -> str | None:
        return markdown_escape.cell(
            translation,
            self.unit.text,
            first_on_line=self.first_on_line,
            dialect=self.dialect,
        )


@dataclass(frozen=True, slots=True)
class WithinMark:
    """A text within a line that stays; `before`, `source` and `behind` are that line."""

    start: int
    end: int
    unit: Unit
    before: str
    source: str
    behind: str
    dialect: Dialect = COMMONMARK

    def put(self, translation: str) -> str | None:
        line = (self.before, self.source, self.behind)
        return markdown_escape.within_mark(translation, self.unit.text, line, self.dialect)


TextSlot = Paragraph | Heading | Cell | WithinMark
