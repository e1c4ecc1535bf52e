"""Views over a lake, sealed and live together: the same for the catalog, the read-model and seals.

Views for analysts stand on those of the schema `lake`, which know where the files are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from domain.job.night import Night
from domain.judge.trial import Trial
from domain.judge.verdict import Tally
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, SealedFile
from storage.tables.database import CONFIG, engine, literal_paths, statement
from storage.tables.literals import text, texts
from storage.tables.tables import TABLES, json_structure, sealed_columns

if TYPE_CHECKING:
    import duckdb

# No job's id begins like this.
_NONE = "_none"

OWN_LIVE_SHAPE = frozenset({"jobs", "notes"})


def put_sentinels(layout: Layout) -> None:
    """Put files without rows where DuckDB reads, since it takes reading no file for an error."""
    if all(path.exists() for path in (*sentinels(layout), no_nights(layout), no_trials(layout))):
        return
    # Few come here, and what writes Parquet takes long to import.
    from storage.readmodel.sentinels import write_sentinels

    write_sentinels(layout)


def sentinels(layout: Layout) -> list[Path]:
    """The files that `put_sentinels` puts."""
    of_tables = [sealed_sentinel(layout, table) for table in TABLES]
    return [no_live(layout), no_estimates(layout), *of_tables]


def create_lake_views(
    connection: duckdb.DuckDBPyConnection, layout: Layout, tables: Collection[str] = TABLES
) -> None:
    """Create the schema `lake`, each table whole, over no files yet.

    Creating a view reads what it stands on, and some stand on others: over no files that takes
    little time. `show_sealed` and `show_live` or `gather_live` then put files under them.

    Args:
        tables: those whose rows are needed; `jobs`, which says what calls cost, needs `calls`.
    """
    create_live_views(connection, layout, tables)
    for table in tables:
        _create_sealed(connection, layout, table, [])
        _create(connection, f"lake.{table}", "lake/all", table=table)
    _create(connection, "lake.rehearsed", "lake/rehearsed")


def create_nights(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Create `lake.nights`, read anew each time, and what was asked in them."""
    show_nights(connection, layout)
    for name in ("asked_of_jobs", "asked"):
        _create(connection, f"lake.{name}", f"lake/{name}")


