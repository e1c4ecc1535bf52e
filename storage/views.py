"""Views over a lake, sealed and live together: the same for the catalog, the read-model and seals.

Views for analysts stand on those of the schema `lake`, which know where the files are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from storage.database import statement
from storage.durable import sync_folder, write_file
from storage.layout import Layout
from storage.live import SCHEMA, parquet_bytes
from storage.manifest import Manifest, SealedFile
from storage.reading import literal_paths
from storage.tables import TABLES, json_structure, sealed_columns, sealed_schema

# No job's id begins like this.
_NONE = "_none"

OWN_LIVE_SHAPE = frozenset({"jobs", "notes"})


def put_sentinels(layout: Layout) -> None:
    """Put files without rows where DuckDB reads, since it takes reading no file for an error."""
    _put(layout.live / _NONE / "none.parquet", SCHEMA)
    for table in TABLES:
        _put(_sealed_sentinel(layout, table), sealed_schema(table))


def create_lake_views(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Create the schema `lake`, each table whole, over no files yet; `point_at` gives it files.

    Creating a view reads what it stands on: over no files that takes no time.
    """
    create_live_views(connection, [str(layout.live / _NONE / "none.parquet")])
    for table in TABLES:
        _create_sealed(connection, layout, table, [])
        _create(connection, f"lake.{table}", "lake/all", table=table)


def point_at(connection: duckdb.DuckDBPyConnection, layout: Layout, manifest: Manifest) -> None:
    """Let the schema `lake` show what counts by a manifest.

    Sealed files are those of the manifest; live ones are found anew each time a view is read.
    """
    gone = pa.table({"job_id": pa.array(sorted(manifest.replaced), pa.string())})
    connection.register("gone", gone)
    connection.execute("INSERT INTO lake.replaced SELECT job_id FROM gone")
    connection.unregister("gone")
    for table in TABLES:
        _create_sealed(connection, layout, table, [g.files[table] for g in manifest.groups])
    pattern = f"{literal_paths([str(layout.live)])[0]}/*/*.parquet"
    _create(connection, "lake.live", "lake/live", files=_list([pattern]))


def create_live_views(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> None:
    """Create the live part of the schema `lake` over some files."""
    connection.execute("CREATE SCHEMA lake")
    connection.execute("CREATE TABLE lake.replaced (job_id VARCHAR)")
    _create(connection, "lake.live", "lake/live", files=_list(files))
    for table in TABLES:
        structure = json_structure(table)
        name = f"lake.live_{table}_rows"
        _create(connection, name, "lake/live_rows", table=table, structure=structure)
    for table in sorted(TABLES, key=lambda name: name != "calls"):
        source = f"lake/live_{table}" if table in OWN_LIVE_SHAPE else "lake/live_other"
        _create(connection, f"lake.live_{table}", source, table=table)


def _create_sealed(
    connection: duckdb.DuckDBPyConnection, layout: Layout, table: str, files: list[SealedFile]
) -> None:
    paths = [_sealed_sentinel(layout, table), *(layout.home / file.path for file in files)]
    _create(
        connection,
        f"lake.sealed_{table}",
        "lake/sealed",
        files=_list(literal_paths([str(path) for path in paths])),
        # Matching columns by name opens every file before the first row is read.
        mixed=str(any(file.columns != len(sealed_columns(table)) for file in files)),
    )


def _create(connection: duckdb.DuckDBPyConnection, name: str, source: str, **parts: str) -> None:
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS {statement(source).format(**parts)}")


def _list(paths: Sequence[str]) -> str:
    """A list of paths as SQL."""
    return "[{}]".format(", ".join("'{}'".format(path.replace("'", "''")) for path in paths))


def _sealed_sentinel(layout: Layout, table: str) -> Path:
    # Named by its columns: a version that adds one puts a sentinel of its own.
    return layout.sealed / _NONE / f"{table}-{len(TABLES[table])}.parquet"


def _put(path: Path, schema: pa.Schema) -> None:
    if path.exists():
        return
    if not path.parent.exists():
        path.parent.mkdir(exist_ok=True)
        sync_folder(path.parent.parent)
    if schema is SCHEMA:
        write_file(path, parquet_bytes(schema.empty_table(), compression="none"))
    else:
        sink = pa.BufferOutputStream()
        pq.write_table(schema.empty_table(), sink)
        write_file(path, bytes(sink.getvalue()))
