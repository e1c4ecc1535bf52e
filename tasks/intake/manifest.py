"""A manifest: a table of documents, a row a job, or several where it names several languages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.briefing import Briefing
from domain.errors import ManifestError
from tasks.intake.manifest_cells import (
    as_codes,
    as_object,
    as_objects,
    as_strings,
    as_switch,
    as_text,
)
from tasks.intake.manifest_tables import BEYOND, SUFFIXES, TableRow, read_table

__all__ = ["COLUMNS", "SUFFIXES", "Manifest", "ManifestRow", "read_manifest"]


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One document of a manifest. One of `path`, `text` and `texts` is given.

    Attributes:
        number: the row as a person sees it, for messages.
        path: the document's file.
        text: the document itself.
        texts: the document as strings that are a segment each.
        name: what the row calls itself (`id`), for its output's name.
        fields: fields of its briefing, `target_lang` as a tuple; only what is given.
    """

    number: int
    path: Path | None
    text: str | None
    texts: tuple[str, ...] | None
    name: str | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest's rows in order, and an error for each row that can't be used."""

    rows: tuple[ManifestRow, ...]
    rejected: tuple[ManifestError, ...]


def _stripped(value: Any) -> str:
    return as_text(value).strip()


def _path(value: Any) -> str:
    path = _stripped(value)
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise ValueError("no file can have this name") from None
    if "\0" in path:
        raise ValueError("no file's name has a NUL character")
    return path


_CELLS: dict[str, Callable[[Any], Any]] = {
    "id": _stripped,
    "path": _path,
    "text": as_text,
    "texts": as_strings,
    "source_lang": _stripped,
    "target_lang": as_codes,
    "domain": _stripped,
    "tone": _stripped,
    "text_type": _stripped,
    "instructions": as_text,
    "style_reference": as_text,
    "glossary": as_objects,
    "glossary_ids": as_codes,
    "constraints": as_objects,
    "source_review": as_switch,
    "alone": as_switch,
    "dialect": _stripped,
    "paths": as_strings,
    "by_key": as_strings,
    "protect": as_strings,
    "notes": as_object,
    "metadata": as_object,
}

COLUMNS = tuple(_CELLS)
"""The columns a manifest may have."""

_DOCUMENT = ("path", "text", "texts")
assert set(Briefing.model_fields) <= set(COLUMNS)


def read_manifest(path: Path, *, where: str | None = None, data: bytes | None = None) -> Manifest:
    """The rows of a CSV, JSONL, Parquet or Excel file.

    Paths are taken relative to the manifest's folder.

    Args:
        where: the manifest's name in messages; its path where None.
        data: its bytes; where None they are read.

    Raises:
        ManifestError: the file can't be read as a table at all, or has no row.
    """
    where = where or str(path)
    rows: list[ManifestRow] = []
    rejected: list[ManifestError] = []
    for row in read_table(path, where, COLUMNS, data):
        try:
            rows.append(_row(row, path.parent, where))
        except ManifestError as error:
            rejected.append(error)
    if not rows and not rejected:
        raise ManifestError("the table has no rows", where=where)
    return Manifest(tuple(rows), tuple(rejected))


def _row(row: TableRow, folder: Path, where: str) -> ManifestRow:
    def error(message: str, field: str | None = None) -> ManifestError:
        return ManifestError(message, where=where, line=row.number, field=field)

    if row.broken:
        raise row.broken
    _check_columns(row.cells, error)
    values: dict[str, Any] = {}
    for column, cell in row.cells.items():
        try:
            values[column] = _CELLS[column](cell)
        except ValueError as problem:
            raise error(str(problem), column) from None
    path = values.pop("path", None)
    return ManifestRow(
        number=row.number,
        path=None if path is None else folder / path,
        text=values.pop("text", None),
        texts=values.pop("texts", None),
        name=values.pop("id", None),
        fields=values,
    )


def _check_columns(
    columns: Iterable[str], error: Callable[[str, str | None], ManifestError]
) -> None:
    for column in columns:
        if column == BEYOND:
            raise error("there is a cell that no column's heading stands over", None)
    given = [column for column in columns if column in _DOCUMENT]
    if not given:
        raise error("give the document as path, text or texts", "path")
    if len(given) > 1:
        raise error(f"give only one of {' and '.join(given)}", given[1])
