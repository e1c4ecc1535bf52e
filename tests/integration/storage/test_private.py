"""What lies in a home is its owner's alone."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from conftest import Desk
from lake_samples import NOON
from test_verifying import work

from storage.control.keys import Keys
from storage.files.home import RemoteHome
from storage.lake import Lake
from storage.layout.imports import ImportedUnit, write_import
from storage.layout.predictions import keep_predictions
from storage.readmodel.readmodel import ReadModel


def modes(home: Path) -> dict[str, int]:
    """The permissions of a home and all that lies in it, by kind of thing."""
    found: dict[str, int] = {".": stat.S_IMODE(home.stat().st_mode)}
    for path in home.rglob("*"):
        found[path.relative_to(home).as_posix()] = stat.S_IMODE(path.stat().st_mode)
    return found


def open_to_others(home: Path) -> list[str]:
    return [name for name, mode in modes(home).items() if mode & 0o077]


async def test_a_home_is_closed(desk: Desk) -> None:
    """Folders are 0700, files 0600 and the catalog 0400, whatever wrote them."""
    before = os.umask(0o022)
    try:
        with closing(Keys(desk.home)) as keys:
            keys.add("anna", NOON, owner="anna")
            await work(desk, 1, 2, ended=True)
            await work(desk, 3, ended=False)
            desk.lake.compact(NOON)
            desk.lake.sweep(timedelta(0), datetime.now(UTC))
            keep_predictions(desk.home, {"k": Decimal(1)})
            write_import(desk.home, [ImportedUnit("k", "de", "en", "a", "b", "x.tmx")])
            found = modes(desk.home)
    finally:
        os.umask(before)

    assert {"control.sqlite-wal", "control.sqlite-shm", "control.json"} <= found.keys()
    assert found.pop("catalog.duckdb") == 0o400
    for name, mode in found.items():
        wanted = 0o700 if (desk.home / name).is_dir() else 0o600
        assert (name, oct(mode)) == (name, oct(wanted))


async def test_an_open_home_is_closed_by_who_opens_it(desk: Desk) -> None:
    """A home that an earlier version left open to all is closed, files in it too, links not."""
    await work(desk, 1, ended=True)
    await work(desk, 2, ended=False)
    outside = desk.home.parent / "outside.txt"
    outside.write_text("x")
    outside.chmod(0o644)
    (desk.home / "link").symlink_to(outside)
    for path in (desk.home, *desk.home.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o444 if path.suffix == ".duckdb" else 0o644)

    for opened in (Lake.create, ReadModel):
        desk.home.chmod(0o755)
        (desk.home / "manifest.json").chmod(0o644)
        opened(desk.home).close()
        (desk.home / "link").unlink(missing_ok=True)
        assert open_to_others(desk.home) == []
    assert stat.S_IMODE((desk.home / "catalog.duckdb").stat().st_mode) == 0o400
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_the_cache_of_a_bucket_is_closed(bucket: RemoteHome) -> None:
    """What a machine keeps of a home in a bucket is as closed as a home in a folder."""
    Lake.create(bucket).close()

    assert open_to_others(bucket.cache) == []
