"""A file that went while it was read is told from one that can't be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.tables.database import literal_paths, retried, went


def files(folder: Path, count: int, rows: int) -> list[Path]:
    """Parquet files of some rows, in a folder whose name DuckDB would take for a pattern."""
    there = folder / "a [b]*"
    there.mkdir()
    table = pa.table({"text": [f"{number:0200}" for number in range(rows)]})
    paths = [there / f"{number}.parquet" for number in range(count)]
    for path in paths:
        pq.write_table(table, path, row_group_size=2_000)
    return paths


def error_of(
    paths: list[Path],
    harm: Callable[[list[Path]], None],
    *,
    pattern: bool = False,
    late: bool = False,
) -> duckdb.Error:
    """What DuckDB raises where files come to harm before they are read, or once it has begun."""
    names = literal_paths([str(path) for path in paths])
    if pattern:
        names = [f"{literal_paths([str(paths[0].parent)])[0]}/*.parquet"]
    with duckdb.connect(config={"threads": 1}) as connection:
        if not late:
            harm(paths)

        def read() -> None:
            result = connection.execute("SELECT * FROM read_parquet($files)", {"files": names})
            if late:
                harm(paths)
            result.fetchall()

        with pytest.raises(duckdb.Error) as raised:
            read()
    return raised.value


def remove(paths: list[Path]) -> None:
    for path in paths[1:]:
        path.unlink()


def cut(paths: list[Path]) -> None:
    for path in paths[1:]:
        path.write_bytes(path.read_bytes()[:100])


def garble(paths: list[Path]) -> None:
    for path in paths[1:]:
        content = bytearray(path.read_bytes())
        content[10:500] = b"\xff" * 490
        path.write_bytes(content)


def test_a_file_that_went_before_it_was_opened(tmp_path: Path) -> None:
    """A file that is not there when it is opened went."""
    error = error_of(files(tmp_path, 3, 10), remove)

    assert type(error) is duckdb.IOException
    assert went(error)


@pytest.mark.parametrize("pattern", [False, True])
def test_a_file_that_went_while_a_result_was_fetched(tmp_path: Path, pattern: bool) -> None:
    """So did one that goes once the first rows are there."""
    error = error_of(files(tmp_path, 30, 20_000), remove, pattern=pattern, late=True)

    assert type(error) is duckdb.IOException
    assert went(error)


@pytest.mark.parametrize("harm", [cut, garble])
@pytest.mark.parametrize("late", [False, True])
def test_a_damaged_file_did_not_go(
    tmp_path: Path, harm: Callable[[list[Path]], None], late: bool
) -> None:
    """A file that is there and can't be read did not go, whatever DuckDB calls it."""
    assert not went(error_of(files(tmp_path, 30, 20_000), harm, late=late))


def test_what_is_no_file(tmp_path: Path) -> None:
    """A mistake in a statement is none of a file; a file that is not found is."""
    with duckdb.connect() as connection, pytest.raises(duckdb.Error) as raised:
        connection.execute("SELECT nothing")

    assert not went(raised.value)
    assert went(FileNotFoundError())
    assert not went(PermissionError())


def looks(*outcomes: object) -> tuple[Callable[[], object], list[object]]:
    """A look at files that raises or returns one outcome after another; and those that are left."""
    left = list(outcomes)

    def look() -> object:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return look, left


def test_it_is_looked_again_where_a_file_went() -> None:
    """Where a file went it is looked again; what replaced it is there by then."""
    look, left = looks(FileNotFoundError("a"), FileNotFoundError("b"), "found")

    assert retried(look) == "found"
    assert left == []


def test_it_is_not_looked_again_for_ever() -> None:
    """A file that is gone each time is told after as many looks as there may be."""
    look, left = looks(*(FileNotFoundError(name) for name in "abcd"))

    with pytest.raises(FileNotFoundError, match="c"):
        retried(look, 3)
    assert len(left) == 1


def test_what_can_not_be_read_is_looked_at_once() -> None:
    """A file that is there and can't be read is told at once."""
    look, left = looks(PermissionError("a"), "found")

    with pytest.raises(PermissionError):
        retried(look)
    assert left == ["found"]
