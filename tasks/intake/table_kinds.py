"""What a table or list among documents is: a glossary, a manifest or a document itself."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from zipfile import ZipFile

from formats.markdown.sites import configures_a_site
from tasks.intake.links import configuration_text

TABLES = (".csv", ".jsonl", ".parquet", ".xlsx")
"""The suffixes of manifests."""

GLOSSARY_COLUMN = "term"
DOCUMENT_COLUMNS = frozenset({"path", "text", "texts"})

_TERMBASE = ".tbx"
_OF_SITES = (".json", ".yaml", ".yml")
_FIRST_ENTRY = re.compile(
    r"\s*+(?:\{\s*+\"entries\"\s*+:\s*+)?\[\s*+\{(?:[^{}]|\{[^{}]*+\})*?\"term\"\s*+:"
)
_ENTRY_FIELD = re.compile(r"\"(?:translations|do_not_translate|forbidden_alternatives)\"\s*+:")
_LONGEST_BEGINNING = 4_000
_LONGEST_HEADING = 100_000
_LARGEST_WORKBOOK = 256 * 1024 * 1024


class TableKind(Enum):
    """What a file is to a submission."""

    GLOSSARY = "glossary"
    MANIFEST = "manifest"
    SITE = "site configuration"
    DOCUMENT = "document"


def table_kind(path: Path) -> TableKind:
    """What a file is, by the heading of its first column and row.

    A table with a column `term` is a glossary, one that says where documents are (`path`, `text`
    or `texts`) a manifest. A CSV or Excel file with neither is a document, as is whatever is no
    table, but for termbases (TBX) and JSON that begins with a glossary's entry, and what can't be
    read: reading it as a document says why. JSONL and Parquet are always manifests. What
    configures a site's generator, such as `mkdocs.yml`, is no document of the site.
    """
    suffix = path.suffix.lower()
    if suffix == _TERMBASE or (suffix == ".json" and _begins_with_term(path)):
        return TableKind.GLOSSARY
    if suffix in _OF_SITES and configures_a_site(path.name, lambda _: configuration_text(path)):
        return TableKind.SITE
    if suffix not in TABLES:
        return TableKind.DOCUMENT
    if suffix not in (".csv", ".xlsx"):
        return TableKind.MANIFEST
    try:
        heading = _heading_of_csv(path) if suffix == ".csv" else _heading_of_sheet(path)
    except Exception:
        return TableKind.DOCUMENT
    if GLOSSARY_COLUMN in heading:
        return TableKind.GLOSSARY
    return TableKind.MANIFEST if heading & DOCUMENT_COLUMNS else TableKind.DOCUMENT


def _begins_with_term(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            beginning = file.read(_LONGEST_BEGINNING)
    except OSError:
        return False  # Reading it as a document says why.
    return bool(_FIRST_ENTRY.match(beginning) and _ENTRY_FIELD.search(beginning))


def _heading_of_csv(path: Path) -> set[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        heading = file.readline(_LONGEST_HEADING)
    cells = heading.replace(";", ",").replace("\t", ",").split(",")
    return {cell.strip().strip('"') for cell in cells}


def _heading_of_sheet(path: Path) -> set[str]:
    # Its import would make every other submission wait.
    import openpyxl

    with ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_WORKBOOK:
            return set()
    workbook = openpyxl.load_workbook(path, read_only=True)
    try:
        first = next(workbook.worksheets[0].iter_rows(max_row=1, values_only=True), ())
    finally:
        workbook.close()
    return {str(cell).strip() for cell in first if cell is not None}
