"""A new server's database has at once what Prefect's migrations would put there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from flows.prefect import database
from flows.prefect.database import make_tables
from tests.prefect_tables import content, migrate


def made(folder: Path, **environ: str) -> bool:
    make_tables({"PREFECT_HOME": str(folder), **environ})
    return (folder / "prefect.db").exists()


def parts(file: Path) -> list[list[str]]:
    """The lines of each statement; the order of indexes, and of keys in a table, is chance."""
    return sorted(
        sorted(line.strip(" \t,") for line in statement.split("\n")) for statement in content(file)
    )


def test_the_tables_are_those_of_the_migrations(tmp_path: Path) -> None:
    """Tables, indexes and rows are those that the installed version's migrations end with."""
    assert made(tmp_path)

    (tmp_path / "migrated").mkdir()
    assert parts(migrate(tmp_path / "migrated")) == parts(tmp_path / "prefect.db")


def test_who_may_read_it(tmp_path: Path) -> None:
    """Nobody else may read it, and nothing is left beside it."""
    assert made(tmp_path)

    assert [("prefect.db", 0o600)] == [
        (path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()
    ]


def test_a_database_that_is_there_stays(tmp_path: Path) -> None:
    """One of a home of before is left to the server."""
    (tmp_path / "prefect.db").write_bytes(b"of before")

    assert made(tmp_path)
    assert b"of before" == (tmp_path / "prefect.db").read_bytes()


@pytest.mark.parametrize(
    "name", ["PREFECT_API_DATABASE_CONNECTION_URL", "PREFECT_SERVER_DATABASE_DRIVER"]
)
def test_a_database_elsewhere(tmp_path: Path, name: str) -> None:
    """None is made where the settings say that it lies elsewhere."""
    assert not made(tmp_path, **{name: "postgresql+asyncpg"})


def test_another_version_makes_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of one version are given to no other."""
    monkeypatch.setattr(database, "version", lambda _: "3.9.2")

    assert not made(tmp_path)


def test_what_a_kill_left_is_made_anew(tmp_path: Path) -> None:
    """Half a database that was never put in its place is in nobody's way."""
    with sqlite3.connect(tmp_path / "prefect.new") as left:
        left.execute("CREATE TABLE flow (id)")
    left.close()

    assert made(tmp_path)
    assert not (tmp_path / "prefect.new").exists()
