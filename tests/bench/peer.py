"""The peer of the read-model: the same rows in an indexed PostgreSQL, behind the same API."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg.rows import dict_row

from domain.job.job import Job
from storage.layout.documents import Documents
from storage.layout.layout import is_job_id
from storage.tables.records import EVERYTHING, Columns, JobRecord
from storage.tables.rows import records
from storage.tables.tables import SORTED_BY, TABLES, sealed_columns

_KINDS = {
    "DOUBLE": "double precision",
    "DECIMAL(38,18)": "numeric(38,18)",
    "VARCHAR": "text",
    "BIGINT[]": "bigint[]",
}


def load(url: str, catalog: Path, folder: Path) -> None:
    """Copy a lake's rows, sealed and live, and index them.

    Args:
        url: of the database.
        catalog: the lake's.
        folder: where files may lie for a while that the database reads.
    """
    with psycopg.connect(url, autocommit=True) as there:
        for table in TABLES:
            columns = sealed_columns(table)
            typed = ", ".join(f"{name} {_KINDS.get(kind, kind)}" for name, kind in columns.items())
            there.execute(f"CREATE UNLOGGED TABLE {table} ({typed})")
            file = folder / f"{table}.csv"
            with duckdb.connect(str(catalog), read_only=True) as here:
                here.execute("SET TimeZone = 'UTC'")
                here.execute(
                    f"COPY (SELECT {_as_text(columns)} FROM lake.{table}) TO '{file}' (HEADER)"
                )
            file.chmod(0o644)
            there.execute(f"COPY {table} FROM '{file}' (FORMAT csv, HEADER true)")
            file.unlink()
            there.execute(f"CREATE INDEX ON {table} ({', '.join(SORTED_BY[table])})")
            there.execute(f"ANALYZE {table}")


def _as_text(columns: Mapping[str, str]) -> str:
    lists = {name for name, kind in columns.items() if kind.endswith("[]")}
    return ", ".join(
        f"'{{' || array_to_string({name}, ',') || '}}' AS {name}" if name in lists else name
        for name in columns
    )


class PostgresReads:
    """Reads jobs as `storage.readmodel.readmodel.ReadModel` does, with a connection a thread."""

    def __init__(self, url: str, home: Path) -> None:
        self._url = url
        self._documents = Documents(home)
        self._own = threading.local()

    def close(self) -> None:
        """Connections end with their threads."""

    def record(
        self,
        job_id: str,
        columns: Mapping[str, Columns] = EVERYTHING,
        owner: str | None = None,
    ) -> JobRecord | None:
        """One job, by the same columns."""
        if not is_job_id(job_id):
            return None
        found: dict[str, Any] = dict.fromkeys(TABLES, ())
        for table, wanted in columns.items():
            names = "*" if wanted is None else ", ".join(("job_id", *wanted))
            order = ", ".join(SORTED_BY[table])
            rows = self._connection.execute(
                f"SELECT {names} FROM {table} WHERE job_id = %s ORDER BY {order}", (job_id,)
            ).fetchall()
            if table == "jobs" and (not rows or owner not in (None, rows[0]["owner"])):
                return None
            found[table] = records(table, rows)
        return JobRecord(
            found["jobs"][0], found["segments"], found["calls"], found["notes"], found["errors"]
        )

    def output(self, job: Job) -> bytes | None:
        """The assembled document, from the same store."""
        return None if job.output is None else self._documents.get(job.output)

    def held(self, job_id: str) -> bool:
        """By a row that each job has, as a lease would."""
        row = self._connection.execute(
            "SELECT attempt_open FROM jobs WHERE job_id = %s", (job_id,)
        ).fetchone()
        return bool(row and row["attempt_open"])

    @property
    def _connection(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = psycopg.connect(self._url, autocommit=True, row_factory=dict_row)
            self._own.connection = connection
        return connection
