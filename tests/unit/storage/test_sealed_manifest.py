"""The manifest, and the statements that stand beside it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import storage
from domain.errors import LakeError
from storage.layout.layout import Layout
from storage.layout.manifest import Group, Manifest, ManifestFile, SealedFile

SQL = Path(storage.__file__).parent / "sql"

GROUP = Group(
    "g1", "2026-03-06", "a", "c", ("a", "c"), False, {"jobs": SealedFile("sealed/x.parquet", 2, 33)}
)


def test_a_published_manifest_is_read_again(tmp_path: Path) -> None:
    """A published manifest is read again the same, also by who has read an older one."""
    layout = Layout.of(tmp_path)
    reader, writer = ManifestFile(layout), ManifestFile(layout)
    assert Manifest(0, ()) == reader.read()

    writer.change(lambda _: Manifest().with_group(GROUP))
    assert Manifest(1, (GROUP,)) == reader.read()

    writer.change(lambda _: reader.read().with_swept(["g1"]))
    assert reader.read().version == 2
    assert frozenset() == reader.read().replaced
    assert reader.read().listed_in("c") is not None


def test_a_manifest_knows_its_jobs() -> None:
    """A manifest knows which jobs it holds, by their ids alone."""
    manifest = Manifest().with_group(GROUP)

    assert manifest.listed_in("c") == GROUP
    assert manifest.listed_in("b") is None
    assert frozenset({"a", "c"}) == manifest.replaced


def test_a_damaged_manifest_is_an_error(tmp_path: Path) -> None:
    """A damaged manifest is an error that names the file, never an empty lake."""
    (tmp_path / "manifest.json").write_text('{"version": 1}')

    with pytest.raises(LakeError, match=r"manifest\.json is damaged"):
        ManifestFile(Layout.of(tmp_path)).read()


@pytest.mark.parametrize("path", sorted(SQL.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_file_holds_one_statement(path: Path) -> None:
    """A .sql file holds one statement."""
    text = path.read_text()
    for part in ("files", "mixed", "table", "structure", "rows", "columns", "order", "job_id"):
        text = text.replace("{" + part + "}", "x")
    for query in ("jobs", "asked"):
        text = text.replace("{" + query + "}", "SELECT x")

    assert len(duckdb.extract_statements(text)) == 1
