"""The one small database of job control: leases, keys, submissions, batches and facts.

WAL lets readers read while another writes; `synchronous=FULL` makes each commit durable (0.2 ms).
"""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from domain.errors import LakeDamaged, LakeError, LakeTooNew
from storage.control.row_sums import fill_in, keep_sums, teach, wrong_rows
from storage.control.steps import STEPS, VERSION
from storage.control.witness import FILE as WITNESS
from storage.control.witness import Witness, last_witness, write_witness
from storage.files.durable import PRIVATE, private_folder
from storage.files.findings import REMEDY

FILE = "control.sqlite"
BUSY_MS = 30_000
AGAIN_S = 0.01

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_ID, CHANGES = "control_id", "changes"
_COUNT = """
INSERT INTO facts (name, value) VALUES (?, '1')
ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1
"""


class ControlLost(LakeDamaged):
    """The database is not there, or older than the lake: what is entered in it is not known."""


class Control:
    """A connection to a lake's `control.sqlite`, shared by the threads of a process.

    Args:
        home: the folder it lies in.
        lost: whether to open it also where it was lost, to make it anew.

    Raises:
        ControlLost: on opening: it is missing though the home has jobs, or an older one lies here.
        LakeError: by all methods: the file can't be opened, read or written.
        OSError: its folder can't be made.
    """

    def __init__(self, home: Path, *, lost: bool = False) -> None:
        self._home = home.expanduser().resolve()
        private_folder(self._home)
        self._file = self._home / FILE
        self._lock = threading.RLock()
        self._said = _Said(self._file)
        self._is_counted = False
        # Before the database: what is written down is never ahead of it.
        seen = last_witness(self._home)
        if not lost and is_missing(self._home):
            raise ControlLost(FILE, "is missing, though the home has jobs", REMEDY)
        with self._said:
            # Its own transactions and a lock stand in for those of the sqlite3 module.
            self._connection = sqlite3.connect(
                self._file,
                timeout=BUSY_MS / 1000,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            # SQLite gives the files beside it the same mode. By the path: whoever closes a file
            # descriptor of the database lets go of all locks that this process has on it.
            with suppress(PermissionError):  # another user's
                self._file.chmod(PRIVATE)
            self._set_up()
            if not lost:
                self._check(seen)
        except BaseException:
            self._connection.close()
            raise

    def _check(self, seen: Witness | None) -> None:
        if seen is None:
            return
        control_id, changes = self.witness()
        if control_id != seen.control_id:
            raise ControlLost(FILE, "is not the one that this home had last", REMEDY)
        if changes < seen.changes:
            missing = seen.changes - changes
            lacks = f"it lacks the last {missing:,} of {seen.changes:,} changes"
            raise ControlLost(FILE, f"is older than the home: {lacks}", REMEDY)

    def _set_up(self) -> None:
        self._into_wal()
        with self._said:
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("PRAGMA temp_store=MEMORY")
            teach(self._connection)
        if self._version() < VERSION:
            with self.exclusive():
                self._carry_over()
        with self._said:
            keep_sums(self._connection)

    def _carry_over(self) -> None:
        # Another process may have been faster.
        version = self._version()
        if version == VERSION:
            return
        if version:
            for said in self.faults():
                raise LakeDamaged(FILE, f"is damaged: {said}", REMEDY)
        for step in STEPS[version:]:
            for statement in step.statements.split(";"):
                self.rows(statement)
        named = _ID, uuid.uuid4().hex
        self.rows("INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)", named)
        with self._said:
            fill_in(self._connection)
        self.rows(f"PRAGMA user_version = {VERSION}")

    def _version(self) -> int:
        version = int(self.rows("PRAGMA user_version")[0][0])
        if version > VERSION:
            known = f"it has version {version}, and this Nightdesk knows those up to {VERSION}"
            raise LakeTooNew(FILE, known)
        return version

    def witness(self) -> Witness:
        """What the database has come to."""
        facts = dict(
            self.rows("SELECT name, value FROM facts WHERE name IN (?, ?)", (_ID, CHANGES))
        )
        return Witness(facts.get(_ID, ""), int(facts.get(CHANGES, 0)))

    def faults(self) -> list[str]:
        """What is wrong with the database, in words."""
        found = [said for (said,) in self.rows("PRAGMA integrity_check") if said != "ok"]
        with self._lock, self._said:
            return [*found, *wrong_rows(self._connection)]

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
        with self._lock, self._said:
            return self._connection.execute(statement, parameters).fetchall()

    def many(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """One statement with many rows of parameters, in one transaction."""
        with self.exclusive(), self._said:
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
                self._is_counted = False
                # A full disk, for one, makes SQLite undo it by itself.
                if self._connection.in_transaction:
                    self.rows("ROLLBACK")
                raise
            self.rows("COMMIT")
            if self._is_counted:
                self._write_down()

    def count(self) -> None:
        """Count a change that must not be lost unawares, in its transaction (`control.witness`)."""
        with self.exclusive():
            self.rows(_COUNT, (CHANGES,))
            self._is_counted = True

    def _write_down(self) -> None:
        self._is_counted = False
        # The change is durable, whether it is written down or not.
        with suppress(OSError):
            write_witness(self._home, self.witness())


class _Said:
    """Tells of SQLite's errors as of the lake's; a class, since each statement goes through it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        # A damaged schema makes an error whose text Python can't read.
        is_damaged = isinstance(error, UnicodeDecodeError) or (
            getattr(error, "sqlite_errorcode", None) in _DAMAGED
        )
        if is_damaged:
            raise LakeDamaged(FILE, f"can't be used: {error}", REMEDY) from error
        if isinstance(error, sqlite3.Error):
            raise LakeError(f"{self._file} can't be used: {error}") from error


def is_missing(home: Path) -> bool:
    """Whether a home has no database though it must have had one: it has jobs, or a witness.

    Every job, and what is sealed of it, was entered when the database was there.
    """
    file = home / FILE
    if file.exists() and file.stat().st_size:
        return False
    return (home / WITNESS).exists() or any(
        not entry.name.startswith("_")
        for name in ("live", "sealed")
        if (home / name).is_dir()
        for entry in (home / name).iterdir()
    )