def show_nights(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Let `lake.nights` find the nights anew each time it is read."""
    files = [f"{literal_paths([str(layout.nights)])[0]}/*.parquet"]
    _create(connection, "lake.nights", "lake/nights", files=texts(files))


def create_trials(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Create `lake.trials`: what models made of planted errors, read anew each time."""
    files = [f"{literal_paths([str(layout.trials)])[0]}/*.parquet"]
    _create(connection, "lake.trials", "lake/trials", files=texts(files))


def create_estimates(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Create `lake.estimates`: what jobs were estimated to cost, read anew each time."""
    # A pattern may match nothing; a path must be there.
    kept = literal_paths([str(layout.predictions)])[0].removesuffix("n") + "[n]"
    files = [*literal_paths([str(no_estimates(layout))]), kept]
    _create(connection, "lake.estimates", "lake/estimates", files=texts(files))


def create_live_views(
    connection: duckdb.DuckDBPyConnection, layout: Layout, tables: Collection[str] = TABLES
) -> None:
    """Create the live part of the schema `lake`, over no files yet; of those tables."""
    connection.execute("CREATE SCHEMA lake")
    # An enumeration finds a name in no time, however many there are.
    connection.execute("CREATE TYPE lake.replaced AS ENUM ('')")
    _create(connection, "lake.live", "lake/live", files=texts(_live_sentinel(layout)))
    for table in tables:
        structure = json_structure(table)
        name = f"lake.live_{table}_rows"
        _create(connection, name, "lake/live_rows", table=table, structure=structure)
    for table in sorted(tables, key=lambda name: name != "calls"):
        source = f"lake/live_{table}" if table in OWN_LIVE_SHAPE else "lake/live_other"
        _create(connection, f"lake.live_{table}", source, table=table)


def show_sealed(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    manifest: Manifest,
    tables: Collection[str] = TABLES,
    left_out: Collection[str] | None = None,
) -> None:
    """Put the sealed files of a manifest under the views, and leave out what they replace.

    Args:
        tables: those whose rows are needed.
        left_out: live jobs that are left out; those that sealed files replace by default.
    """
    left_out = manifest.replaced if left_out is None else left_out
    names = ", ".join(map(text, ("", *sorted(left_out))))
    connection.execute("DROP TYPE lake.replaced")
    connection.execute(f"CREATE TYPE lake.replaced AS ENUM ({names})")
    layout.files.fetch(layout.home / path for table in tables for path in manifest.paths(table))
    for table in tables:
        _create_sealed(connection, layout, table, [g.files[table] for g in manifest.groups])


@contextmanager
def opened_views(
    layout: Layout, manifest: Manifest, tables: Collection[str], left_out: Collection[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB whose views show a lake as it is now.

    Args:
        tables: those whose rows are needed; `jobs`, which says what calls cost, needs `calls`.
        left_out: live jobs that are left out.
    """
    live = layout.folders.patterns(left_out)
    with engine().connect(config=CONFIG) as connection:
        if live:
            create_lake_views(connection, layout, tables)
            show_sealed(connection, layout, manifest, tables, left_out)
            gather_live(connection, layout, live, tables)
        else:
            _show_all_sealed(connection, layout, manifest, tables)
        yield connection


def _show_all_sealed(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    manifest: Manifest,
    tables: Collection[str],
) -> None:
    """Create the tables of the schema `lake` where no job is live: that takes a fraction."""
    connection.execute("CREATE SCHEMA lake")
    layout.files.fetch(layout.home / path for table in tables for path in manifest.paths(table))
    for table in tables:
        _create_sealed(connection, layout, table, [g.files[table] for g in manifest.groups], table)


def show_live(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Let the views find live files anew each time they are read."""
    # DuckDB takes the columns from the first file, which must not go.
    files = [*_live_sentinel(layout), f"{literal_paths([str(layout.live)])[0]}/*/*.parquet"]
    _create(connection, "lake.live", "lake/live", files=texts(files))


def gather_live(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    files: Sequence[str],
    tables: Collection[str],
) -> None:
    """Read live files once, for all that the views are asked.

    Args:
        files: paths or patterns, as DuckDB takes them.
        tables: those whose rows are needed.
    """
    # DuckDB takes the columns from the first file, which must be there.
    paths = [*_live_sentinel(layout), *files]
    live = statement("lake/live").format(files=texts(paths))
    wanted = ", ".join(f"'{table}'" for table in tables)
    connection.execute(f"CREATE TABLE lake.gathered AS FROM ({live}) WHERE kind IN ({wanted})")
    _create(connection, "lake.live", "lake/gathered")


def _live_sentinel(layout: Layout) -> list[str]:
    return literal_paths([str(no_live(layout))])


def no_nights(layout: Layout) -> Path:
    """A night's file without rows that has all columns of this version."""
    # Among the others: a pattern that fits nothing is an error too. Beside the fields is the row.
    return layout.nights / f"none-{len(fields(Night)) + 1}.parquet"


def no_trials(layout: Layout) -> Path:
    """A trial's file without rows that has all columns of this version."""
    columns = len(fields(Trial)) - 1 + len(fields(Tally))
    return layout.trials / f"none-{columns}.parquet"


def no_live(layout: Layout) -> Path:
    """A live file without rows."""
    return layout.live / _NONE / "none.parquet"


def no_estimates(layout: Layout) -> Path:
    """A file of estimates that has none."""
    return layout.live / _NONE / "none.json"


def _create_sealed(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    table: str,
    files: list[SealedFile],
    name: str | None = None,
) -> None:
    _create(
        connection,
        f"lake.{name or f'sealed_{table}'}",
        "lake/sealed",
        files=texts(sealed_paths(layout, table, (file.path for file in files))),
        # Matching columns by name opens every file before the first row is read.
        mixed=str(any(file.columns != len(sealed_columns(table)) for file in files)),
    )


def _create(connection: duckdb.DuckDBPyConnection, name: str, source: str, **parts: str) -> None:
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS {statement(source).format(**parts)}")


def sealed_paths(layout: Layout, table: str, paths: Iterable[str]) -> list[str]:
    """Sealed files of a table as DuckDB takes them, after the one without rows.

    Files of older versions lack columns, which that one has.

    Args:
        paths: from home.
    """
    files = [sealed_sentinel(layout, table), *(layout.home / path for path in paths)]
    return literal_paths([str(file) for file in files])


def sealed_sentinel(layout: Layout, table: str) -> Path:
    """A sealed file without rows that has all columns of this version."""
    # Named by its columns: a version that adds one puts a sentinel of its own.
    return layout.sealed / _NONE / f"{table}-{len(TABLES[table])}.parquet"
