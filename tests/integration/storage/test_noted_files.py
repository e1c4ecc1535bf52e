"""Files of nights and imports are missed, and known to be what was written."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, a_job

from domain.job.night import Night
from storage.files.findings import Finding
from storage.files.home import RemoteHome
from storage.lake import Lake
from storage.layout.imports import ImportedUnit, write_import
from storage.layout.layout import Layout
from storage.layout.nights import Nights
from storage.verify.rebuilding import rebuild_manifest
from storage.verify.verifying import verify

UNIT = ImportedUnit("key", "de", "en", "Ein Satz.", "A sentence.", "memory.tmx")


def fill(desk: Desk) -> dict[str, Path]:
    """A night and an import: their files, by the kind of finding."""
    Nights(desk.home).begin(Night("2026-03-06-220000-ab12", NOON, "claude", "messages", False))
    write_import(desk.home, [UNIT])
    (night,) = (desk.home / "nights").glob("2026*.parquet")
    (imported,) = (desk.home / "memory").glob("*.parquet")
    return {"night": night, "import": imported}


def faults(desk: Desk) -> list[Finding]:
    return [f for f in verify(desk.home, datetime.now(UTC)).findings if f.is_fault]


@pytest.mark.parametrize("kind", ["night", "import"])
def test_a_file_that_is_harmed(desk: Desk, kind: str) -> None:
    """One that is gone, cut, or has another bit anywhere is named; put back, all is well."""
    path = fill(desk)[kind]
    assert [] == faults(desk)
    whole = path.read_bytes()
    place = path.relative_to(desk.home).as_posix()
    harmed: list[bytes | None] = [None, b"", whole[:-9]]
    for at in range(0, len(whole), len(whole) // 5):
        harmed.append(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
    for content in harmed:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        (finding,) = faults(desk)
        said = "it is not there" if content is None else "its content is not what was written"
        assert (kind, place, said) == (finding.kind, finding.place, finding.what)

    path.write_bytes(whole)
    assert [] == faults(desk)


def test_what_is_gone_can_be_done_without(desk: Desk) -> None:
    """A night's file that is lost is forgotten by a command, a lost import by the next one."""
    files = fill(desk)
    for path in files.values():
        path.unlink()
    assert {"night", "import"} == {finding.kind for finding in faults(desk)}

    write_import(desk.home, [UNIT])
    assert ["night"] == [finding.kind for finding in faults(desk)]
    assert 1 == rebuild_manifest(desk.home, NOON).forgotten
    assert [] == faults(desk)


def test_in_a_bucket(bucket: RemoteHome) -> None:
    """An import that is gone from a bucket is missed too."""
    with closing(Lake.create(bucket)) as lake:
        lake.submit([a_job(1)])
    write_import(bucket, [UNIT])
    layout = Layout.of(bucket)
    (stored,) = layout.files.below(layout.memory)
    layout.files.remove(stored.path)

    found = verify(bucket, datetime.now(UTC)).faults

    assert [("import", "it is not there")] == [
        (finding.kind, finding.what) for finding in found if finding.kind != "missing document"
    ]
