"""Files of DuckDB, opened in a DuckDB that this process keeps.

To begin one takes longer than all that is asked or changed in a small file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.tables.database import LEAN, engine
from storage.tables.literals import text

if TYPE_CHECKING:
    import duckdb

_one_at_a_time = threading.Lock()
_kept: Any = None


@contextmanager
def attached(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose database is a file; all that was changed is in it afterwards.

    One at a time: files of one name can't be open together.

    Raises:
        duckdb.Error: the file is none, or something asked or changed was wrong.
    """
    name = _quoted(path.stem)
    with _one_at_a_time:
        try:
            with _at_hand().cursor() as connection:
                connection.execute(f"ATTACH {text(str(path))} AS {name}")
                try:
                    connection.execute(f"USE {name}")
                    yield connection
                finally:
                    connection.execute("USE memory")
                    connection.execute(f"DETACH {name}")
        except engine().Error:
            # After some errors a DuckDB answers nobody any more.
            let_go()
            raise


def let_go() -> None:
    """End the DuckDB that is kept, and its threads; the next file begins another.

    Before a process is forked: the other would wait for threads that it does not have.
    """
    global _kept
    _kept = None


def _at_hand() -> Any:
    global _kept
    if _kept is None:
        _kept = engine().connect(config=LEAN)
    return _kept


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
