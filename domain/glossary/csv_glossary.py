"""Glossaries in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from domain.briefing import GlossaryEntry
from domain.errors import GlossaryError
from domain.languages import normalized

_FIELDS = (
    "context",
    "domain",
    "admitted",
    "forbidden_alternatives",
    "do_not_translate",
    "case_sensitive",
    "status",
)
_KNOWN = ("term", *_FIELDS)

_SPLIT = "|"
_BOOLEANS = {
    "": False,
    "false": False,
    "no": False,
    "0": False,
    "true": True,
    "yes": True,
    "1": True,
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column holds what, by its place in a row."""

    term: int
    fields: Mapping[str, int]
    languages: Mapping[str, int]
    count: int


def read_csv(text: str, *, where: str) -> tuple[GlossaryEntry, ...]:
    """The entries of a glossary table.

    The first row names the columns: `term`, one column a target language (BCP-47), and any of
    `context`, `domain`, `admitted`, `forbidden_alternatives` (several are separated by `|`),
    `do_not_translate`, `case_sensitive` (true or false) and `status`. Commas, semicolons or tabs
    separate cells. A term may stand twice when its `context` or `domain` differs.

    Args:
        text: the file's content.
        where: the file, for messages.

    Raises:
        GlossaryError: it can't be used; with line and column.
    """
    rows = _rows(text.lstrip("\ufeff"), where)
    line, header = next(rows, (None, []))
    if line is None:
        raise GlossaryError("the glossary is empty; its first row names the columns", where=where)
    columns = _columns(header, where, line)
    entries: dict[tuple[str, str | None, str | None], GlossaryEntry] = {}
    for line, row in rows:
        entry = _entry(row, columns, where, line)
        key = (entry.term, entry.context, entry.domain)
        if key in entries:
            message = f"{entry.term!r} is there twice; give each sense its own context, or drop one"
            raise GlossaryError(message, where=where, line=line, field="term")
        entries[key] = entry
    return tuple(entries.values())


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, trimmed, with the lines they end on."""
    header = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise GlossaryError(f"no valid CSV: {error}", where=where, line=reader.line_num) from None


def _columns(names: Sequence[str], where: str, line: int) -> _Columns:
    fields: dict[str, int] = {}
    languages: dict[str, int] = {}
    for place, name in enumerate(names):
        field = name.casefold()
        code = None if field in _KNOWN else _language(name)
        problem = None
        if not name:
            problem = f"column {place + 1} has no name"
        elif field not in _KNOWN and code is None:
            problem = f"unknown column; known are {', '.join(_KNOWN)}, and languages such as 'de'"
        elif (code or field) in (fields | languages):
            problem = "this column is there twice"
        if problem:
            raise GlossaryError(problem, where=where, line=line, field=name or None)
        if code is None:
            fields[field] = place
        else:
            languages[code] = place
    if "term" not in fields:
        raise GlossaryError("this column is missing", where=where, line=line, field="term")
    if not languages and not {"do_not_translate", "forbidden_alternatives"} & fields.keys():
        message = "no column holds translations; add one named by a target language, such as 'de'"
        raise GlossaryError(message, where=where, line=line)
    return _Columns(fields.pop("term"), fields, languages, len(names))


def _language(name: str) -> str | None:
    try:
        return normalized(name)
    except ValueError:
        return None


def _entry(row: Sequence[str], columns: _Columns, where: str, line: int) -> GlossaryEntry:
    if len(row) > columns.count:
        message = (
            f"{len(row)} cells, but the first row names {columns.count} columns; "
            "quote a cell that holds the separator"
        )
        raise GlossaryError(message, where=where, line=line)
    cells = [*row, *[""] * (columns.count - len(row))]
    values: dict[str, object] = {"term": cells[columns.term]}
    for name, place in columns.fields.items():
        if name in ("do_not_translate", "case_sensitive"):
            values[name] = _boolean(cells[place], name, where, line)
        elif name in ("admitted", "forbidden_alternatives"):
            parts = (part.strip() for part in cells[place].split(_SPLIT))
            values[name] = tuple(part for part in parts if part)
        elif cells[place]:
            values[name] = cells[place].casefold() if name == "status" else cells[place]
    values["translations"] = {
        code: cells[place] for code, place in columns.languages.items() if cells[place]
    }
    try:
        return GlossaryEntry.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = str(first["msg"]).removeprefix("Value error, ")
        raise GlossaryError(message, where=where, line=line, field=str(first["loc"][0])) from None


def _boolean(cell: str, name: str, where: str, line: int) -> bool:
    try:
        return _BOOLEANS[cell.casefold()]
    except KeyError:
        raise GlossaryError(
            f"{cell!r} is neither true nor false", where=where, line=line, field=name
        ) from None
