"""The one small database of job control: leases, keys, submissions, batches and first uses.

WAL lets readers read while another writes; `synchronous=FULL` makes each commit durable (0.2 ms).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import LakeError

FILE = "control.sqlite"
BUSY_MS = 30_000
AGAIN_S = 0.01

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_started REAL NOT NULL,
    heartbeat REAL NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS leases (
    job_id TEXT PRIMARY KEY,
    fence INTEGER NOT NULL,
    run_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS leases_of_run ON leases (run_id) WHERE run_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS keys (
    hash BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    owner TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS key_of_name ON keys (name) WHERE revoked_at IS NULL;
CREATE TABLE IF NOT EXISTS webhooks (
    owner TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    event_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    body BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT,
    next_at TEXT,
    error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS submissions (
    owner TEXT NOT NULL,
    content_key TEXT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (owner, content_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    key TEXT PRIMARY KEY,
    batch_id TEXT,
    begun_at TEXT NOT NULL,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch_items (
    custom_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS batch_items_of_job ON batch_items (job_id);
CREATE INDEX IF NOT EXISTS batch_items_of_batch ON batch_items (key);
CREATE TABLE IF NOT EXISTS first_uses (
    key BLOB PRIMARY KEY,
    translation TEXT NOT NULL,
    document TEXT NOT NULL,
    content_key TEXT NOT NULL,
    at REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""

_VERSION = 6
"""Counts the schema's extensions, so that a home of an earlier one gets what it lacks."""


_ADDED = {("keys", "owner"): "TEXT"}
"""Columns that tables of an earlier schema lack, by table and name."""


class Control:
    """A connection to a lake's `control.sqlite`, shared by the threads of a process.

    Raises:
        LakeError: by all methods: the file can't be opened, read or written.
        OSError: its folder can't be made.
    """

    def __init__(self, home: Path) -> None:
        folder = home.expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / FILE
        self._lock = threading.RLock()
        with self._said():
            # Its own transactions and a lock stand in for those of the sqlite3 module.
            self._connection = sqlite3.connect(
                self._file,
                timeout=BUSY_MS / 1000,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            self._set_up()
        except BaseException:
            self._connection.close()
            raise

    def _set_up(self) -> None:
        self._into_wal()
        self.rows("PRAGMA synchronous=FULL")
        with self.exclusive():
            if self.rows("PRAGMA user_version")[0][0] < _VERSION:
                for statement in _SCHEMA.split(";"):
                    self.rows(statement)
                for (table, column), kind in _ADDED.items():
                    if column not in {row[1] for row in self.rows(f"PRAGMA table_info({table})")}:
                        self.rows(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
                self.rows(f"PRAGMA user_version = {_VERSION}")

    def _into_wal(self) -> None:
        """Switch a new file to WAL; where others do so too, SQLite waits for none of them."""
        until = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                self.rows("PRAGMA journal_mode=WAL")
                return
            except LakeError as error:
                cause = error.__cause__
                is_busy = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > until:
                    raise
            time.sleep(AGAIN_S)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement; alone, it is a transaction of its own."""
        with self._lock, self._said():
            return self._connection.execute(statement, parameters).fetchall()

    def many(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """One statement with many rows of parameters, in one transaction."""
        with self.exclusive(), self._said():
            self._connection.executemany(statement, parameters)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """A transaction that no other writer of any process overlaps; undone if it raises."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self.rows("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                # A full disk, for one, makes SQLite undo it by itself.
                if self._connection.in_transaction:
                    self.rows("ROLLBACK")
                raise
            self.rows("COMMIT")

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LakeError(f"{self._file} can't be used: {error}") from error
