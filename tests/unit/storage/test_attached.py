"""Files of DuckDB in one that the process keeps."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from storage.tables.attached import attached
from storage.tables.database import transaction


def rows(path: Path) -> list[tuple[int]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("FROM lake.t ORDER BY ALL").fetchall()


def put(path: Path, number: int) -> None:
    with attached(path) as connection, transaction(connection):
        connection.execute("CREATE SCHEMA IF NOT EXISTS lake")
        connection.execute("CREATE TABLE IF NOT EXISTS lake.t (a INTEGER)")
        connection.execute(f"INSERT INTO lake.t VALUES ({number})")


def spoil(path: Path) -> None:
    with attached(path) as connection, transaction(connection):
        connection.execute("INSERT INTO lake.t VALUES (2)")
        connection.execute("FROM nowhere")


def test_what_was_put_is_in_the_file(tmp_path: Path) -> None:
    """All is in the file itself once it is let go, and nothing beside it."""
    put(tmp_path / "a.duckdb", 1)
    put(tmp_path / "a.duckdb", 2)

    assert [(1,), (2,)] == rows(tmp_path / "a.duckdb")
    assert ["a.duckdb"] == [path.name for path in tmp_path.iterdir()]


def test_views_go_by_any_name(tmp_path: Path) -> None:
    """What was created is found in a file that bears another name by then."""
    put(tmp_path / "a.duckdb", 1)
    with attached(tmp_path / "a.duckdb") as connection:
        connection.execute("CREATE VIEW v AS FROM lake.t")
    (tmp_path / "a.duckdb").rename(tmp_path / 'an "other".duckdb')

    with duckdb.connect(str(tmp_path / 'an "other".duckdb'), read_only=True) as connection:
        assert [(1,)] == connection.execute("FROM v").fetchall()
    put(tmp_path / 'an "other".duckdb', 2)
    assert [(1,), (2,)] == rows(tmp_path / 'an "other".duckdb')


def test_an_error_undoes_what_was_begun(tmp_path: Path) -> None:
    """What raises leaves the file as it was, and the next one works."""
    put(tmp_path / "a.duckdb", 1)

    with pytest.raises(duckdb.CatalogException):
        spoil(tmp_path / "a.duckdb")
    put(tmp_path / "a.duckdb", 3)

    assert [(1,), (3,)] == rows(tmp_path / "a.duckdb")


def test_what_is_no_file_of_duckdb(tmp_path: Path) -> None:
    """It is an error, and the next one works."""
    (tmp_path / "a.duckdb").write_bytes(b"x" * 100_000)

    with pytest.raises(duckdb.Error), attached(tmp_path / "a.duckdb"):
        pass
    put(tmp_path / "b.duckdb", 1)

    assert [(1,)] == rows(tmp_path / "b.duckdb")


def test_files_of_one_name_at_once(tmp_path: Path) -> None:
    """Threads that open files of one name do so one after another."""
    paths = [tmp_path / str(number) / "catalog.duckdb" for number in range(6)]
    for path in paths:
        path.parent.mkdir()
    threads = [threading.Thread(target=put, args=(path, n)) for n, path in enumerate(paths)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [[(n,)] for n in range(6)] == [rows(path) for path in paths]
