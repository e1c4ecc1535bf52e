"""The database of a new server, with the tables that Prefect's migrations end with.

To make them one after another takes most of a server's start; `tables.sql` says what is there once
all are done. `python -m tests.prefect_tables` writes it anew for another version.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from storage.files.durable import PRIVATE

DATABASE = "prefect.db"
ELSEWHERE = ("PREFECT_API_DATABASE", "PREFECT_SERVER_DATABASE")
"""How the settings begin by which a database may lie elsewhere, or be none of SQLite's."""
TABLES = Path(__file__).with_name("tables.sql")


def make_tables(environ: Mapping[str, str]) -> None:
    """Make the database of a server that has none yet; any other stays as it is.

    Where it is not made here, as with another version of Prefect, the server makes it by itself.

    Args:
        environ: of the server; its `PREFECT_HOME` is the folder.

    Raises:
        OSError, sqlite3.Error: it can't be written.
    """
    database = Path(environ["PREFECT_HOME"], DATABASE)
    if database.exists() or any(name.startswith(ELSEWHERE) for name in environ):
        return
    tables = TABLES.read_text(encoding="utf-8")
    if version("prefect") == _made_by(tables):
        _write(database, tables)


def _made_by(tables: str) -> str | None:
    found = re.match(r"-- Prefect (\S+)", tables)
    return found and found[1]


def _write(database: Path, tables: str) -> None:
    """Write it aside: one that was killed on the way is none."""
    aside = database.with_suffix(".new")
    aside.unlink(missing_ok=True)
    aside.touch(PRIVATE)
    with contextlib.closing(sqlite3.connect(aside)) as connection:
        connection.executescript(tables)
    aside.rename(database)
