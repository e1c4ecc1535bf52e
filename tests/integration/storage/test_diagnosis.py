"""A read names the file that is gone or damaged, and what to do; other jobs are read."""

from __future__ import annotations

import shutil
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import httpx
import pytest
from conftest import Desk
from lake_samples import NOON, a_call, a_finished_job, a_segment, job_id

from api.serving import server
from domain.errors import FileDamaged, LeaseLost
from domain.job.segment import SegmentStatus
from domain.settings import Settings
from storage.control.keys import Keys
from storage.layout.documents import Documents
from storage.layout.layout import Layout
from storage.layout.manifest import ManifestFile
from storage.readmodel.catalog import write_catalog
from storage.readmodel.job_index import JobIndex, Wanted
from storage.readmodel.readmodel import ReadModel
from tests.served import WAITED_S, in_a_thread


async def two_sealed_one_live(desk: Desk) -> None:
    """Jobs 1 and 2, each sealed by itself, and job 3 under way, with four files."""
    desk.take(1, 2, 3)
    for number in (1, 2):
        done = a_segment(number, 0, status=SegmentStatus.DONE, translation="Quality speaks.")
        await desk.lake.commit(
            job_id(number), job=a_finished_job(number), segments=[done], calls=[a_call(number)]
        )
        desk.lake.seal([job_id(number)])
        desk.lake.leave(job_id(number))
        shutil.rmtree(desk.live_folder(number))  # as a sweep does an hour later
    for tries in range(3):
        await desk.lake.commit(job_id(3), segments=[a_segment(3, 0, retry_count=tries)])
    await desk.lake.let_go(job_id(3))
    desk.leases.release(job_id(3), "night")


def sealed_file(desk: Desk, table: str) -> Path:
    """The first sealed job's file of a table."""
    layout = Layout.of(desk.home)
    group = ManifestFile(layout).read().listed_in(job_id(1))
    assert group is not None
    return layout.home / group.files[table].path


def cut(path: Path) -> str:
    """Cut a file to half; what its error must name."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return "/".join(path.parts[-3:])


@pytest.mark.parametrize("table", ["jobs", "segments", "calls"])
async def test_a_damaged_sealed_file_is_named(desk: Desk, table: str) -> None:
    """Whatever reads it says which file it is and what to do; what needs it not is read."""
    await two_sealed_one_live(desk)
    place = cut(sealed_file(desk, table))
    named = f"^{place} is not what was sealed: .*; restore it from a backup"

    def fails_of(*tables: str) -> AbstractContextManager[object]:
        return pytest.raises(FileDamaged, match=named) if table in tables else nullcontext()

    with closing(ReadModel(desk.home)) as reads:
        with pytest.raises(FileDamaged, match=named):
            reads.record(job_id(1))
        assert [1, 1] == [len(reads.record(job_id(n)).segments) for n in (2, 3)]
        with fails_of("jobs"):
            reads.jobs()
        with fails_of("jobs", "calls"):
            reads.costs()
        jobs, damage = reads.sound_jobs()
    lost = [1] if table == "jobs" else []
    assert [n for n in (1, 2, 3) if n not in lost] == [int(job.job_id[-12:]) for job in jobs]
    assert [place for _ in lost] == [one.file for one in damage]
    with closing(JobIndex(desk.home)) as index, fails_of("jobs", "calls"):
        index.page(Wanted(), 10)


async def test_a_sealed_file_that_is_gone_is_named(desk: Desk) -> None:
    """The same where it is not there: in reads, and in the catalog."""
    await two_sealed_one_live(desk)
    file = sealed_file(desk, "segments")
    file.unlink()
    place = "/".join(file.parts[-3:])

    with (
        closing(ReadModel(desk.home)) as reads,
        pytest.raises(FileDamaged, match=f"^{place} is not what was sealed: it is not there; "),
    ):
        reads.record(job_id(1))
    with pytest.raises(FileDamaged, match=f"^{place} is not what was sealed: it is not there; "):
        write_catalog(desk.home)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
async def test_a_live_file_that_is_gone_is_named(desk: Desk, number: int) -> None:
    """A job of which a live file is gone is neither read nor written: that would hide it."""
    await two_sealed_one_live(desk)
    name = desk.live_files(3)[number]
    (desk.live_folder(3) / name).unlink()
    named = f"^live/{job_id(3)}/{name} is not what was written: it is not there"
    is_newest = number == 3

    with nullcontext() if is_newest else pytest.raises(FileDamaged, match=named):
        desk.lake.load(job_id(3))
    fence = desk.leases.take(job_id(3), "night", NOON)
    assert fence is not None
    with pytest.raises(FileDamaged, match=named) if is_newest else nullcontext():
        desk.lake.hold(job_id(3), fence)
    with pytest.raises(LeaseLost) if is_newest else nullcontext():
        await desk.lake.commit(job_id(3), job=a_finished_job(3))
    if not is_newest:
        with pytest.raises(FileDamaged, match=named):
            desk.lake.seal([job_id(3)])


async def test_a_flipped_bit_in_a_live_file_keeps_no_other_job_from_being_listed(
    desk: Desk,
) -> None:
    """All jobs but that of the damaged file are listed, and the file is named."""
    await two_sealed_one_live(desk)
    path = desk.live_folder(3) / desk.live_files(3)[0]
    place = cut(path)

    with closing(ReadModel(desk.home)) as reads:
        jobs, damage = reads.sound_jobs()

    assert [job_id(1), job_id(2)] == [job.job_id for job in jobs]
    assert [(place, job_id(3))] == [(one.file, one.job_id) for one in damage]


async def test_a_document_that_is_gone_is_named(desk: Desk) -> None:
    """A document says where it is to be, and what to do."""
    digest = Documents(desk.home).put(b"Quality speaks.")
    path = desk.home / "documents" / digest[:2] / digest
    for content, what in ((b"Quality", "is damaged: its content has another hash"), (None, "")):
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(FileDamaged, match=f"^documents/{digest[:2]}/{digest} {what}.*backup"):
            Documents(desk.home).get(digest)


async def test_the_api_answers_503_and_goes_on_with_other_jobs(desk: Desk) -> None:
    """A job whose file is damaged is answered 503 with file and remedy, all others as before."""
    await two_sealed_one_live(desk)
    place = cut(sealed_file(desk, "segments"))
    with closing(Keys(desk.home)) as keys:
        headers = {"X-API-Key": keys.add("operator", NOON, owner=None)}

    with in_a_thread(server(desk.home, Settings())) as port:
        url = f"http://127.0.0.1:{port}/v1/jobs"
        async with httpx.AsyncClient(headers=headers, timeout=WAITED_S) as client:
            found = {n: await client.get(f"{url}/{job_id(n)}") for n in (1, 2, 3)}
            listed = await client.get(url)

    assert [503, 200, 200] == [found[n].status_code for n in (1, 2, 3)]
    detail = found[1].json()["detail"]
    assert detail.startswith(f"{place} is not what was sealed: ")
    assert "restore it from a backup" in detail
    assert 200 == listed.status_code
