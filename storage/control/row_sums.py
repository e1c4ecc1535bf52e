"""Checksums of the rows of `control.sqlite`, so that a bit that flipped in one of them shows.

SQLite has none of its own. Each table has a column `sum`, and each connection of ours fills it by
triggers of its own, which are not in the file: so whoever writes a row need not think of it, and
any other program can still read the file. Who changes a row by another program changes what was
written, and is told of as that.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

COLUMN = "sum"

_BYTES = 8


class Table(NamedTuple):
    """A table whose rows have sums.

    Attributes:
        keys: the columns of its primary key.
        columns: all its columns but the sum's, in order.
    """

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def statements(self) -> Iterator[str]:
        """What has a connection fill in the sums of rows that it writes."""
        this = " AND ".join(f"{key} = NEW.{key}" for key in self.keys)
        body = f"UPDATE {self.name} SET {COLUMN} = {self.expression('NEW.')} WHERE {this}"  # noqa: S608 - our own names
        for event in ("INSERT", f"UPDATE OF {', '.join(self.columns)}"):
            name = f"{self.name}_{event.split()[0].lower()}"
            yield (
                f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{self.name} BEGIN {body}; END"
            )

    def expression(self, prefix: str = "") -> str:
        """A row's sum in SQL; `prefix` tells of which row, where there are two."""
        parts = ", ".join(f"'{column}', {prefix}{column}" for column in self.columns)
        return f"row_sum('{self.name}', {parts})"


def row_sum(table: str, *parts: Any) -> bytes:
    """The checksum of a row.

    Args:
        parts: names of columns, each followed by its value. NULL counts as no column, so that a
            column which a later version adds changes no sum.
    """
    named = zip(parts[::2], parts[1::2], strict=True)
    said = repr((table, *(pair for pair in named if pair[1] is not None)))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()


def teach(connection: sqlite3.Connection) -> None:
    """Let a connection know what a sum is."""
    connection.create_function("row_sum", -1, row_sum, deterministic=True)


def keep_sums(connection: sqlite3.Connection) -> None:
    """Let a connection that was taught fill in the sums of all rows that it writes from now on."""
    for table in tables(connection):
        for statement in table.statements:
            connection.execute(statement)


def fill_in(connection: sqlite3.Connection) -> None:
    """Give all rows their sums anew: for those of a version that had none, or other columns."""
    for table in tables(connection):
        connection.execute(f"UPDATE {table.name} SET {COLUMN} = {table.expression()}")  # noqa: S608 - our own names


def tables(connection: sqlite3.Connection) -> list[Table]:
    """The tables whose rows have sums."""
    found = []
    named = "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name"
    for (name,) in connection.execute(named).fetchall():
        columns = connection.execute(f'PRAGMA main.table_info("{name}")').fetchall()
        names = tuple(column[1] for column in columns if column[1] != COLUMN)
        if len(names) < len(columns):
            keys = tuple(column[1] for column in columns if column[5])
            found.append(Table(name, keys, names))
    return found


def wrong_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """The rows that are not what was written, in words: their table and key, nothing secret."""
    for table in tables(connection):
        rows = connection.execute(
            f"SELECT {', '.join(table.keys)} FROM {table.name}"  # noqa: S608 - our own names
            f" WHERE {COLUMN} IS NOT {table.expression()}"
        )
        for row in rows:
            keys = ", ".join(
                value.hex() if isinstance(value, bytes) else str(value) for value in row
            )
            yield f"the row {keys} of {table.name} is not what was written"
