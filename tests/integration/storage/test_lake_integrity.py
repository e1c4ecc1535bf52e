"""Whatever becomes of a file that says what counts: it is named, nothing makes it worse."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import a_call, a_finished_job, a_job, a_note, a_segment, an_error, job_id

from domain.errors import LakeDamaged, LakeError
from storage.files.findings import Finding
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.readmodel.catalog import write_catalog
from storage.tables.records import JobRecord
from storage.verify.retention import let_go
from storage.verify.verifying import verify
from tasks.maintenance import maintain

TABLES = ("jobs", "segments", "calls", "notes", "errors")
LATER = timedelta(days=2)


async def end(desk: Desk, *numbers: int) -> None:
    """Bring jobs to their end, with real documents, and seal them together."""
    store = Documents(desk.home)
    texts = {n: store.put(f"Dokument {n}".encode()) for n in numbers}
    facts = {"briefing": store.put(b"a briefing"), "output": store.put(b"a document")}
    desk.lake.submit([a_job(n, document=texts[n], briefing=facts["briefing"]) for n in numbers])
    desk.take(*numbers)
    for n in numbers:
        await desk.lake.commit(
            job_id(n),
            job=a_finished_job(n, document=texts[n], **facts),
            segments=[a_segment(n)],
            calls=[a_call(n)],
            notes=[a_note(n)],
            errors=[an_error(n)],
        )
    desk.lake.seal([job_id(n) for n in numbers])


async def fill(desk: Desk) -> Path:
    """A part of two groups, a group whose live folders are there; and a copy of what was before."""
    await end(desk, 1, 2)
    await end(desk, 3)
    yesterday = shutil.copytree(desk.home, desk.home.with_name("yesterday"))
    desk.lake.compact(datetime.now(UTC))
    await end(desk, 4, 5)
    return yesterday


def records(desk: Desk) -> list[JobRecord]:
    return desk.lake.load_all([job_id(n) for n in range(1, 6)])


def found(desk: Desk) -> list[Finding]:
    return [f for f in verify(desk.home, datetime.now(UTC)).findings if f.is_fault]


def at_work(home: Path) -> Iterator[LakeError | None]:
    """What each command that takes something away says."""
    for keep_days in (None, 1):
        try:
            maintain(home, keep_days, datetime.now(UTC) + LATER)
            yield None
        except LakeError as error:
            yield error
    with contextlib.closing(Lake(home)) as lake:
        works: list[Callable[[], object]] = [
            lambda: lake.seal([job_id(5)]),
            lambda: lake.sweep(timedelta(0), datetime.now(UTC) + LATER),
            lambda: lake.compact(datetime.now(UTC) + LATER),
        ]
        for work in works:
            try:
                work()
                yield None
            except LakeError as error:
                yield error


def harm(path: Path, how: str, old: Path) -> None:
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
        return
    path.chmod(0o600)
    if how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "old":
        path.write_bytes(old.read_bytes())
    else:
        flipped = bytearray(content)
        flipped[int(how) // 8 % len(flipped)] ^= 1 << int(how) % 8
        path.write_bytes(flipped)


HARMS = ("gone", "cut", "empty", "old", *(str(random.Random(n).getrandbits(24)) for n in range(2)))


@pytest.mark.parametrize("how", HARMS)
async def test_the_manifest(desk: Desk, how: str) -> None:
    """A manifest that is harmed is named, and nothing goes; put back, all is as it was."""
    yesterday, path = await fill(desk), desk.home / "manifest.json"
    known, whole = records(desk), path.read_bytes()
    harm(path, how, yesterday / "manifest.json")
    files = {p: p.read_bytes() for p in desk.home.rglob("*.parquet")}

    (finding,) = found(desk)
    assert ("manifest", "manifest.json") == (finding.kind, finding.place)
    assert "`nightdesk rebuild manifest` makes it anew" in finding.advice
    assert all("manifest.json" in str(said) for said in at_work(desk.home))
    assert files == {p: p.read_bytes() for p in desk.home.rglob("*.parquet")}

    path.write_bytes(whole)
    assert ([], known) == (found(desk), records(desk))


@pytest.mark.parametrize("how", HARMS)
async def test_the_catalog(desk: Desk, how: str) -> None:
    """A catalog that is harmed is named, and made anew as the finding says."""
    yesterday, path = await fill(desk), desk.home / "catalog.duckdb"
    harm(path, how, yesterday / "catalog.duckdb")

    (finding,) = found(desk)
    assert ("catalog", "catalog.duckdb") == (finding.kind, finding.place)
    assert finding.advice == "`nightdesk catalog` makes it anew"

    write_catalog(desk.home)
    assert [] == found(desk)


@pytest.mark.parametrize("how", HARMS)
async def test_a_sealed_file(desk: Desk, how: str) -> None:
    """A sealed file that is harmed is named, and nothing makes it worse than it was."""
    await fill(desk)
    known = records(desk)
    groups = ManifestFile(Layout.of(desk.home)).read().groups
    is_part = HARMS.index(how) % 2 == 0
    group, other = groups if is_part else groups[::-1]
    assert is_part == group.part
    table = TABLES[HARMS.index(how) % 5]
    path = desk.home / group.files[table].path
    whole = path.read_bytes()
    harm(path, how, desk.home / other.files[table].path)

    (finding,) = found(desk)
    assert ("sealed file", group.files[table].path) == (finding.kind, finding.place)
    assert finding.advice.startswith("restore it from a backup")
    for said in at_work(desk.home):
        assert said is None or path.name in str(said)
    # Whole in their live folders, as long as what replaces these is not.
    assert is_part or all(desk.live_folder(n).is_dir() for n in (4, 5))

    path.parent.mkdir(exist_ok=True)
    path.write_bytes(whole)
    assert ([], known) == (found(desk), records(desk))


@pytest.mark.parametrize("content", [b"", b"PAR1" * 9])
async def test_a_part_whose_jobs_are_unreadable(desk: Desk, content: bytes) -> None:
    """Where it can't be told which jobs a part has, whoever needs that is told the file's name."""
    await end(desk, 1, 3)
    desk.lake.compact(datetime.now(UTC))
    desk.lake.sweep(timedelta(0), datetime.now(UTC) + LATER)
    (part,) = ManifestFile(Layout.of(desk.home)).read().groups
    (desk.home / part.files["jobs"].path).write_bytes(content)

    with contextlib.closing(Lake(desk.home)) as lake:
        for work in (lambda: lake.submit([a_job(2)]), lambda: lake.hold(job_id(2), 1)):
            with pytest.raises(LakeDamaged, match=f"{part.files['jobs'].path} can't be read"):
                work()


@pytest.mark.parametrize("is_sealed", [True, False])
async def test_documents_of_a_damaged_row(desk: Desk, *, is_sealed: bool) -> None:
    """No document goes on the word of a row that changed in the file it is in."""
    store = Documents(desk.home)
    document = store.put(b"Dokument 1")
    if is_sealed:
        await end(desk, 1)
        (group,) = ManifestFile(Layout.of(desk.home)).read().groups
        path = desk.home / group.files["jobs"].path
    else:
        desk.lake.submit([a_job(1, document=document, briefing=store.put(b"a briefing"))])
        path = desk.live_folder(1) / desk.live_files()[0]
    documents = sorted(desk.home.glob("documents/*/*"))
    for old in documents:
        os.utime(old, (0, 0))
    content = bytearray(path.read_bytes())
    content[content.find(document.encode()) if not is_sealed else 40] ^= 1
    path.write_bytes(content)

    with pytest.raises(LakeDamaged, match=path.name):
        let_go(desk.home, None, datetime.now(UTC))
    assert documents == sorted(desk.home.glob("documents/*/*"))
