"""The one small database of job control: leases, keys, submissions, batches and facts.

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
from storage.control_steps import STEPS, VERSION

FILE = "control.sqlite"
BUSY_MS = 30_000
AGAIN_S = 0.01


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
        if self._version() < VERSION:
            with self.exclusive():
                self._carry_over()

    def _carry_over(self) -> None:
        # Another process may have been faster.
        for step in STEPS[self._version() :]:
            for statement in step.statements.split(";"):
                self.rows(statement)
        self.rows(f"PRAGMA user_version = {VERSION}")

    def _version(self) -> int:
        version = int(self.rows("PRAGMA user_version")[0][0])
        if version > VERSION:
            raise LakeError(
                f"{self._file} has version {version}, which a newer Nightdesk wrote;"
                f" this one knows versions up to {VERSION}: use the newer one"
            )
        return version

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
