"""What was published last: so that a pointer which is gone, or an older one, is seen to be so.

Two facts of job control: the highest version of the manifest, and the catalog by the version it
shows and the hash of its content. Each is entered once what it tells of is there, so it may lag by
what a kill came between, and never leads.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

MANIFEST = "published manifest"
CATALOG = "published catalog"


def fact_in(control: Path, name: str) -> str | None:
    """A fact in a control database; None where there is none, or the file can't be read.

    It takes no lock and makes no file, so that whoever only reads a lake may ask.
    """
    if not control.exists():
        return None
    try:
        place = f"{control.as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=30)) as connection:
            found = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    return None if found is None else str(found[0])


def shown_by(catalog: Path) -> int | None:
    """The version of the manifest that a catalog shows; None where there is no catalog."""
    if not catalog.exists():
        return None
    import duckdb

    try:
        with duckdb.connect(str(catalog), read_only=True) as connection:
            row = connection.execute("SELECT version FROM lake.manifest").fetchone()
    except duckdb.Error:
        return None
    return None if row is None else int(row[0])
