"""`python -m tests.prefect_tables`: writes anew with which tables a Prefect server begins.

They are what all migrations of the installed version leave in an empty database.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from flows.prefect.database import DATABASE, TABLES


def migrate(folder: Path) -> Path:
    """The database that Prefect's own migrations make in a folder."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"]
    subprocess.run(
        command, env={**environ, "PREFECT_HOME": str(folder)}, check=True, capture_output=True
    )
    return folder / DATABASE


def content(database: Path) -> list[str]:
    """The statements that make a database: its tables, rows and indexes, in this order."""
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = content(migrate(Path(folder)))
    head = [f"-- Prefect {version('prefect')}", "-- Written by `python -m tests.prefect_tables`."]
    TABLES.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
