"""CSV and TSV: the cells below the heading; its columns are what paths name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.document.coverage import Left, LeftReason
from domain.document.plan import Unit
from domain.errors import DocumentError
from formats.common import slots
from formats.common.encoding import decode
from formats.common.prose import has_prose
from formats.common.slotted import Slotted

LONGEST_CELL = 32_767
"""Characters of a cell at most: more than Excel holds is no text of a table."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    unit: Unit
    separator: str
    quoted: bool

    def put(self, translation: str) -> str | None:
        if self.quoted or any(sign in translation for sign in (self.separator, '"', "\r", "\n")):
            return '"{}"'.format(translation.replace('"', '""'))
        return translation


@dataclass(frozen=True, slots=True)
class CsvFormat(Slotted):
    """A table in text: commas, semicolons or tabs part its cells, the first row heads it."""

    name: str = "csv"
    suffixes: tuple[str, ...] = (".csv", ".tsv")
    media_type: str = "text/csv"

    def places(self, text: str, target_lang: str) -> Sequence[slots.Slot]:
        """A cell with prose that is no formula; its path is what heads its column."""
        return _slots(text)

    def left(self, data: bytes, target_lang: str) -> tuple[Left, ...]:
        """The heading, whose names programs and paths know, and formulas, which are code."""
        heading, *rows = _rows(decode(data).text) or [[]]
        kept = (Left(LeftReason.KEPT, cell) for cell in heading)
        code = (Left(LeftReason.CODE, cell) for row in rows for cell in row if cell[:1] == "=")
        return tuple(left for left in (*kept, *code) if has_prose(left.text))

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether there are as many rows and cells, and no cell became a formula."""
        text, new_text = decode(source).text, decode(translated).text
        rows = zip(_rows(text), _rows(new_text), strict=False)
        for number, (here, there) in enumerate(rows, start=1):
            if len(here) != len(there):
                return f"row {number}: {len(here)} cells became {len(there)}"
            for before, after in zip(here, there, strict=True):
                if after.startswith(_FORMULA) and not before.startswith(_FORMULA):
                    return f"row {number}: a cell would be read as a formula: {after[:30]!r}"
        count, new_count = len(_rows(text)), len(_rows(new_text))
        return None if count == new_count else f"{count} rows became {new_count}"


def _separator(text: str) -> str:
    heading = text.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _rows(text: str) -> list[list[str]]:
    """The rows that aren't blank.

    Raises:
        DocumentError: a quote is wrong, or a cell is too long; with the line.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if any(len(cell) > LONGEST_CELL for cell in row):
                message = f"a cell has more than {LONGEST_CELL:,} characters; split it"
                raise DocumentError(message, line=reader.line_num)
    except csv.Error as error:
        raise DocumentError(f"this is not CSV: {error}", line=reader.line_num) from None
    return rows


def _places(text: str, separator: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each cell in rows that aren't blank, and whether the next is in its row."""
    cell = re.compile(rf'(?:"(?:[^"]|"")*+"|[^{separator}\r\n"][^{separator}\r\n]*+|)')
    at = 0
    is_first = True
    while at < len(text):
        end = cell.match(text, at).end()  # type: ignore[union-attr]
        goes_on = text[end : end + 1] == separator
        if not (is_first and end == at and not goes_on):
            yield at, end, goes_on
        at = end + (2 if text.startswith("\r\n", end) else 1)
        is_first = not goes_on
    if not is_first:
        yield at, at, False


def _slots(text: str) -> list[_Cell]:
    separator = _separator(text)
    rows = _rows(text)
    places = _places(text, separator)
    heading = rows[0] if rows else []
    found = []
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            start, end, goes_on = next(places)
            if goes_on != (column + 1 < len(row)):
                raise DocumentError("a quote stands inside of a cell; put the cell in quotes")
            if number and not value.startswith("=") and has_prose(value):
                path = heading[column] if column < len(heading) else str(column + 1)
                unit = Unit(value, role="cell", path=path.strip() or str(column + 1))
                found.append(_Cell(start, end, unit, separator, text.startswith('"', start)))
    return found
