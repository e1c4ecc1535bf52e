"""Files of DuckDB, opened in a DuckDB that this process keeps.

To begin one takes longer than all that is asked or changed in a small file.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.tables.database import LEAN, engine
from storage.tables.literals import text

if TYPE_CHECKING:
    import duckdb

_one_at_a_time = threading.Lock()


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
            with _kept(os.getpid()).cursor() as connection:
                connection.execute(f"ATTACH {text(str(path))} AS {name}")
                try:
                    connection.execute(f"USE {name}")
                    yield connection
                finally:
                    connection.execute("USE memory")
                    connection.execute(f"DETACH {name}")
        except engine().Error:
            # After some errors a DuckDB answers nobody any more.
            _kept.cache_clear()
            raise


@lru_cache(maxsize=1)
def _kept(process: int) -> Any:
    """The one of this process; a forked one begins its own."""
    return engine().connect(config=LEAN)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
