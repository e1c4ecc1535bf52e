"""Asking DuckDB: one statement a `.sql` file, rows by column name."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from storage.tables.literals import written

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NAMED = re.compile(r'"(/[^"\n]+\.(?:parquet|json))"')
"""A file that DuckDB names in an error."""

_SQL = Path(__file__).parents[1] / "sql"

R = TypeVar("R")

TRIES = 20
"""Looks at what others replace meanwhile."""

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "TimeZone": "UTC",
    "autoinstall_known_extensions": False,
}
"""Of each DuckDB that reads a lake."""

LEAN = {**CONFIG, "threads": 1, "enable_external_file_cache": False}
"""For reading many small files once. A second thread for one question slows down all that are
asked at once (by half, measured), and what is read once need not be kept in memory: a seal of 250
jobs takes 10 MB and 0.6 s of CPU with these settings, 100 MB and 1.0 s without."""


def engine() -> Any:
    """DuckDB, imported when it is asked something: `connect` and the errors of `duckdb`.

    Its extension alone: what its package puts around it, relations and data frames, takes several
    times as long to import, and longer than most questions.
    """
    import _duckdb

    return _duckdb


@cache
def statement(name: str) -> str:
    """The statement in `storage/sql/<name>.sql`."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


class Database:
    """A DuckDB in memory that many threads ask at once; it owns nothing, files are all it reads.

    It is opened when it is asked something: many who read a lake ask it nothing.
    """

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._own = threading.local()

    def close(self) -> None:
        """Let go of memory and files."""
        if self._opened is not None:
            self._opened.close()

    @property
    def _root(self) -> duckdb.DuckDBPyConnection:
        with self._opening:
            if self._opened is None:
                self._opened = engine().connect(config={**LEAN, "memory_limit": "512MB"})
            return self._opened

    @property
    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's own connection."""
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._own, "cursor", None)
        if cursor is None:
            cursor = self._own.cursor = self._root.cursor()
        return cursor

    def ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows that `storage/sql/<name>.sql` gives, by column name.

        Raises:
            duckdb.Error: such as that a file is not there (any more): see `went`.
        """
        return ask_written(self.cursor, name, parameters)


def ask(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The same over a connection of one's own, with its parameters bound."""
    return rows_by_name(connection.execute(statement(name), dict(parameters)))


def ask_written(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object]
) -> list[dict[str, Any]]:
    """The same with its parameters written out, for all who serve no requests: see `literals`."""
    return rows_by_name(connection.execute(written(statement(name), parameters)))


def rows_by_name(done: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """All rows of what was executed last, by column name."""
    columns = [column[0] for column in done.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in done.fetchall()]


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All at once for who reads meanwhile; undone if it raises."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Insert rows by the names of their columns; what they lack is null."""
    connection.register("added", rows)
    connection.execute(f"INSERT INTO {table} BY NAME FROM added")
    connection.unregister("added")


def arrow_table(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Mapping[str, Any] | None = None,
) -> pa.Table:
    """The rows of a query, in one Arrow table.

    Raises:
        duckdb.Error: such as that a file is not there (any more): see `went`.
    """
    rows = connection.sql(written(query, parameters or {}))
    if rows is None:
        raise ValueError("only a query gives rows")
    return rows.to_arrow_table()


def retried(look: Callable[[], R], tries: int = TRIES) -> R:
    """What a look at files gives, while others fold, seal, compact and sweep.

    Where one went meanwhile, what replaced it is there: so it is looked again, as often as that.

    Raises:
        Exception: what the look raised, if no file went, or one did at each of the tries.
    """
    for _ in range(tries - 1):
        try:
            return look()
        except Exception as error:
            if not went(error):
                raise
    return look()


def went(error: Exception) -> bool:
    """Whether something could not be read since a file of it is not there any more.

    DuckDB has no error of its own for that: it is an `IOException`, as that of a damaged file may
    be. All name the file.
    """
    if isinstance(error, engine().Error):
        named = _NAMED.findall(str(error))
        return any(not Path(_meant(path)).exists() for path in named)
    return isinstance(error, FileNotFoundError)


def _meant(path: str) -> str:
    """The path that `literal_paths` made a pattern of."""
    return re.sub(r"\[([*?\[])\]", r"\1", path)


def literal_paths(paths: Sequence[str]) -> list[str]:
    """Paths as DuckDB takes them: what it would read as a pattern stands for itself."""
    return ["".join(f"[{c}]" if c in "*?[" else c for c in path) for path in paths]
