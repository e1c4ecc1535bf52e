"""The catalog: a DuckDB file of views for analysts, published by an atomic rename."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from cachetools import cached

from domain.errors import InputError, LakeError
from storage.control.published import CATALOG, shown_by
from storage.files.durable import write_file
from storage.files.faults import is_of_home
from storage.files.home import Home
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest, ManifestFile
from storage.readmodel.diagnosis import sealed_damage
from storage.readmodel.views import (
    create_estimates,
    create_lake_views,
    create_nights,
    create_trials,
    put_sentinels,
    show_live,
    show_nights,
    show_sealed,
)
from storage.tables.attached import attached
from storage.tables.database import statement, transaction
from storage.tables.literals import text

READ_ONLY = 0o444
"""Of a catalog that the user named a place for; that of the home is its owner's alone."""

_READABLE = "v1.5.0"
"""The format that a catalog is begun in, and keeps: DuckDB 1.5 reads it, whose shell is the newest
that there is."""


@cache
def descriptions() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """What each view for analysts holds, and each of its columns with its unit."""
    shared = tomllib.loads((Path(__file__).parent / "views.toml").read_text(encoding="utf-8"))
    columns_of = shared.pop("columns")
    found = {}
    for view, entry in shared.items():
        columns = dict(entry.get("columns", {}))
        for name in entry.get("shared", ()):
            columns[name] = columns_of[name]
        found[view] = (entry["about"], columns)
    return found


def publish_catalog(layout: Layout) -> None:
    """Write the catalog that is kept along with the manifest, where one is kept.

    Raises:
        LakeError: it can't be written.
    """
    if layout.files.has_catalog:
        write_catalog(layout.home)


def is_catalog_late(layout: Layout, manifest: Manifest) -> bool:
    """Whether one is kept, and shows something else than the manifest."""
    return layout.files.has_catalog and shown_by(layout.catalog) != manifest.version


def write_catalog(home: Home, file: Path | None = None) -> Path:
    """Write a DuckDB file of views over a lake as it is now, and as live jobs go on.

    It opens from anywhere that sees the lake, read-only: `duckdb -readonly FILE`. Who has the
    one before open keeps it. Of a home in an object store it shows what this machine has fetched
    of it by now.

    Args:
        home: the lake's.
        file: where to write it; `catalog.duckdb` under home by default.

    Returns:
        Where it is.

    Raises:
        InputError: another file is there, which stays, or its folder is not.
        LakeError: it can't be written.
    """
    layout = Layout.of(home)
    target = layout.catalog if file is None else file.expanduser().resolve()
    if file is not None:
        _check_place(target)
    manifests = ManifestFile(layout)
    try:
        layout.make()
        put_sentinels(layout)
        while True:
            manifest = manifests.read()
            layout.folders.patterns(manifest.replaced)
            content = _built(layout, manifest)
            with layout.files.exclusive() as facts:
                # A later manifest's catalog must not be replaced by this one.
                if manifests.read().version == manifest.version:
                    write_file(target, content, mode=READ_ONLY if file else READ_ONLY & 0o700)
                    if layout.files.has_catalog and target == layout.catalog:
                        digest = hashlib.sha256(content).hexdigest()
                        facts.set(CATALOG, f"{manifest.version} {digest}")
                    return target
    except (OSError, duckdb.Error) as error:
        unexplained = LakeError(f"the catalog can't be written to {target}: {error}")
        may_be_damage = isinstance(error, duckdb.Error) and not is_of_home(error)
        groups = manifests.read().groups if may_be_damage else ()
        raise next(sealed_damage(layout, groups), unexplained) from error


def _check_place(target: Path) -> None:
    if not target.parent.is_dir():
        message = f"there is no folder {target.parent}; make it first"
        raise InputError(message, where=str(target))
    if target.exists() and shown_by(target) is None:
        message = "there is something else at this place; name another file"
        raise InputError(message, where=str(target))


def create_analyst_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views for analysts with their comments, over those of the schema `lake`."""
    for view, (about, columns) in descriptions().items():
        connection.execute(f"CREATE VIEW {view} AS {statement(f'views/{view}')}")
        connection.execute(f"COMMENT ON VIEW {view} IS {text(about)}")
        for column, comment in columns.items():
            connection.execute(f"COMMENT ON COLUMN {view}.{column} IS {text(comment)}")


def _built(layout: Layout, manifest: Manifest) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.duckdb"
        path.write_bytes(_template(layout.home))
        with attached(path) as connection, transaction(connection):
            show_sealed(connection, layout, manifest)
            connection.execute(f"INSERT INTO lake.manifest VALUES ({manifest.version})")  # noqa: S608 - our own number
        return path.read_bytes()


@cache
def _template(home: Path) -> bytes:
    """A catalog without sealed files: all that is the same in each that is published of a home."""
    of, content = _first(home)
    if of == home:
        return content
    layout = Layout.of(home)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.duckdb"
        path.write_bytes(content)
        with attached(path) as connection, transaction(connection):
            _show_home(connection, layout)
        return path.read_bytes()


@cached({}, key=lambda home: None, lock=threading.Lock())
def _first(home: Path) -> tuple[Path, bytes]:
    """The template of the first home that this process publishes a catalog of, and which it is.

    Views stand on views, each of which is read anew for each that stands on it: that takes seven
    times as long as to put another home under all of them.
    """
    layout = Layout.of(home)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.duckdb"
        config: dict[str, Any] = {"storage_compatibility_version": _READABLE}
        with duckdb.connect(str(path), config=config) as connection, transaction(connection):
            create_lake_views(connection, layout)
            create_estimates(connection, layout)
            create_nights(connection, layout)
            create_trials(connection, layout)
            create_analyst_views(connection)
            show_live(connection, layout)
            connection.execute("CREATE TABLE lake.manifest (version BIGINT)")
        return home, path.read_bytes()


def _show_home(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Put another home under all views that name files, but the sealed ones."""
    create_estimates(connection, layout)
    show_nights(connection, layout)
    create_trials(connection, layout)
    show_live(connection, layout)
