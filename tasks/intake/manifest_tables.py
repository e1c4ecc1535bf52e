"""The tables a manifest may come as, read into rows with the numbers a person sees."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.errors import ManifestError
from tasks.intake.manifest_cells import as_text, plain

LONGEST_CELL = 2**31 - 1
"""Characters; a cell may hold a whole document."""

BEYOND = "\0beyond"
"""The name of what stands in a row to the right of the last column that has a heading."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that holds something.

    Attributes:
        number: the line of a text file, the row of a spreadsheet, counted from 1 with its heading;
            in Parquet, which has no heading, the row counted from 1.
        cells: by heading; only what is given.
        broken: why the row can't be read; None where it can.
    """

    number: int
    cells: dict[str, Any]
    broken: ManifestError | None = None


def read_table(
    path: Path, where: str, columns: Sequence[str], data: bytes | None = None
) -> Iterator[TableRow]:
    """The rows of a table that hold something.

    Args:
        where: the table's name in messages.
        columns: the columns there may be.
        data: its bytes; where None they are read.

    Raises:
        ManifestError: the file can't be read as what its suffix says, or has an unknown column.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise ManifestError(
            f"a manifest can't end in {path.suffix!r}; known are {known}", where=where
        )
    try:
        data = path.read_bytes() if data is None else data
    except OSError as error:
        raise ManifestError(error.strerror or str(error), where=where) from None
    rows = reader(data, where, columns)
    return (row for row in rows if row.cells or row.broken)


def _csv(data: bytes, where: str, columns: Sequence[str]) -> Iterator[TableRow]:
    # Not through pandas: it passes over rows that it can't read without a word.
    text = _decoded(data, where)
    if not text.strip():
        raise ManifestError("the table is empty", where=where)
    return _below_heading(_lines(text, where), where, columns)


def _lines(text: str, where: str) -> Iterator[tuple[int, list[Any] | ManifestError]]:
    """Rows with the line each begins in; a quoted cell may run over several lines."""
    csv.field_size_limit(LONGEST_CELL)
    heading = next(line for line in text.splitlines() if line.strip())
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, ManifestError(f"the row can't be read: {error}", where=where, line=line)


def _excel(data: bytes, where: str, columns: Sequence[str]) -> Iterator[TableRow]:
    try:
        frame = pd.read_excel(
            io.BytesIO(data), header=None, dtype=object, keep_default_na=False, engine="openpyxl"
        )
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise ManifestError(f"the workbook can't be read: {error}", where=where) from None
    numbered = enumerate(frame.itertuples(index=False, name=None), start=1)
    return _below_heading(((number, list(cells)) for number, cells in numbered), where, columns)


def _below_heading(
    rows: Iterable[tuple[int, list[Any] | ManifestError]], where: str, columns: Sequence[str]
) -> Iterator[TableRow]:
    heading: list[str] | None = None
    for number, values in rows:
        if isinstance(values, ManifestError):
            if heading is None:
                raise values
            yield TableRow(number, {}, values)
            continue
        cells = [plain(value) for value in values]
        if all(cell is None for cell in cells):
            continue
        if heading is None:
            heading = [BEYOND if c is None else as_text(c).strip() for c in cells]
            _check_heading(heading, columns, where, number)
            continue
        named = zip_longest(heading, cells[: len(heading)])
        given = {name: cell for name, cell in named if cell is not None}
        if any(cell is not None for cell in cells[len(heading) :]):
            given[BEYOND] = cells[-1]
        yield TableRow(number, given)
    if heading is None:
        raise ManifestError("the table is empty", where=where)


def _check_heading(
    heading: Sequence[str], columns: Sequence[str], where: str, line: int | None
) -> None:
    for name in heading:
        if name == BEYOND:
            continue
        if name not in columns:
            raise unknown_column(name, columns, where, line)
        if heading.count(name) > 1:
            raise ManifestError("this column is there twice", where=where, line=line, field=name)


def unknown_column(
    name: str, columns: Sequence[str], where: str, line: int | None
) -> ManifestError:
    """The error for a column that a manifest can't have."""
    message = f"unknown column; known are {', '.join(columns)}"
    return ManifestError(message, where=where, line=line, field=name)


def _jsonl(data: bytes, where: str, columns: Sequence[str]) -> Iterator[TableRow]:
    # Not through pandas: one broken line would cost all the others.
    for number, line in enumerate(_decoded(data, where).split("\n"), start=1):
        if line.strip():
            yield _json_row(line, number, where, columns)


def _json_row(line: str, number: int, where: str, columns: Sequence[str]) -> TableRow:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        message = f"the line is no JSON: {error}"
        return TableRow(number, {}, ManifestError(message, where=where, line=number))
    if not isinstance(value, dict):
        message = 'each line must be an object, such as {"path": "a.md"}'
        return TableRow(number, {}, ManifestError(message, where=where, line=number))
    for name in value:
        if name not in columns:
            return TableRow(number, {}, unknown_column(name, columns, where, number))
    cells = {name: plain(cell) for name, cell in value.items()}
    return TableRow(number, {name: cell for name, cell in cells.items() if cell is not None})


def _parquet(data: bytes, where: str, columns: Sequence[str]) -> Iterator[TableRow]:
    try:
        frame = pd.read_parquet(io.BytesIO(data), engine="pyarrow")
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ManifestError(f"the file is no Parquet: {error}", where=where) from None
    names = [str(name) for name in frame.columns]
    _check_heading(names, columns, where, None)
    for number, values in enumerate(frame.itertuples(index=False, name=None), start=1):
        cells = ((name, plain(value)) for name, value in zip(names, values, strict=True))
        yield TableRow(number, {name: cell for name, cell in cells if cell is not None})


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(
            f"it is not UTF-8 (byte {error.start}); save it as UTF-8", where=where
        ) from None


_READERS: dict[str, Callable[[bytes, str, Sequence[str]], Iterator[TableRow]]] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
    ".xlsx": _excel,
}

SUFFIXES = tuple(_READERS)
"""The suffixes of tables that can be read."""
