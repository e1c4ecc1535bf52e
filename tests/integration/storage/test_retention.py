"""Jobs that ended long ago go, with the documents that nothing else refers to."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_job, a_segment, job_id

from storage.control.submissions import Submissions
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.readmodel.readmodel import ReadModel
from storage.verify.retention import Gone, let_go
from storage.verify.verifying import verify

AN_HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def stored(desk: Desk, text: str, *, days: float = 3) -> str:
    """A document that was stored days ago."""
    name = Documents(desk.home).put(text.encode())
    moment = (now() - timedelta(days=days)).timestamp()
    os.utime(desk.home / "documents" / name[:2] / name, (moment, moment))
    return name


def documents(desk: Desk) -> set[str]:
    return {path.name for path in (desk.home / "documents").glob("??/*")}


async def seal(desk: Desk, *numbers: int, ended: datetime = NOON) -> None:
    """Bring jobs to their end and seal them; each has a source of its own and one that all have."""
    for number in numbers:
        source = stored(desk, f"source {number}")
        named = {"document": source, "briefing": stored(desk, "a briefing")}
        desk.lake.submit([a_job(number, **named)])
        desk.take(number)
        await desk.lake.commit(
            job_id(number),
            job=a_finished_job(number, finished_at=ended, supervised=True, **named),
            segments=[a_segment(number)],
            calls=[a_call(number)],
        )
    desk.lake.seal([job_id(number) for number in numbers])


def sweep(desk: Desk) -> None:
    """Sweep as if two hours had passed."""
    desk.lake.sweep(AN_HOUR, now() + 2 * AN_HOUR)


async def test_old_jobs_go(desk: Desk, reads: ReadModel) -> None:
    """What ended long ago goes, rows first, documents with the files; a later job stays whole."""
    await seal(desk, 1, 2)
    await seal(desk, 3, ended=now())
    sweep(desk)

    assert Gone(jobs=2) == let_go(desk.home, 30, now())

    assert [job.job_id for job in reads.jobs()] == [job_id(3)]
    assert reads.record(job_id(1)) is None
    assert reads.costs()[0]["calls"] == 1
    assert len(documents(desk)) == 4

    sweep(desk)
    assert Gone(documents=2) == let_go(desk.home, 30, now())
    kept = {stored(desk, "source 3"), stored(desk, "a briefing")}
    assert documents(desk) == kept
    assert verify(desk.home, now()).findings == ()
    assert Gone() == let_go(desk.home, 30, now())


async def test_without_a_setting_all_stays(desk: Desk, reads: ReadModel) -> None:
    """Where nothing is set, jobs stay for good."""
    await seal(desk, 1)
    sweep(desk)

    assert Gone() == let_go(desk.home, None, now())
    assert reads.record(job_id(1)) is not None


async def test_a_job_does_not_come_back(desk: Desk, reads: ReadModel) -> None:
    """A job whose live folder is still there stays until that is swept."""
    await seal(desk, 1)

    assert Gone() == let_go(desk.home, 30, now())
    assert reads.record(job_id(1)) is not None

    sweep(desk)
    assert Gone(jobs=1) == let_go(desk.home, 30, now())
    assert reads.record(job_id(1)) is None
    assert reads.jobs() == []


async def test_a_job_stays_with_a_younger_one(desk: Desk) -> None:
    """Jobs in the same files go together, when all of them are old."""
    await seal(desk, 1)
    await seal(desk, 2, ended=now())
    sweep(desk)
    desk.lake.compact(now())

    assert Gone() == let_go(desk.home, 30, now())
    assert Gone(jobs=2) == let_go(desk.home, 30, now() + timedelta(days=31))


async def test_the_same_again_is_a_new_job(desk: Desk) -> None:
    """What a job was made of can be handed in again after it was let go of."""
    await seal(desk, 1, 2)
    submissions = Submissions(desk.home)
    submissions.claim("anna", {"key-1": job_id(1), "key-9": job_id(9)})
    sweep(desk)
    let_go(desk.home, 30, now())

    claimed = submissions.claim("anna", {"key-1": job_id(7), "key-9": job_id(8)})
    submissions.close()

    assert claimed == {"key-1": job_id(7), "key-9": job_id(9)}


async def test_documents_no_job_refers_to(desk: Desk) -> None:
    """A document goes a day after it was last stored, unless a job, live or ended, refers to it."""
    source, briefing = stored(desk, "in hand"), stored(desk, "briefing")
    desk.lake.submit([a_job(1, document=source, briefing=briefing)])
    await seal(desk, 2)
    young, again = stored(desk, "young", days=0.9), stored(desk, "again")
    stored(desk, "left over")
    before = documents(desk)
    Documents(desk.home).put(b"again")

    assert Gone(documents=1) == let_go(desk.home, None, now())

    assert len(before) - len(documents(desk)) == 1
    assert {source, briefing, young, again} <= documents(desk)
    assert list((desk.home / "staging").iterdir()) == []


async def test_a_catalog_before_reads_on(desk: Desk, reads: ReadModel) -> None:
    """Who read the manifest before finds the files for another hour."""
    await seal(desk, 1)
    sweep(desk)
    files = list((desk.home / "sealed").glob("[0-9]*/*"))
    let_go(desk.home, 30, now())

    desk.lake.sweep(AN_HOUR, now())
    assert all(file.exists() for file in files)
    sweep(desk)
    assert not any(file.exists() for file in files)


@pytest.mark.parametrize("step", [1, 2])
async def test_broken_off(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Broken off before the manifest or the catalog is replaced, it is done by the next."""
    await seal(desk, 1)
    sweep(desk)
    left = step
    replace = Path.replace

    def failing(path: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return replace(path, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", failing)
        with pytest.raises(KeyboardInterrupt):
            let_go(desk.home, 30, now())
    let_go(desk.home, 30, now())
    for _ in range(2):
        sweep(desk)
    let_go(desk.home, 30, now())

    assert ManifestFile(Layout.of(desk.home)).read().groups == ()
    assert documents(desk) == set()
    assert verify(desk.home, now()).findings == ()
